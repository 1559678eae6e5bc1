"""A talent and a mentor with their steps, for the tests of the life of a match."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from server.matching.jobs import FORGET_OLD, KEEP_TERMS
from server.matching.model import MatchState
from server.matching.queries import EventRow, events_of
from server.notifications.model import OwnNotice
from server.people.model import PersonKind
from server.platform.clock import SetClock
from server.platform.instance import Instance
from server.platform.jobs.model import JobRequest
from server.platform.work import Reading, Work
from tests.support.matches import make_match
from tests.support.people import make_person


class Pair(NamedTuple):
    """Two people and their match."""

    talent: int
    other: int
    match: int


async def make_pair(
    instance: Instance,
    state: MatchState = MatchState.BOTH_CONSENTED,
    kind: PersonKind = PersonKind.MENTOR,
    **more: Any,
) -> Pair:
    """Make a talent (Tea) and another (Mo) with a match in a state."""
    talent = await make_person(instance, "tea", PersonKind.TALENT, None, "Tea")
    other = await make_person(instance, "mo", kind, None, "Mo")
    match = await make_match(instance, talent.id, other.id, state, **more)
    return Pair(talent.id, other.id, match)


async def notices(instance: Instance, person_id: int) -> list[str]:
    """Return the kinds of what somebody was told about matches, oldest first."""

    def read(r: Reading) -> list[str]:
        told = select(OwnNotice.kind).where(
            OwnNotice.person_id == person_id, OwnNotice.kind.like("match%")
        )
        return list(r.session.scalars(told.order_by(OwnNotice.id)))

    return await instance.read(read)


async def history(instance: Instance, match_id: int) -> list[EventRow]:
    """Return every change of a match."""
    return await instance.read(events_of, match_id)


def let_pass(instance: Instance, days: float) -> None:
    """Move the clock that is set."""
    clock = instance.clock
    assert isinstance(clock, SetClock)
    clock.move(timedelta(days=days))


async def pass_days(instance: Instance, days: float) -> None:
    """Let days pass, and let the clock do its work."""
    let_pass(instance, days)

    def ask(w: Work) -> None:
        w.enqueue(JobRequest(kind=KEEP_TERMS), JobRequest(kind=FORGET_OLD))

    await instance.work(ask)
    await instance.jobs.run_until_empty()


def doing(fn: Callable[..., Any], *given: Any, **named: Any) -> Callable[[Work], Any]:
    """Return a unit of work that calls a service."""
    return lambda w: fn(w, *given, **named)
