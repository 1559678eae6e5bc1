"""Ids that were deleted: ours are answered 410 for 30 days, others are never accepted again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from server.federation.model import GoneObject
from server.platform.work import Reading, Work

SHOWN_FOR = timedelta(days=30)
_REMOTE_KEPT = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a deleted object."""

    uri: str
    former_type: str
    at: datetime

    def document(self) -> dict[str, object]:
        """Return the Tombstone to show (ActivityStreams §2.3 of the vocabulary)."""
        return {
            "id": self.uri,
            "type": "Tombstone",
            "formerType": self.former_type,
            "deleted": self.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


def mark_gone(w: Work, uri: str, former_type: str) -> None:
    """Note that an object was deleted; a second time changes nothing."""
    dialect = postgresql if w.session.get_bind().dialect.name == "postgresql" else sqlite
    w.session.execute(
        dialect.insert(GoneObject)
        .values(uri=uri, former_type=former_type, at=w.now)
        .on_conflict_do_nothing(index_elements=["uri"])
    )


def gone(r: Reading, uri: str) -> Tombstone | None:
    """Return the Tombstone of an id of ours while it is shown, or of one elsewhere for a year."""
    row = r.session.get(GoneObject, uri)
    if row is None:
        return None
    kept = SHOWN_FOR if _is_local(r, uri) else _REMOTE_KEPT
    return Tombstone(row.uri, row.former_type, row.at) if r.now - row.at < kept else None


def _is_local(r: Reading, uri: str) -> bool:
    return uri.startswith(f"{r.site.base_url}/")


def forget_old(w: Work) -> None:
    """Delete Tombstones that are not shown any more."""
    ours = GoneObject.uri.startswith(f"{w.site.base_url}/", autoescape=True)
    w.session.execute(delete(GoneObject).where(ours, GoneObject.at < w.now - SHOWN_FOR))
    w.session.execute(delete(GoneObject).where(GoneObject.at < w.now - _REMOTE_KEPT))


def gone_among(r: Reading, uris: list[str]) -> set[str]:
    """Return those of the ids that were deleted."""
    return set(r.session.scalars(select(GoneObject.uri).where(GoneObject.uri.in_(uris))))
