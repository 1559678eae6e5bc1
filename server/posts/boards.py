"""Finding posts: the search, and how many of each kind are open.

What is past its date counts as closed from that moment, even before the job has closed it. The
boards with their filters are a room of their own, above. Searching goes over what the viewer may
see and the author lets be found (FEP-5feb).
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from server.people.model import Person
from server.people.rules import Viewer
from server.platform.http.paging import Slice
from server.platform.work import Reading
from server.posts.loading import post_rows
from server.posts.model import Bookmark, Like, Mention, Post, PostState
from server.posts.rows import PostRow
from server.posts.visibility import visible_to

_MAX_WORDS: Final = 8


def board_counts(r: Reading, viewer: Viewer) -> dict[str, int]:
    """Return how many open posts of each kind the viewer may see; a kind without any is absent."""
    counted = r.session.execute(
        select(Post.kind, func.count())
        .where(Post.kind.is_not(None), Post.boost_of_id.is_(None), _is_open(r), visible_to(viewer))
        .group_by(Post.kind)
    )
    return {str(kind): count for kind, count in counted}


def _is_open(r: Reading) -> ColumnElement[bool]:
    return and_(
        or_(Post.state.is_(None), Post.state == PostState.OPEN),
        or_(Post.closes_at.is_(None), Post.closes_at > r.now),
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
