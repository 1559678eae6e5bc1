"""The delivery ledger: which host got which object, by delivery or by a signed fetch.

It answers "who got my data" (GDPR art. 15 and 19) and drives erasure. It holds hosts and ids, no
contents and no names.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Executable, Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.federation.model import LedgerEntry
from server.platform.work import Reading, Work

DELIVERED, FETCHED = "delivered", "fetched"
ERASED, UNREACHABLE = "delivered", "unreachable"
_KEPT = timedelta(days=365)
_NOTED_AGAIN_AFTER = timedelta(days=1)
_MOST_URI_CHARS = 512


def _noting(insert: postgresql.Insert | sqlite.Insert) -> Executable:
    """Return the statement for one line, made once and run for many."""
    again = {"last_at": insert.excluded.last_at, "erased": None, "erased_at": None}
    return insert.on_conflict_do_update(index_elements=["object_uri", "host"], set_=again)


_TABLE = cast("Table", LedgerEntry.__table__)
_NOTING = {
    "postgresql": _noting(postgresql.insert(_TABLE)),
    "sqlite": _noting(sqlite.insert(_TABLE)),
}


@dataclass(frozen=True, slots=True)
class Got:
    """That a host got an object of an actor just now."""

    object_uri: str
    host: str
    actor_id: int


def note_delivery(w: Work, object_uri: str, host: str, actor_id: int, how: str) -> None:
    """Write that a host got an object; once per object and host, with first and last time."""
    note_deliveries(w, [Got(object_uri, host, actor_id)], how)


def note_deliveries(w: Work, got: Iterable[Got], how: str = DELIVERED) -> None:
    """Write what hosts got, in one go; each pair of object and host is one row."""
    rows = {
        (one.object_uri, one.host): {
            "object_uri": one.object_uri,
            "host": one.host,
            "actor_id": one.actor_id,
            "how": how,
            "first_at": w.now,
            "last_at": w.now,
        }
        for one in got
        if len(one.object_uri) <= _MOST_URI_CHARS
    }
    if not rows:
        return
    dialect = w.session.get_bind().dialect.name
    w.session.execute(_NOTING[dialect], [rows[key] for key in sorted(rows)])


def is_noted(r: Reading, object_uri: str, host: str) -> bool:
    """Say whether the host's getting the object was written down within the last day."""
    last = r.session.scalar(
        select(LedgerEntry.last_at).where(
            LedgerEntry.object_uri == object_uri, LedgerEntry.host == host
        )
    )
    return last is not None and r.now - last < _NOTED_AGAIN_AFTER


def note_erasures(w: Work, erased: Iterable[Got], outcome: str = ERASED) -> None:
    """Write that a host took a Delete, or could not be reached in seven days of trying.

    The Delete of an actor counts for everything the host had of it.
    """
    for one in erased:
        w.session.execute(
            update(LedgerEntry)
            .where(
                LedgerEntry.host == one.host,
                (LedgerEntry.object_uri == one.object_uri)
                | ((LedgerEntry.actor_id == one.actor_id) & _is_actor(one)),
            )
            .values(erased=outcome, erased_at=w.now),
            execution_options={"synchronize_session": False},
        )


def _is_actor(one: Got) -> bool:
    return one.object_uri.endswith(f"/people/{one.actor_id}")


def hosts_of(r: Reading, object_uri: str) -> list[str]:
    """Return the hosts that got an object and have not confirmed its Delete."""
    return list(
        r.session.scalars(
            select(LedgerEntry.host)
            .where(LedgerEntry.object_uri == object_uri)
            .where(LedgerEntry.erased.is_distinct_from(ERASED))
            .order_by(LedgerEntry.host)
        )
    )


def recipients_of_actor(r: Reading, actor_id: int) -> list[str]:
    """Return every host that got anything of an actor."""
    return list(
        r.session.scalars(
            select(LedgerEntry.host)
            .distinct()
            .where(LedgerEntry.actor_id == actor_id)
            .order_by(LedgerEntry.host)
        )
    )


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line as the person reads it."""

    object_uri: str
    host: str
    how: str
    first_at: datetime
    last_at: datetime
    erased: str | None
    erased_at: datetime | None


def lines_of_actor(r: Reading, actor_id: int) -> Sequence[LedgerLine]:
    """Return everything that went out of an actor, oldest first."""
    rows = r.session.execute(
        select(
            LedgerEntry.object_uri, LedgerEntry.host, LedgerEntry.how, LedgerEntry.first_at,
            LedgerEntry.last_at, LedgerEntry.erased, LedgerEntry.erased_at,
        )
        .where(LedgerEntry.actor_id == actor_id)
        .order_by(LedgerEntry.first_at, LedgerEntry.object_uri, LedgerEntry.host)
    )  # fmt: skip
    return [LedgerLine(*row) for row in rows]


def forget_old_lines(w: Work) -> None:
    """Delete lines whose object went a year ago."""
    w.session.execute(delete(LedgerEntry).where(LedgerEntry.erased_at < w.now - _KEPT))
