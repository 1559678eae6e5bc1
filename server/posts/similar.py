"""Offers like one that is over: of the same kind, still open, near in occupation and in place.

Nobody is ranked here, only offers; among equally near ones the latest comes first.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import or_, select

from server.people.rules import Viewer
from server.platform.work import Reading
from server.posts.kinds.reading import text_in, texts_in
from server.posts.loading import post_rows
from server.posts.model import Post, PostState
from server.posts.rows import PostRow
from server.posts.visibility import visible_to

_LOOKED_AT: Final = 100
_WIDER_REGION: Final = 4
"""A NUTS code of level 2 has four characters: BE25 holds BE255."""
_SORTS: Final = ("eventType", "studyType", "toolKind", "phase")
_GROUPS: Final = 2
"""Two digits of an ISCO code are its sub-major group."""


def similar_posts(r: Reading, viewer: Viewer, post: PostRow, most: int = 4) -> list[PostRow]:
    """Return open offers of the same kind that the viewer may see, the nearest first.

    The latest hundred are looked at; those that share nothing but the kind are left out.
    """
    record = post.record or {}
    latest = r.session.execute(
        select(Post.id, Post.record)
        .where(
            Post.kind == post.kind,
            Post.boost_of_id.is_(None),
            Post.id != post.id,
            Post.state == PostState.OPEN,
            or_(Post.closes_at.is_(None), Post.closes_at > r.now),
            visible_to(viewer),
        )
        .order_by(Post.id.desc())
        .limit(_LOOKED_AT)
    ).all()
    near = [(nearness(record, other or {}), post_id) for post_id, other in latest]
    found = sorted((one for one in near if one[0] > 0), reverse=True)[:most]
    return post_rows(r, viewer, [post_id for _, post_id in found])


def nearness(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    """Return how much two records of a kind have in common; 0 for nothing."""
    return _of_occupation(one, other) + _of_place(one, other) + _of_sort(one, other)


def _of_occupation(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    mine, theirs = _occupations(one), _occupations(other)
    if mine & theirs:
        return 4
    isco_mine, isco_theirs = (
        {code[:_GROUPS] for code in codes if code.isdigit()} for codes in (mine, theirs)
    )
    return 2 if isco_mine & isco_theirs else 0


def _occupations(record: Mapping[str, Any]) -> set[str]:
    own = text_in(record, "occupation")
    return {*texts_in(record, "occupations"), *([own] if own else [])}


def _of_place(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    mine, theirs = set(texts_in(one, "regions")), set(texts_in(other, "regions"))
    if mine & theirs:
        return 2
    wide = ({code[:_WIDER_REGION] for code in codes} for codes in (mine, theirs))
    return 1 if set.intersection(*wide) else 0


def _of_sort(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    return sum(
        1 for name in _SORTS if text_in(one, name) and text_in(one, name) == text_in(other, name)
    )
