"""What posts hold about a person, to be given out and to be erased (GDPR art. 15, 17, 20)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from activitypub.documents.building import listing_of
from server.people.rules import HOUSE
from server.platform.feature import PersonalData
from server.platform.work import Reading
from server.posts.documents import document_of
from server.posts.leaving import forget_author
from server.posts.loading import post_rows
from server.posts.model import Bookmark, Like, Post, Vote
from server.posts.rows import PostRow
from server.posts.sending import announce_document

_PAGE: Final = 200


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return what somebody wrote, boosted, liked, kept and voted, as ActivityStreams collections.

    Posts of others are given by their id only: they are not the person's (art. 15(4)).
    """
    return {
        "posts": _collection(r, "posts", [_exported(r, post) for post in _posts(r, person_id)]),
        "likes": _collection(r, "likes", _uris(r, Like.post_id, Like.person_id, person_id)),
        "bookmarks": _collection(
            r, "bookmarks", _uris(r, Bookmark.post_id, Bookmark.person_id, person_id)
        ),
        "votes": _votes(r, person_id),
    }


def _collection(r: Reading, name: str, items: Sequence[Any]) -> Mapping[str, Any]:
    return listing_of(r.site.url(f"/export/{name}"), items)


def _posts(r: Reading, person_id: int) -> list[PostRow]:
    rows: list[PostRow] = []
    after = 0
    while True:
        ids = r.session.scalars(
            select(Post.id)
            .where(Post.author_id == person_id, Post.id > after)
            .order_by(Post.id)
            .limit(_PAGE)
        ).all()
        if not ids:
            return rows
        rows += post_rows(r, HOUSE, ids)
        after = ids[-1]


def _exported(r: Reading, post: PostRow) -> Mapping[str, Any]:
    """A post as it goes out, with its audience in our word, and the text as it was typed."""
    if post.boost_of is not None:
        return announce_document(r, post)
    extra: dict[str, Any] = {"svept:audience": post.audience.value}
    if post.source is not None:
        extra["source"] = {"content": post.source, "mediaType": "text/plain"}
    return {**document_of(r, post, named=post.mentions), **extra}


def _uris(
    r: Reading,
    post: InstrumentedAttribute[int],
    person: InstrumentedAttribute[int],
    person_id: int,
) -> list[str]:
    found = r.session.scalars(
        select(Post.uri).join_from(Post, post.class_, post == Post.id).where(person == person_id)
    )
    return list(found)


def _votes(r: Reading, person_id: int) -> list[dict[str, Any]]:
    rows = r.session.execute(
        select(Post.uri, Vote.choice, Vote.created_at)
        .join(Vote, Vote.post_id == Post.id)
        .where(Vote.person_id == person_id)
        .order_by(Vote.created_at)
    )
    return [
        {"poll": row.uri, "option": row.choice, "at": row.created_at.isoformat()} for row in rows
    ]


PERSONAL_DATA: Final = PersonalData(export=export, erase=forget_author)
