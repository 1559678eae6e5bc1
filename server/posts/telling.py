"""Who is told of what happens to posts.

Whether they hear it is decided in the notifications room, except for threads that somebody muted,
which only this room knows.
"""

from collections.abc import Iterable

from sqlalchemy import select

from server.federation.model import Actor
from server.notifications.model import NotificationType
from server.notifications.service import notify
from server.people.model import Follow, FollowState
from server.people.rules import Viewer
from server.platform.work import Work
from server.posts.model import Audience, Post, ThreadMute, Vote
from server.posts.queries import is_visible

_MAX_TOLD = 1_000


def tell(
    w: Work, receivers: Iterable[int], what: NotificationType, from_id: int, post: Post
) -> None:
    """Tell people of this instance of something about a post, unless they muted its thread.

    Only those who may see the post hear of it.
    """
    wanted = _local(w, receivers)
    if not wanted:
        return
    muted = set(
        w.session.scalars(
            select(ThreadMute.person_id).where(
                ThreadMute.conversation_id == post.conversation_id,
                ThreadMute.person_id.in_(wanted),
            )
        )
    )
    for person_id in wanted:
        if person_id not in muted and is_visible(w, Viewer.member(person_id), post.id):
            notify(w, person_id, what, from_id, post.id)


def _local(w: Work, people: Iterable[int]) -> list[int]:
    wanted = set(people)
    if not wanted:
        return []
    found = w.session.scalars(
        select(Actor.id).where(Actor.id.in_(wanted), Actor.host == "").order_by(Actor.id)
    )
    return list(found)


def tell_named(w: Work, post: Post, named: Iterable[int]) -> None:
    """Tell people that a post names them."""
    tell(w, named, NotificationType.MENTION, post.author_id, post)


def tell_subscribers(w: Work, post: Post) -> None:
    """Tell the followers who asked to hear of every post of the author."""
    if post.audience == Audience.DIRECT or post.in_reply_to_uri is not None:
        return
    asked = w.session.scalars(
        select(Follow.follower_id)
        .where(
            Follow.followee_id == post.author_id,
            Follow.state == FollowState.ACCEPTED,
            Follow.notifies,
        )
        .limit(_MAX_TOLD)
    ).all()
    tell(w, asked, NotificationType.STATUS, post.author_id, post)


def tell_boosters(w: Work, post: Post) -> None:
    """Tell those who boosted a post that it was edited."""
    boosters = w.session.scalars(
        select(Post.author_id).where(Post.boost_of_id == post.id).limit(_MAX_TOLD)
    ).all()
    tell(w, boosters, NotificationType.UPDATE, post.author_id, post)


def tell_poll_ended(w: Work, post: Post) -> None:
    """Tell the voters here, and the author, that a poll is over."""
    voters = w.session.scalars(
        select(Vote.person_id).where(Vote.post_id == post.id).distinct().limit(_MAX_TOLD)
    ).all()
    tell(w, {*voters, post.author_id}, NotificationType.POLL, post.author_id, post)
