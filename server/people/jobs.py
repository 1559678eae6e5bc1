"""What happens to people in the background: moves, mutes that run out, counting, last rows."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select

from server.federation.model import Actor
from server.people import relations
from server.people.leaving import forget_gone, recount
from server.people.model import Follow, FollowState, Mute
from server.people.service import MOVE_FOLLOWERS
from server.platform.errors import Invalid, NotAllowed, NotFound
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring
from server.platform.work import Work

END_MUTES: Final = "people.end_mutes"
RECOUNT: Final = "people.recount"
FORGET_GONE: Final = "people.forget_gone"
_PAGE: Final = 50


async def _move_followers(instance: Instance, job: Job) -> None:
    """Let the followers here follow the new home, a few in each transaction."""
    after = 0
    while True:
        last = await instance.work(move_page, job.payload["old"], job.payload["new"], after)
        if last is None:
            return
        after = last


def move_page(w: Work, old_id: int, new_id: int, after: int) -> int | None:
    """Move the next followers of this instance; return the last follow seen, None at the end.

    Who cannot follow the new home (a block, their reach) keeps the old follow. Run twice, it does
    nothing more: those who moved follow the old home no longer.
    """
    rows = w.session.execute(
        select(Follow.id, Follow.follower_id, Follow.shows_boosts, Follow.notifies)
        .join(Actor, Actor.id == Follow.follower_id)
        .where(Follow.followee_id == old_id, Follow.state == FollowState.ACCEPTED)
        .where(Actor.host == "", Actor.gone_at.is_(None), Follow.id > after)
        .order_by(Follow.id)
        .limit(_PAGE)
    ).all()
    for _, follower_id, shows_boosts, notifies in rows:
        try:
            relations.follow(w, follower_id, new_id, shows_boosts=shows_boosts, notifies=notifies)
        except (NotAllowed, NotFound, Invalid):
            continue
        relations.unfollow(w, follower_id, old_id)
    return rows[-1][0] if rows else None


async def _end_mutes(instance: Instance, _: Job) -> None:
    await instance.work(end_mutes)


def end_mutes(w: Work) -> None:
    """Delete mutes whose time is over; they count no more since that moment already."""
    w.session.execute(delete(Mute).where(Mute.expires_at <= w.now))


async def _recount(instance: Instance, _: Job) -> None:
    await instance.work(recount)


async def _forget_gone(instance: Instance, _: Job) -> None:
    await instance.work(forget_gone)


JOB_KINDS: Final = (
    one_by_one(MOVE_FOLLOWERS, _move_followers),
    one_by_one(END_MUTES, _end_mutes),
    one_by_one(RECOUNT, _recount),
    one_by_one(FORGET_GONE, _forget_gone),
)
RECURRING: Final = (
    Recurring(END_MUTES, timedelta(hours=1)),
    Recurring(RECOUNT, timedelta(days=7)),
    Recurring(FORGET_GONE, timedelta(days=1)),
)
