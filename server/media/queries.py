"""Reading pictures."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from server.media.model import Media
from server.platform.work import Reading


def own_media(r: Reading, person_id: int, media_id: int) -> Media | None:
    """Return one of the person's own pictures."""
    media = r.session.get(Media, media_id)
    return media if media is not None and media.person_id == person_id else None


def media_by_ids(r: Reading, ids: Collection[int]) -> Mapping[int, Media]:
    """Return pictures by id."""
    return {media.id: media for media in r.session.scalars(select(Media).where(Media.id.in_(ids)))}


def media_type_of(r: Reading, file_name: str) -> str | None:
    """Return the type of a stored file by its name (whole or preview), or None."""
    return r.session.scalar(
        select(Media.media_type).where(
            (Media.file_name == file_name) | (Media.preview_name == file_name)
        )
    )
