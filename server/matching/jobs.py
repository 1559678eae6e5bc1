"""What the clock does to matches: reminders, terms that end, rests that end, and forgetting.

Each match is changed in a unit of work of its own, so one that cannot be changed holds up nobody.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlalchemy import Select, select, update

from server.matching.events import FollowUpDue
from server.matching.forgetting import forget_old, pseudonymise
from server.matching.model import Match, MatchState
from server.matching.rules import ASKED, REMINDED_AFTER, TERM, MatchRefused
from server.matching.service import expire, remind, resume
from server.people.writing import rows_changed
from server.platform.errors import NotFound
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring
from server.platform.work import Reading, Work

KEEP_TERMS: Final = "matching.keep_terms"
FORGET_OLD: Final = "matching.forget_old"
_AT_ONCE: Final = 500

Due = Callable[[Reading], Select[int]]


def _to_expire(r: Reading) -> Select[int]:
    return select(Match.id).where(Match.state.in_(ASKED), Match.expires_at <= r.now)


def _to_remind(r: Reading) -> Select[int]:
    asked_long_ago = Match.expires_at <= r.now + TERM - REMINDED_AFTER
    return select(Match.id).where(
        Match.state.in_(ASKED), Match.reminded_at.is_(None), asked_long_ago
    )


def _to_resume(r: Reading) -> Select[int]:
    return select(Match.id).where(Match.state == MatchState.PAUSED, Match.paused_until <= r.now)


def _to_follow_up(r: Reading) -> Select[int]:
    return select(Match.id).where(
        Match.state == MatchState.CLOSED,
        Match.follow_up_at <= r.now,
        Match.follow_up_told_at.is_(None),
        Match.talent_id.is_not(None),
    )


def tell_follow_up(w: Work, match_id: int) -> bool:
    """Announce once that somebody is to ask the talent how it went on."""
    told = w.session.execute(
        update(Match)
        .where(Match.id == match_id, Match.follow_up_told_at.is_(None))
        .values(follow_up_told_at=w.now)
    )
    match = w.session.get(Match, match_id, populate_existing=True)
    if not rows_changed(told) or match is None or match.talent_id is None:
        return False
    w.emit(FollowUpDue(match.id, match.programme_id, match.talent_id))
    return True


# In this order: what is over is not reminded of.
_ROUND: Final[tuple[tuple[Due, Callable[[Work, int], object]], ...]] = (
    (_to_expire, expire),
    (_to_remind, remind),
    (_to_resume, resume),
    (_to_follow_up, tell_follow_up),
)


async def _keep_terms(instance: Instance, _: Job) -> None:
    for due, change in _ROUND:
        for match_id in await instance.read(_ids, due):
            try:
                await instance.work(change, match_id)
            except (MatchRefused, NotFound):
                continue  # somebody was quicker than the clock


def _ids(r: Reading, due: Due) -> list[int]:
    return list(r.session.scalars(due(r).order_by(Match.id).limit(_AT_ONCE)))


async def _forget_old(instance: Instance, _: Job) -> None:
    await instance.work(forget_old)
    await instance.work(pseudonymise)


JOB_KINDS: Final = (one_by_one(KEEP_TERMS, _keep_terms), one_by_one(FORGET_OLD, _forget_old))
RECURRING: Final = (
    Recurring(KEEP_TERMS, timedelta(minutes=30)),
    Recurring(FORGET_OLD, timedelta(days=1)),
)
