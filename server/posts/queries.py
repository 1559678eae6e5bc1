"""Reading posts: one, a thread, a person's, and who reacted.

Boards and searching are in `boards`, versions in `history`, the rows themselves come from
`loading`. Every function takes the viewer and shows nothing else; what may not be seen is NotFound.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, cast, exists, literal, or_, select

from server.federation.model import Actor
from server.people.cards import CARD, person_row, visible_people
from server.people.model import Person
from server.people.rules import Viewer
from server.platform.errors import NotFound
from server.platform.http.paging import Page, page_of
from server.platform.linkify import tag_key
from server.platform.storage.paging import paged
from server.platform.work import Reading
from server.posts.loading import post_row, post_rows
from server.posts.model import Audience, Bookmark, Like, Pin, Post, PostMedia, PostTag
from server.posts.rows import PersonMark, PostRow
from server.posts.visibility import visible_to

__all__ = [
    "MarkedPost",
    "Thread",
    "account_posts",
    "bookmarked_posts",
    "boosted_by",
    "context",
    "is_visible",
    "liked_by",
    "liked_posts",
    "pinned_posts",
    "post",
    "post_by_uri",
    "post_rows",
]

MAX_ANCESTORS: Final = 100
MAX_DESCENDANTS: Final = 500
_MAX_DEPTH: Final = 40


def post(r: Reading, viewer: Viewer, post_id: int) -> PostRow:
    """Return one post or boost. Raises NotFound when the viewer may not see it."""
    row = post_row(r, viewer, post_id)
    if row is None:
        raise NotFound
    return row


def post_by_uri(r: Reading, viewer: Viewer, uri: str) -> PostRow | None:
    """Return the post with this id or page address, when the viewer may see it."""
    found = r.session.scalar(select(Post.id).where(Post.uri == uri).limit(1)) or r.session.scalar(
        select(Post.id).where(Post.is_local, Post.url == uri, Post.boost_of_id.is_(None)).limit(1)
    )
    return None if found is None else post_row(r, viewer, found)


def is_visible(r: Reading, viewer: Viewer, post_id: int) -> bool:
    """Say whether the viewer may see a post, without loading it."""
    return (
        r.session.scalar(select(Post.id).where(Post.id == post_id, visible_to(viewer))) is not None
    )


@dataclass(frozen=True, slots=True)
class Thread:
    """What stands above a post, oldest first, and below it, each answer after its parent."""

    ancestors: tuple[PostRow, ...]
    descendants: tuple[PostRow, ...]


def context(r: Reading, viewer: Viewer, post_id: int) -> Thread:
    """Return the thread around a post: at most 100 above and 500 below that the viewer may see."""
    if not is_visible(r, viewer, post_id):
        raise NotFound
    above = _ancestors(r, post_id)
    below = _descendants(r, post_id)
    rows = {row.id: row for row in post_rows(r, viewer, [*above, *below])}
    return Thread(
        tuple(rows[one] for one in above if one in rows),
        tuple(rows[one] for one in below if one in rows),
    )


def _ancestors(r: Reading, post_id: int) -> list[int]:
    line = (
        select(Post.in_reply_to_id.label("id"), literal(1).label("depth"))
        .where(Post.id == post_id)
        .cte("line", recursive=True)
    )
    line = line.union_all(
        select(Post.in_reply_to_id, line.c.depth + 1).where(
            Post.id == line.c.id, line.c.depth < MAX_ANCESTORS
        )
    )
    found = r.session.execute(
        select(line.c.id).where(line.c.id.is_not(None)).order_by(line.c.depth.desc())
    )
    return list(dict.fromkeys(row.id for row in found))


def _descendants(r: Reading, post_id: int) -> list[int]:
    tree = (
        select(Post.id, Post.in_reply_to_id.label("parent"), literal(1).label("depth"))
        .where(Post.in_reply_to_id == post_id)
        .cte("tree", recursive=True)
    )
    tree = tree.union_all(
        select(Post.id, Post.in_reply_to_id, tree.c.depth + 1).where(
            Post.in_reply_to_id == tree.c.id, tree.c.depth < _MAX_DEPTH
        )
    )
    found = r.session.execute(
        select(tree.c.id, tree.c.parent).order_by(tree.c.depth, tree.c.id).limit(MAX_DESCENDANTS)
    ).all()
    children: dict[int, list[int]] = {}
    for row in found:
        children.setdefault(row.parent, []).append(row.id)
    return _depth_first(children, post_id)


def _depth_first(children: dict[int, list[int]], root: int) -> list[int]:
    ordered: list[int] = []
    waiting = list(reversed(children.get(root, [])))
    while waiting:
        one = waiting.pop()
        ordered.append(one)
        waiting.extend(reversed(children.pop(one, [])))
    return ordered


def account_posts(
    r: Reading,
    viewer: Viewer,
    person_id: int,
    page: Page,
    *,
    exclude_replies: bool = False,
    exclude_reblogs: bool = False,
    only_media: bool = False,
    tagged: str | None = None,
) -> list[PostRow]:
    """Return a page of what a person posted and boosted, newest first."""
    wanted = select(Post.id).where(Post.author_id == person_id, visible_to(viewer))
    if exclude_replies:
        wanted = wanted.where(
            or_(Post.in_reply_to_uri.is_(None), Post.in_reply_to_person_id == person_id)
        )
    if exclude_reblogs or only_media or tagged:
        wanted = wanted.where(Post.boost_of_id.is_(None))
    if only_media:
        wanted = wanted.where(_has_media())
    if tagged:
        wanted = wanted.where(
            exists().where(PostTag.post_id == Post.id, PostTag.name == tag_key(tagged))
        )
    return _page_of_posts(r, viewer, wanted, page)


def _has_media() -> ColumnElement[bool]:
    uploaded = exists().where(PostMedia.post_id == Post.id)
    return or_(uploaded, cast(Post.remote_media, Text) != "[]")


def _page_of_posts(r: Reading, viewer: Viewer, wanted: Select[int], page: Page) -> list[PostRow]:
    ids = r.session.scalars(paged(wanted, Post.id, page)).all()
    return post_rows(r, viewer, page_of(ids, page, lambda post_id: post_id))


def pinned_posts(r: Reading, viewer: Viewer, person_id: int) -> list[PostRow]:
    """Return what a person features on their profile, the latest pin first."""
    ids = r.session.scalars(
        select(Pin.post_id).where(Pin.person_id == person_id).order_by(Pin.created_at.desc())
    ).all()
    return post_rows(r, viewer, ids)


@dataclass(frozen=True, slots=True)
class MarkedPost:
    """A post in a list that pages on something else: `mark_id` is the like or the bookmark."""

    mark_id: int
    post: PostRow


def liked_posts(r: Reading, viewer: Viewer, page: Page) -> list[MarkedPost]:
    """Return the posts that the viewer likes, the latest like first; pages on likes."""
    wanted = (
        select(Like.id, Like.post_id)
        .join(Post, Post.id == Like.post_id)
        .where(Like.person_id == viewer.person_id, visible_to(viewer))
    )
    return _marked(r, viewer, r.session.execute(paged(wanted, Like.id, page)).all(), page)


def bookmarked_posts(r: Reading, viewer: Viewer, page: Page) -> list[MarkedPost]:
    """Return the posts that the viewer keeps, the latest first; pages on bookmarks."""
    wanted = (
        select(Bookmark.id, Bookmark.post_id)
        .join(Post, Post.id == Bookmark.post_id)
        .where(Bookmark.person_id == viewer.person_id, visible_to(viewer))
    )
    return _marked(r, viewer, r.session.execute(paged(wanted, Bookmark.id, page)).all(), page)


def _marked(r: Reading, viewer: Viewer, marks: Sequence[Any], page: Page) -> list[MarkedPost]:
    ordered = page_of(marks, page, lambda mark: int(mark.id))
    rows = {row.id: row for row in post_rows(r, viewer, [mark.post_id for mark in ordered])}
    return [MarkedPost(m.id, rows[m.post_id]) for m in ordered if m.post_id in rows]


def liked_by(r: Reading, viewer: Viewer, post_id: int, page: Page) -> list[PersonMark]:
    """Return who likes a post, the latest first; pages on likes. Raises NotFound."""
    wanted = (
        select(*CARD, Like.id.label("mark_id"))
        .join_from(Person, Actor, Actor.id == Person.id)
        .join(Like, Like.person_id == Person.id)
        .where(Like.post_id == post_id)
    )
    return _people(r, viewer, post_id, paged(wanted, Like.id, page), page)


def boosted_by(r: Reading, viewer: Viewer, post_id: int, page: Page) -> list[PersonMark]:
    """Return who boosted a post so that the viewer may know; pages on boosts. Raises NotFound."""
    wanted = (
        select(*CARD, Post.id.label("mark_id"))
        .join_from(Person, Actor, Actor.id == Person.id)
        .join(Post, Post.author_id == Person.id)
        .where(
            Post.boost_of_id == post_id,
            Post.audience.in_([Audience.PUBLIC, Audience.UNLISTED]),
        )
    )
    return _people(r, viewer, post_id, paged(wanted, Post.id, page), page)


def _people(
    r: Reading, viewer: Viewer, post_id: int, wanted: Select[*tuple[Any, ...]], page: Page
) -> list[PersonMark]:
    if not is_visible(r, viewer, post_id):
        raise NotFound
    found = r.session.execute(wanted.where(visible_people(viewer))).all()
    ordered = page_of(found, page, lambda row: int(row.mark_id))
    return [PersonMark(row.mark_id, person_row(row)) for row in ordered]
