"""Storing, describing, attaching and deleting pictures."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update

from server.media.images import ProcessedImage
from server.media.model import Media
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import say
from server.platform.jobs.model import JobRequest
from server.platform.work import Work

UNATTACHED_KEPT = timedelta(hours=24)
MAX_DESCRIPTION = 1500
DELETE_FILES = "media.delete_files"


def store_image(
    w: Work,
    *,
    person_id: int,
    image: ProcessedImage,
    file_name: str,
    preview_name: str,
    description: str = "",
    focus: tuple[float, float] = (0.0, 0.0),
    attached: bool = False,
) -> Media:
    """Record an uploaded picture whose files are written already."""
    _check_description(description)
    media = Media(
        id=w.new_id(),
        person_id=person_id,
        file_name=file_name,
        preview_name=preview_name,
        media_type=image.whole.media_type,
        size=len(image.whole.content),
        width=image.whole.width,
        height=image.whole.height,
        preview_width=image.preview.width,
        preview_height=image.preview.height,
        blurhash=image.blurhash,
        description=description,
        focus_x=focus[0],
        focus_y=focus[1],
        attached=attached,
        created_at=w.now,
    )
    w.session.add(media)
    w.session.flush()
    return media


def describe(
    w: Work,
    *,
    person_id: int,
    media_id: int,
    description: str | None = None,
    focus: tuple[float, float] | None = None,
) -> Media:
    """Change the words or the focus of one's own picture. Raises NotFound for another's."""
    media = _own(w, person_id, media_id)
    if description is not None:
        _check_description(description)
        media.description = description
    if focus is not None:
        media.focus_x, media.focus_y = focus
    w.session.flush()
    return media


def attach(w: Work, person_id: int, media_ids: Sequence[int]) -> list[Media]:
    """Mark one's own pictures as attached, in the order given.

    Raises Invalid when one is another person's, unknown, or attached already.
    """
    found = {
        media.id: media
        for media in w.session.scalars(
            select(Media).where(
                Media.id.in_(media_ids), Media.person_id == person_id, ~Media.attached
            )
        )
    }
    if len(found) != len(set(media_ids)) or len(media_ids) != len(set(media_ids)):
        raise Invalid(details={"media_ids": [("ERR_NOT_FOUND", say("not found"))]})
    w.session.execute(update(Media).where(Media.id.in_(found)).values(attached=True))
    return [found[media_id] for media_id in media_ids]


def delete_media(w: Work, media_ids: Sequence[int]) -> None:
    """Delete pictures and, after the commit, their files."""
    rows = w.session.execute(
        delete(Media).where(Media.id.in_(media_ids)).returning(Media.file_name, Media.preview_name)
    ).all()
    names = [name for row in rows for name in row]
    if names:
        w.enqueue(JobRequest(kind=DELETE_FILES, payload={"names": names}))


def delete_named(w: Work, person_id: int, paths: Iterable[str | None]) -> None:
    """Delete those of somebody's own pictures that are served at these paths ("/media/…")."""
    names = [path.removeprefix("/media/") for path in paths if path]
    if names:
        own = select(Media.id).where(Media.person_id == person_id, Media.file_name.in_(names))
        delete_media(w, w.session.scalars(own).all())


def delete_own(w: Work, *, person_id: int, media_id: int) -> None:
    """Delete one's own picture that is not attached. Raises NotFound, or Invalid when it is."""
    media = _own(w, person_id, media_id)
    if media.attached:
        raise Invalid(say("This picture is part of a post."))
    delete_media(w, [media_id])


def delete_unattached(w: Work) -> None:
    """Delete pictures that nobody attached within a day."""
    old = w.session.scalars(
        select(Media.id)
        .where(
            ~Media.attached,
            Media.created_at < w.now - UNATTACHED_KEPT,
            or_(Media.kept_until.is_(None), Media.kept_until < w.now),
        )
        .limit(500)
    ).all()
    delete_media(w, old)


def keep_unattached(
    w: Work, person_id: int, media_ids: Sequence[int], *, until: datetime | None
) -> None:
    """Keep somebody's own unattached pictures for a draft; None lets them go within a day."""
    if not media_ids:
        return
    values: dict[str, datetime | None] = {"kept_until": until}
    if until is None:
        values["created_at"] = w.now
    w.session.execute(
        update(Media)
        .where(Media.id.in_(media_ids), Media.person_id == person_id, ~Media.attached)
        .values(values)
    )


def _own(w: Work, person_id: int, media_id: int) -> Media:
    media = w.session.get(Media, media_id)
    if media is None or media.person_id != person_id:
        raise NotFound
    return media


def _check_description(description: str) -> None:
    if len(description) > MAX_DESCRIPTION:
        raise Invalid(details={"description": [("ERR_TOO_LONG", say("is too long"))]})
