"""Finding posts: the boards, one for each kind, with their filters, and the search.

A board shows what is open, unless asked otherwise; what is past its date counts as closed from that
moment, even before the job has closed it. Searching goes over what the viewer may see and the
author lets be found (FEP-5feb).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select

from server.people.model import Person
from server.people.rules import Viewer
from server.platform.http.paging import Page, Slice, page_of
from server.platform.storage.paging import paged
from server.platform.work import Reading
from server.posts.loading import post_rows
from server.posts.model import Bookmark, Like, Mention, Post, PostState
from server.posts.rows import PostRow
from server.posts.visibility import visible_to

_MAX_WORDS: Final = 8


class Standing(StrEnum):
    """Which posts of a kind are wanted."""

    OPEN = "open"
    CLOSED = "closed"
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFilter:
    """What to show of a board.

    `region` is a NUTS code, the regions inside it count too; `language` a tag, its regional forms
    count too; of `text` every word has to occur.
    """

    standing: Standing = Standing.OPEN
    region: str | None = None
    language: str | None = None
    text: str | None = None


EVERYTHING_OPEN: Final = BoardFilter()


def board(
    r: Reading, viewer: Viewer, kind: str, page: Page, wanted: BoardFilter = EVERYTHING_OPEN
) -> list[PostRow]:
    """Return a page of the posts of a kind, newest first."""
    posts = select(Post.id).where(
        Post.kind == kind, Post.boost_of_id.is_(None), visible_to(viewer), *_matching(r, wanted)
    )
    ids = r.session.scalars(paged(posts, Post.id, page)).all()
    return post_rows(r, viewer, page_of(ids, page, lambda post_id: post_id))


def board_counts(r: Reading, viewer: Viewer) -> dict[str, int]:
    """Return how many open posts of each kind the viewer may see; a kind without any is absent."""
    counted = r.session.execute(
        select(Post.kind, func.count())
        .where(Post.kind.is_not(None), Post.boost_of_id.is_(None), _is_open(r), visible_to(viewer))
        .group_by(Post.kind)
    )
    return {str(kind): count for kind, count in counted}


def _matching(r: Reading, wanted: BoardFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.standing is not Standing.ANY:
        is_open = _is_open(r)
        conditions.append(is_open if wanted.standing is Standing.OPEN else not_(is_open))
    if wanted.region:
        conditions.append(_in_region(r, wanted.region))
    if wanted.language:
        conditions.append(_in_language(wanted.language))
    return conditions + _with_words(wanted.text or "")


def _is_open(r: Reading) -> ColumnElement[bool]:
    return and_(
        or_(Post.state.is_(None), Post.state == PostState.OPEN),
        or_(Post.closes_at.is_(None), Post.closes_at > r.now),
    )


def _in_region(r: Reading, code: str) -> ColumnElement[bool]:
    """One of the record's regions begins with the code: BE2 holds BE25."""
    if r.session.get_bind().dialect.name == "postgresql":
        regions = func.json_array_elements_text(Post.record["regions"]).table_valued("value")
    else:
        regions = func.json_each(Post.record, "$.regions").table_valued("value")
    begins = regions.c.value.startswith(code.upper(), autoescape=True)
    return exists(select(regions.c.value).select_from(regions).where(begins))


def _in_language(tag: str) -> ColumnElement[bool]:
    return or_(
        Post.language == tag,
        Post.language.startswith(f"{tag}-", autoescape=True),
        Post.content_map[tag].as_string().is_not(None),
    )


def words_of(text: str) -> list[str]:
    """Return the words to look for, folded; eight at most."""
    return text.casefold().split()[:_MAX_WORDS]


def _with_words(text: str) -> list[ColumnElement[bool]]:
    return [Post.search_text.contains(word, autoescape=True) for word in words_of(text)]


def search_posts(
    r: Reading, viewer: Viewer, text: str, asked: Slice, *, author_id: int | None = None
) -> list[PostRow]:
    """Return the posts in which every word occurs, newest first; none for an empty text."""
    conditions = _with_words(text)
    if not conditions:
        return []
    found: Select[Any] = select(Post.id).where(
        Post.boost_of_id.is_(None), visible_to(viewer), _may_be_found(viewer), *conditions
    )
    if author_id is not None:
        found = found.where(Post.author_id == author_id)
    ids: Sequence[int] = r.session.scalars(
        found.order_by(Post.id.desc()).limit(asked.limit).offset(asked.offset)
    ).all()
    return post_rows(r, viewer, ids)


def _may_be_found(viewer: Viewer) -> ColumnElement[bool]:
    """Posts of a kind are made to be found; others where the author agrees, or I am in them.

    Among the members of this instance, members' posts are found without asking.
    """
    indexable = exists().where(Person.id == Post.author_id, Person.indexable)
    ways: list[ColumnElement[bool]] = [Post.kind.is_not(None), indexable]
    if viewer.person_id is not None:
        me = viewer.person_id
        ways += [
            Post.is_local.is_(True),
            Post.author_id == me,
            exists().where(Mention.post_id == Post.id, Mention.person_id == me),
            exists().where(Like.post_id == Post.id, Like.person_id == me),
            exists().where(Bookmark.post_id == Post.id, Bookmark.person_id == me),
        ]
    return or_(*ways)
