"""Reading timelines: pages of post ids, newest first, that the viewer may see.

Ids only: `posts.queries` turns a page into rows with everything a surface shows, in a constant
number of statements.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from functools import cache, lru_cache
from typing import Final

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from server.federation.model import Actor
from server.people.cards import VIEWER_ID
from server.people.model import Block, Mute
from server.people.rules import Place, Viewer
from server.platform.http.paging import Page
from server.platform.linkify import tag_key
from server.platform.storage.paging import paged
from server.platform.work import Reading
from server.posts.model import Audience, Post, PostMedia, PostTag
from server.posts.visibility import visible_from, visible_to
from server.profiles.standing import MATCHES, MatchSource
from server.timelines.lists.queries import is_kept_out_of_home
from server.timelines.model import HomeEntry, Marker

_TAG_DAYS: Final = 7
_MOST_USES: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicWish:
    """Which part of a public timeline is wanted."""

    local_only: bool = False
    remote_only: bool = False
    only_media: bool = False


def home(r: Reading, viewer: Viewer, asked: Page) -> list[int]:
    """Return a page of the viewer's own home; posts that became invisible are passed over."""
    if asked == Page(limit=asked.limit):  # how most homes are read
        found = _newest_at_home(viewer.place, MATCHES.source, asked.limit)
    else:
        found = paged(_home_seen_from(viewer.place, MATCHES.source), HomeEntry.post_id, asked)
    ids = list(r.session.scalars(found, {"viewer_id": viewer.person_id}))
    return ids[::-1] if asked.ascends else ids


@lru_cache(maxsize=128)
def _newest_at_home(place: Place, source: MatchSource, limit: int) -> Select[int]:
    return paged(_home_seen_from(place, source), HomeEntry.post_id, Page(limit=limit))


@cache
def _home_seen_from(place: Place, source: MatchSource) -> Select[int]:
    del source  # it only says for which one this was made
    return (
        select(HomeEntry.post_id)
        .join(Post, Post.id == HomeEntry.post_id)
        .where(
            HomeEntry.person_id == VIEWER_ID,
            visible_from(place, is_somebody=True),
            ~is_kept_out_of_home(),
        )
    )


def public(r: Reading, viewer: Viewer, wish: PublicWish, asked: Page) -> list[int]:
    """Return a page of the public timeline; boosts are not in it, replies are not either."""
    found = select(Post.id).where(Post.audience == Audience.PUBLIC, visible_to(viewer))
    if wish.local_only:
        # By the authors from here: SQLite would walk through everybody's posts that are no boosts.
        here = select(Actor.id).where(Actor.host == "")
        found = found.where(Post.author_id.in_(here), func.coalesce(Post.boost_of_id, 0) == 0)
        found = found.where(func.coalesce(Post.in_reply_to_uri, "") == "")
    else:
        found = found.where(Post.boost_of_id.is_(None), Post.in_reply_to_uri.is_(None))
    return _ids(r, _wished(r, viewer, found, wish), Post.id, asked)


def hashtag(
    r: Reading,
    viewer: Viewer,
    name: str,
    asked: Page,
    wish: PublicWish | None = None,
    *,
    also: Sequence[Collection[str]] = (),
) -> list[int]:
    """Return a page of public posts that carry a hashtag.

    `also` holds up to three further groups of names: any of, all of, none of.
    """
    any_of, all_of, none_of = (*also, (), (), ())[:3]
    found = select(Post.id).where(
        Post.audience == Audience.PUBLIC, Post.boost_of_id.is_(None), visible_to(viewer)
    )
    place: InstrumentedAttribute[int] = Post.id
    if any_of:
        found = found.where(_tagged([name, *any_of]))
    else:  # walks the hashtag's own index from the newest, however many posts carry it
        found = found.join(PostTag, PostTag.post_id == Post.id).where(PostTag.name == tag_key(name))
        place = PostTag.post_id
    for wanted in all_of:
        found = found.where(_tagged([wanted]))
    if none_of:
        found = found.where(~_tagged(list(none_of)))
    return _ids(r, _wished(r, viewer, found, wish or PublicWish()), place, asked)


def _tagged(names: Sequence[str]) -> ColumnElement[bool]:
    folded = [tag_key(name) for name in names]
    return Post.id.in_(select(PostTag.post_id).where(PostTag.name.in_(folded)))


def _wished(r: Reading, viewer: Viewer, found: Select[int], wish: PublicWish) -> Select[int]:
    if wish.local_only:
        found = found.where(Post.is_local)
    if wish.remote_only:
        found = found.where(~Post.is_local)
    if wish.only_media:
        attached = exists().where(PostMedia.post_id == Post.id)
        found = found.where(or_(attached, cast(Post.remote_media, Text) != "[]"))
    if viewer.person_id is not None:
        muted = select(Mute.muted_id).where(
            Mute.muter_id == viewer.person_id,
            or_(Mute.expires_at.is_(None), Mute.expires_at > r.now),
        )
        blocked = select(Block.blocked_id).where(Block.blocker_id == viewer.person_id)
        found = found.where(and_(Post.author_id.not_in(muted), Post.author_id.not_in(blocked)))
    return found


def _ids(
    r: Reading,
    found: Select[int],
    column: InstrumentedAttribute[int],
    asked: Page,
) -> list[int]:
    ids = list(r.session.scalars(paged(found, column, asked)))
    return ids[::-1] if asked.ascends else ids


@dataclass(frozen=True, slots=True)
class TagDay:
    """How often a hashtag was used on a day (UTC), and by how many people."""

    day: date
    uses: int
    people: int


def tag_history(r: Reading, viewer: Viewer, name: str) -> list[TagDay]:
    """Return the use of a hashtag in the last seven days, today first; of 5000 posts at most."""
    found = r.session.execute(
        select(Post.published_at, Post.author_id)
        .where(Post.audience == Audience.PUBLIC, Post.boost_of_id.is_(None), visible_to(viewer))
        .where(_tagged([name]), Post.published_at > r.now - timedelta(days=_TAG_DAYS))
        .order_by(Post.id.desc())
        .limit(_MOST_USES)
    )
    authors: dict[date, list[int]] = {}
    for published_at, author_id in found:
        authors.setdefault(published_at.astimezone(UTC).date(), []).append(author_id)
    today = r.now.astimezone(UTC).date()
    days = [today - timedelta(days=ago) for ago in range(_TAG_DAYS)]
    return [TagDay(day, len(authors.get(day, ())), len(set(authors.get(day, ())))) for day in days]


def markers(r: Reading, person_id: int, timelines: Collection[str]) -> Sequence[Marker]:
    """Return how far a person has read; timelines never marked are left out."""
    return r.session.scalars(
        select(Marker).where(Marker.person_id == person_id, Marker.timeline.in_(timelines))
    ).all()
