"""Versions of a post, and what its author typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from server.media.model import Media
from server.people.rules import Viewer
from server.platform.errors import NotFound
from server.platform.work import Reading
from server.posts.loading import local_media_row, post_row, remote_media_row
from server.posts.model import Post, PostRevision
from server.posts.rows import MediaRow, PostRow, RevisionRow, SourceRow
from server.posts.sealing import opened_words, version_of
from server.posts.visibility import visible_to


def revisions(r: Reading, viewer: Viewer, post_id: int) -> list[RevisionRow]:
    """Return every version of a post, oldest first, the present one last. Raises NotFound."""
    present = post_row(r, viewer, post_id)
    if present is None or present.boost_of is not None:
        raise NotFound
    stored = r.session.scalars(
        select(PostRevision).where(PostRevision.post_id == post_id).order_by(PostRevision.id)
    ).all()
    if not stored:
        return [_present(present)]
    pictures = _pictures(r, stored)
    return [_revision_row(r, one, pictures) for one in stored]


def _present(post: PostRow) -> RevisionRow:
    return RevisionRow(
        content=post.content,
        spoiler=post.spoiler,
        sensitive=post.sensitive,
        media=post.media,
        poll_options=tuple(option.title for option in post.poll.options) if post.poll else None,
        created_at=post.edited_at or post.published_at,
    )


def _pictures(r: Reading, stored: Sequence[PostRevision]) -> Mapping[int, MediaRow]:
    media = [one for revision in stored for one in version_of(r, revision)["media"]]
    ids = {one["id"] for one in media if "id" in one}
    if not ids:
        return {}
    found = r.session.execute(select(*Media.__table__.c).where(Media.id.in_(ids)))
    return {one.id: local_media_row(r, one) for one in found}


def _revision_row(
    r: Reading, revision: PostRevision, pictures: Mapping[int, MediaRow]
) -> RevisionRow:
    """A picture that was removed since is not shown any more: its file is gone."""
    media: list[MediaRow] = []
    said = version_of(r, revision)
    for one in said["media"]:
        row = _media_row(one, pictures)
        if row is not None:
            media.append(row)
    return RevisionRow(
        content=said["content"],
        spoiler=said["spoiler"],
        sensitive=revision.sensitive,
        media=tuple(media),
        poll_options=None if said["poll"] is None else tuple(map(str, said["poll"])),
        created_at=revision.created_at,
    )


def _media_row(one: Mapping[str, Any], pictures: Mapping[int, MediaRow]) -> MediaRow | None:
    return pictures.get(one["id"]) if "id" in one else remote_media_row(one)


def source(r: Reading, person_id: int, post_id: int) -> SourceRow:
    """Return the text that a person typed for a post of their own.

    Raises NotFound for another's, and for a message that is read no more.
    """
    found = r.session.execute(
        select(*Post.__table__.c).where(
            Post.id == post_id,
            Post.author_id == person_id,
            Post.boost_of_id.is_(None),
            visible_to(Viewer.member(person_id)),
        )
    ).first()
    if found is None:
        raise NotFound
    words = opened_words(r, found)
    return SourceRow(post_id, words.source or "", words.spoiler)
