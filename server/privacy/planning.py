"""Deleting one's own account: asked for, thought over for some days, then done.

An erasure is written down beside the instance key before it is done, so that restoring a backup
does not bring anybody back.
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select

from server.access.queries import logins_of_person
from server.access.rules import fingerprint
from server.access.service import OWNER
from server.activity_log.service import record
from server.federation.ledger import UNREACHABLE, lines_of_actor
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.platform.errors import NotAllowed, NotFound
from server.platform.i18n import say
from server.platform.instance import Instance
from server.platform.work import Reading, Work
from server.privacy.erase import erase_person
from server.privacy.erasures import Erasure, list_of, note_erasure
from server.privacy.model import ErasureReceipt, PlannedErasure

MOST_DAYS: Final = 7
_RECEIPT_KEPT: Final = timedelta(days=365)


def plan_erasure(w: Work, person_id: int, login_id: int, *, days: int) -> str:
    """Plan a deletion; return the secret of the page that shows what became of it.

    Somebody who asks again changes the day. Raises NotAllowed for a login that does not own the
    person, ValueError for more days than there are.
    """
    require_owner(w, person_id, login_id)
    if not 0 <= days <= MOST_DAYS:
        raise ValueError(days)
    due = w.now + timedelta(days=days)
    planned = w.session.get(PlannedErasure, person_id)
    if planned is None:
        planned = PlannedErasure(person_id=person_id)
        w.session.add(planned)
    planned.login_id, planned.requested_at, planned.due_at = login_id, w.now, due
    w.session.execute(delete(ErasureReceipt).where(ErasureReceipt.person_id == person_id))
    token = secrets.token_urlsafe(24)
    w.session.add(ErasureReceipt(token_hash=fingerprint(token), person_id=person_id, due_at=due))
    record(
        w, login_id=login_id, verb="plan_erasure", subject_type="person", subject_id=person_id,
        about={"days": days},
    )  # fmt: skip
    w.session.flush()
    return token


def keep_account(w: Work, person_id: int, login_id: int) -> None:
    """Take the plan back. Raises NotFound when there is none, NotAllowed for who is no owner."""
    require_owner(w, person_id, login_id)
    planned = w.session.get(PlannedErasure, person_id)
    if planned is None:
        raise NotFound
    w.session.delete(planned)
    w.session.execute(delete(ErasureReceipt).where(ErasureReceipt.person_id == person_id))
    record(w, login_id=login_id, verb="keep_account", subject_type="person", subject_id=person_id)


def planned_erasure(r: Reading, person_id: int) -> PlannedErasure | None:
    """Return the plan to delete somebody, if there is one."""
    return r.session.get(PlannedErasure, person_id)


def require_owner(r: Reading, person_id: int, login_id: int) -> None:
    """Refuse a login that only edits for somebody, or not even that. Raises NotAllowed."""
    if logins_of_person(r, person_id).get(login_id) != OWNER:
        raise NotAllowed(say("Only the owner of an account can delete it."))


async def erase_now(instance: Instance, person_id: int, login_id: int | None) -> None:
    """Write an erasure down outside the database, then do it. Raises NotFound."""
    path = list_of(instance.settings)
    await instance.read(_present, person_id)
    await asyncio.to_thread(note_erasure, path, Erasure(person_id, instance.clock.now()))
    await instance.work(_erase, instance, person_id, login_id)


def _present(r: Reading, person_id: int) -> None:
    person = person_of(r, HOUSE, person_id)
    if not person.is_local or person.gone:
        raise NotFound


def _erase(w: Work, instance: Instance, person_id: int, login_id: int | None) -> None:
    erase_person(w, instance.features, person_id=person_id, login_id=login_id)
    for receipt in w.session.scalars(
        select(ErasureReceipt).where(ErasureReceipt.person_id == person_id)
    ):
        receipt.erased_at = w.now


async def erase_due(instance: Instance) -> None:
    """Delete everybody whose days are over, and receipts that nobody needs any more."""
    for person_id, login_id in await instance.read(_due):
        await erase_now(instance, person_id, login_id)
    await instance.work(_forget_receipts)


def _due(r: Reading) -> list[tuple[int, int]]:
    rows = select(PlannedErasure).where(PlannedErasure.due_at <= r.now)
    return [(one.person_id, one.login_id) for one in r.session.scalars(rows)]


def _forget_receipts(w: Work) -> None:
    w.session.execute(
        delete(ErasureReceipt).where(ErasureReceipt.erased_at < w.now - _RECEIPT_KEPT)
    )


@dataclass(frozen=True, slots=True)
class HostAnswer:
    """What a server did with the request to delete: "delivered", "unreachable", or None so far."""

    host: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class Farewell:
    """What somebody without an account sees of their deletion."""

    due_at: datetime
    erased_at: datetime | None
    hosts: Sequence[HostAnswer]


def farewell(r: Reading, token: str) -> Farewell:
    """Return what became of a deletion. Raises NotFound for a secret that opens nothing."""
    receipt = r.session.get(ErasureReceipt, fingerprint(token))
    if receipt is None:
        raise NotFound
    answers: dict[str, str | None] = {}
    if receipt.erased_at is not None:
        for line in lines_of_actor(r, receipt.person_id):
            # A host has answered only when it has for everything it got.
            before = answers.get(line.host, line.erased)
            answers[line.host] = _lesser(before, line.erased)
    hosts = [HostAnswer(host, answer) for host, answer in sorted(answers.items())]
    return Farewell(receipt.due_at, receipt.erased_at, hosts)


def _lesser(one: str | None, other: str | None) -> str | None:
    """Return the answer that promises less: none, then "unreachable", then "delivered"."""
    if one is None or other is None:
        return None
    return UNREACHABLE if UNREACHABLE in {one, other} else one
