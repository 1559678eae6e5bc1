"""What happens to messages in the background: notices are written, old messages go."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select

from server.federation.actors import INSTANCE_ACTOR_ID
from server.matching.model import Match, MatchState
from server.matching.rules import CONSENTED
from server.messages import circles
from server.messages.house import WRITE, write_notice
from server.messages.model import Conversation
from server.moderation.queries import open_reports
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring
from server.platform.work import Reading, Work
from server.posts.model import Audience, Post
from server.posts.removing import remove_post

FORGET_OLD: Final = "messages.forget_old"
KEPT: Final = timedelta(days=90)
"""How long messages of a match stay after it closed, and messages of the instance at all."""
_READABLE: Final = timedelta(days=14)
_LOOKED_BACK: Final = timedelta(days=30)
_MOST_AT_ONCE: Final = 500
_MOST_REPORTS: Final = 10_000


def forget_old(w: Work) -> int:
    """Delete messages of matches closed 90 days ago, and old ones of the instance itself.

    Messages that an open report names stay until it is closed. Returns how many went.
    """
    gone = _old_at(w, w.now)
    for post_id in gone:
        post = w.session.get(Post, post_id)
        if post is not None:
            remove_post(w, post)
    _forget_empty(w)
    return len(gone)


def too_old(r: Reading, at: datetime) -> int:
    """Return how many messages `forget_old` would delete at a moment."""
    return len(_old_at(r, at))


def _old_at(r: Reading, at: datetime) -> list[int]:
    reported = {int(one) for row in open_reports(r, limit=_MOST_REPORTS) for one in row.post_ids}
    ids = [*_of_closed_matches(r, at), *_of_the_house(r, at)]
    return [one for one in dict.fromkeys(ids) if one not in reported]


def _of_closed_matches(r: Reading, at: datetime) -> list[int]:
    """Look at the matches that came of age within a month: the job runs every day."""
    closed = r.session.scalars(
        select(Match).where(
            Match.state.in_((MatchState.CLOSED, MatchState.FOLLOWED_UP)),
            Match.closed_at <= at - KEPT,
            Match.closed_at > r.now - KEPT - _LOOKED_BACK,
            Match.talent_id.is_not(None),
            Match.other_id.is_not(None),
        )
    ).all()
    return [one for match in closed for one in _messages_of(r, match)]


def _messages_of(r: Reading, match: Match) -> list[int]:
    talent_id, other_id, closed_at = match.talent_id, match.other_id, match.closed_at
    if talent_id is None or other_id is None or closed_at is None or _goes_on(r, match):
        return []
    ids = r.session.scalars(
        select(Post.id)
        .where(
            Post.audience == Audience.DIRECT,
            Post.author_id.in_((talent_id, other_id)),
            Post.created_at <= closed_at + _READABLE,
            Post.conversation_id.in_(
                select(Conversation.thread_id).where(
                    Conversation.person_id == talent_id, Conversation.others == str(other_id)
                )
            ),
        )
        .order_by(Post.id)
        .limit(_MOST_AT_ONCE)
    ).all()
    pair = frozenset({talent_id, other_id})
    whose = circles.circles_of(r, ids)
    return [one for one in ids if whose[one] <= pair]


def _goes_on(r: Reading, match: Match) -> bool:
    """Tell whether the two are in another match, whose messages these are as well."""
    again = select(Match.id).where(
        Match.talent_id == match.talent_id,
        Match.other_id == match.other_id,
        Match.state.in_(CONSENTED),
    )
    return r.session.scalar(again) is not None


def _of_the_house(r: Reading, at: datetime) -> list[int]:
    old = select(Post.id).where(
        Post.author_id == INSTANCE_ACTOR_ID,
        Post.audience == Audience.DIRECT,
        Post.created_at < at - KEPT,
    )
    return list(r.session.scalars(old.order_by(Post.id).limit(_MOST_AT_ONCE)))


def _forget_empty(w: Work) -> None:
    """Delete conversations in which nothing but deleted messages is left."""
    threads = select(Post.conversation_id).where(Post.audience == Audience.DIRECT)
    w.session.execute(
        delete(Conversation)
        .where(
            or_(Conversation.last_id.not_in(select(Post.id)), Conversation.others == ""),
            Conversation.thread_id.not_in(threads),
        )
        .execution_options(synchronize_session=False)
    )


async def _forget_old(instance: Instance, _: Job) -> None:
    await instance.work(forget_old)


JOB_KINDS: Final = (one_by_one(WRITE, write_notice), one_by_one(FORGET_OLD, _forget_old))
RECURRING: Final = (Recurring(FORGET_OLD, timedelta(days=1)),)
