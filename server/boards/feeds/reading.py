"""Which posts stand in a feed: the newest of what anybody may see and what is not over."""

from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from server.boards import queries
from server.boards.filters import Sort, Wanted
from server.people.cards import PersonRow
from server.people.queries import person_by_handle
from server.people.rules import ANYBODY
from server.platform.errors import NotFound
from server.platform.http.paging import Page, Slice
from server.platform.linkify import tag_key
from server.platform.work import Reading
from server.posts.loading import post_rows
from server.posts.model import Audience, Post, PostTag
from server.posts.queries import account_posts
from server.posts.rows import PostRow
from server.posts.visibility import visible_to

LONGEST: Final = 50
LONGEST_CALENDAR: Final = 250


def posts_of_board(r: Reading, wanted: Wanted, zone: ZoneInfo) -> list[PostRow]:
    """Return the newest posts that fit a filter; feeds are never of what has ended."""
    open_ones = replace(wanted, closed=False, sort=Sort.NEWEST)
    return queries.found_posts(r, ANYBODY, open_ones, Slice(LONGEST), zone)


def dated_posts(
    r: Reading, wanted: Wanted, zone: ZoneInfo, *, author_id: int | None = None
) -> list[PostRow]:
    """Return what belongs into a calendar, soonest first, with events that were called off."""
    ids = queries.found_dated(r, ANYBODY, wanted, LONGEST_CALENDAR, zone, author_id=author_id)
    return post_rows(r, ANYBODY, ids)


def person_here(r: Reading, handle: str) -> PersonRow:
    """Return somebody of this instance whom anybody may see. Raises NotFound."""
    person = person_by_handle(r, ANYBODY, handle)
    if person is None or not person.is_local:
        raise NotFound
    return person


def posts_of_person(r: Reading, person: PersonRow) -> list[PostRow]:
    """Return the newest own posts of somebody that anybody may read; no boosts, no answers."""
    posts = account_posts(
        r, ANYBODY, person.id, Page(LONGEST), exclude_replies=True, exclude_reblogs=True
    )
    return [post for post in posts if not post.is_closed]


def posts_of_tag(r: Reading, name: str) -> list[PostRow]:
    """Return the newest public posts with a hashtag."""
    ids = r.session.scalars(
        select(Post.id)
        .join(PostTag, PostTag.post_id == Post.id)
        .where(
            PostTag.name == tag_key(name),
            Post.audience == Audience.PUBLIC,
            Post.boost_of_id.is_(None),
            visible_to(ANYBODY),
        )
        .order_by(Post.id.desc())
        .limit(LONGEST)
    ).all()
    # Others' posts are shown to strangers where they were written, and only offers here.
    rows = post_rows(r, ANYBODY, ids)
    return [post for post in rows if not post.is_closed and (post.is_local or post.kind)]
