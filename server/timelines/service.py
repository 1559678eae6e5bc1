"""Filling and clearing home timelines, in the transaction of what happened; read markers."""

from collections.abc import Mapping

from sqlalchemy import (
    ColumnElement,
    and_,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from server.federation.model import Actor
from server.notifications.wishes import note_seen
from server.people.model import Block, Follow, FollowState, Mute
from server.platform.storage.base import BigId
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Work
from server.posts.model import Audience, Mention, Post
from server.timelines.model import HomeEntry, Marker
from server.timelines.rules import HOME_LENGTH

_BACKFILL = 40
MARKED = ("home", "notifications")
"""The timelines that clients mark."""


def add_to_homes(w: Work, post: Post) -> list[int]:
    """Put a post (or a boost) into every home it belongs to; return whose, for live streams.

    One insert-select whatever the number of followers; `rules.belongs_home` says the same in words.
    """
    receivers = select(Follow.follower_id, literal(post.id, BigId)).where(*_wanted_by(w, post))
    w.session.execute(insert(HomeEntry).from_select(["person_id", "post_id"], receivers))
    if w.session.scalar(select(Actor.host).where(Actor.id == post.author_id)) == "":
        w.session.execute(insert(HomeEntry).values(person_id=post.author_id, post_id=post.id))
    return list(w.session.scalars(select(HomeEntry.person_id).where(HomeEntry.post_id == post.id)))


def _wanted_by(w: Work, post: Post) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        Follow.followee_id == post.author_id,
        Follow.follower_id != post.author_id,
        Follow.state == FollowState.ACCEPTED,
        Follow.follower_id.in_(select(Actor.id).where(Actor.host == "")),
        ~_parted(w, Follow.follower_id, post.author_id),
    ]
    if post.audience == Audience.DIRECT:
        named = select(Mention.person_id).where(Mention.post_id == post.id)
        conditions.append(Follow.follower_id.in_(named))
    if post.boost_of_id is not None:
        conditions += _wants_boost(w, post.boost_of_id)
    elif post.in_reply_to_uri is not None and post.in_reply_to_person_id != post.author_id:
        conditions.append(_wants_reply(post.in_reply_to_person_id))
    return conditions


def _wants_boost(w: Work, original_id: int) -> list[ColumnElement[bool]]:
    author_id = w.session.scalar(select(Post.author_id).where(Post.id == original_id)) or 0
    return [
        Follow.shows_boosts.is_(True),
        Follow.follower_id != author_id,
        ~_parted(w, Follow.follower_id, author_id),
    ]


def _wants_reply(replied_id: int | None) -> ColumnElement[bool]:
    if replied_id is None:  # to somebody nobody here knows
        return false()
    also = aliased(Follow)
    return or_(
        Follow.follower_id == replied_id,
        exists().where(
            also.follower_id == Follow.follower_id,
            also.followee_id == replied_id,
            also.state == FollowState.ACCEPTED,
        ),
    )


def _parted(w: Work, person: InstrumentedAttribute[int], other_id: int) -> ColumnElement[bool]:
    """Say in SQL that the person has muted the other, or one of them blocks the other."""
    muted = exists().where(
        Mute.muter_id == person,
        Mute.muted_id == other_id,
        or_(Mute.expires_at.is_(None), Mute.expires_at > w.now),
    )
    blocked = exists().where(
        or_(
            and_(Block.blocker_id == person, Block.blocked_id == other_id),
            and_(Block.blocker_id == other_id, Block.blocked_id == person),
        )
    )
    return or_(muted, blocked)


def fill_from(w: Work, person_id: int, followed_id: int) -> None:
    """Put the latest posts of somebody newly followed into a home, so that it is not empty."""
    latest = (
        select(literal(person_id, BigId), Post.id)
        .where(
            Post.author_id == followed_id,
            Post.boost_of_id.is_(None),
            Post.in_reply_to_uri.is_(None),
            Post.audience.in_([Audience.PUBLIC, Audience.UNLISTED]),
            ~exists().where(HomeEntry.person_id == person_id, HomeEntry.post_id == Post.id),
        )
        .order_by(Post.id.desc())
        .limit(_BACKFILL)
    )
    w.session.execute(insert(HomeEntry).from_select(["person_id", "post_id"], latest))


def take_out(w: Work, person_id: int, author_id: int) -> None:
    """Take somebody's posts, and boosts of them, out of a home."""
    boosted = aliased(Post)
    theirs = (
        select(Post.id)
        .outerjoin(boosted, boosted.id == Post.boost_of_id)
        .where(or_(Post.author_id == author_id, boosted.author_id == author_id))
    )
    w.session.execute(
        delete(HomeEntry).where(HomeEntry.person_id == person_id, HomeEntry.post_id.in_(theirs))
    )


def trim_homes(w: Work) -> None:
    """Keep the newest 800 entries of each home."""
    ranked = select(
        HomeEntry.person_id,
        HomeEntry.post_id,
        func.row_number()
        .over(partition_by=HomeEntry.person_id, order_by=HomeEntry.post_id.desc())
        .label("place"),
    ).subquery()
    oldest_kept = select(ranked.c.person_id, ranked.c.post_id).where(ranked.c.place == HOME_LENGTH)
    for person_id, post_id in w.session.execute(oldest_kept).all():
        w.session.execute(
            delete(HomeEntry).where(HomeEntry.person_id == person_id, HomeEntry.post_id < post_id)
        )


def set_markers(w: Work, person_id: int, last_read: Mapping[str, int]) -> list[Marker]:
    """Remember how far a person has read; the last writer wins, and each change counts."""
    one_at_a_time(w.session, person_id)
    changed = []
    for timeline, last_read_id in last_read.items():
        marker = w.session.get(Marker, (person_id, timeline))
        if marker is None:
            marker = Marker(person_id=person_id, timeline=timeline, version=0)
            w.session.add(marker)
        marker.last_read_id = last_read_id
        marker.version += 1
        marker.updated_at = w.now
        changed.append(marker)
    w.session.flush()
    if "notifications" in last_read:
        note_seen(w, person_id, last_read["notifications"])
    return changed
