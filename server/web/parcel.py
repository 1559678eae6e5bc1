"""What surrounds the words of any post in a form: who sees it, its language, its pictures.

A picture is stored as soon as a form brings it; its id travels in the form, so that a refused form
does not ask for it again. What is never attached is deleted after a day (`media`).
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.media.model import Media
from server.media.queries import own_media
from server.media.uploads import upload_image
from server.people.cards import PersonRow
from server.people.queries import person_of
from server.people.reader import Reader
from server.platform.errors import Invalid
from server.platform.i18n import Message, say
from server.platform.work import Reading
from server.posts.loading import local_media_row
from server.posts.model import Audience
from server.posts.rows import MediaRow, PostRow
from server.posts.rules import MAX_MEDIA, capped

AUDIENCES: Final[Mapping[Audience, Message]] = {
    Audience.PUBLIC: say("Everybody"),
    Audience.UNLISTED: say("Everybody who has the address, not on boards"),
    Audience.FOLLOWERS: say("Only those who follow me"),
    Audience.PARTNERS: say("Members of partner organisations"),
    Audience.MEMBERS: say("Members of this place"),
    Audience.DIRECT: say("Only the people I name"),
}
"""Who sees a post, in words."""

_MAX_DESCRIPTION: Final = 1_500
_MAX_TAG: Final = 35


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Audience, language and pictures of a post to be; `key` makes sending twice harmless."""

    audience: Audience
    language: str | None
    media_ids: Sequence[int] = ()
    media: Sequence[MediaRow] = ()
    key: str = ""


async def writer(reader: Reader) -> PersonRow:
    """Return the person who writes."""
    return await reader.instance.read(person_of, reader.viewer, reader.me)


def opened(me: PersonRow, tag: str) -> Parcel:
    """Return what a new form begins with."""
    return Parcel(
        audience=capped(Audience(me.default_audience), me.reach),
        language=me.language or tag,
        key=secrets.token_hex(8),
    )


async def parcel_of(
    reader: Reader, *, post: PostRow | None = None
) -> tuple[Parcel, Invalid | None]:
    """Return what a form sent around the words, and what is wrong with its picture, if anything.

    The audience of a published post stays as it is.
    """
    wrong: Invalid | None = None
    try:
        added = await _uploaded(reader)
    except Invalid as refused:
        added, wrong = [], refused
    return await parcel_kept(reader, post=post, added=added), wrong


async def parcel_kept(
    reader: Reader, *, post: PostRow | None = None, added: Sequence[int] = ()
) -> Parcel:
    """Return what a form sent around the words, without storing a picture that came with it."""
    sent = reader.parameters
    asked = sent.choice("audience", [one.value for one in Audience])
    audience = post.audience if post is not None else Audience(asked or Audience.PUBLIC)
    ids = [*sent.ids("media_ids", most=MAX_MEDIA), *added]
    return Parcel(
        audience=audience,
        language=sent.text("language", max_length=_MAX_TAG),
        media_ids=ids,
        media=await reader.instance.read(pictures_of, reader.me, ids),
        key=sent.text("key", max_length=64) or "",
    )


async def _uploaded(reader: Reader) -> list[int]:
    file = reader.parameters.upload("picture")
    if file is None or not file.size:
        return []
    description = reader.parameters.text("picture_description", max_length=_MAX_DESCRIPTION)
    if not (description or "").strip():
        raise Invalid(
            details={
                "picture_description": [
                    ("ERR_BLANK", say("Describe the picture for people who do not see it."))
                ]
            }
        )
    try:
        media = await upload_image(
            reader.instance,
            person_id=reader.me,
            content=file.read(),
            description=description or "",
        )
    except Invalid as refused:
        raise Invalid(details={"picture": [("ERR_INVALID", refused.safe)]}) from refused
    return [media.id]


def pictures_of(r: Reading, person_id: int, ids: Sequence[int]) -> list[MediaRow]:
    """Return somebody's own pictures that are there, in order."""
    found = [own_media(r, person_id, one) for one in ids]
    return [_row(r, one) for one in found if one is not None]


def _row(r: Reading, media: Media) -> MediaRow:
    return local_media_row(r, media)  # type: ignore[arg-type]  # same columns, as an object


def faults_of(refused: Invalid | None) -> Mapping[str, Sequence[Message]]:
    """Return what is wrong by the name of the field; "" holds what is about the whole."""
    if refused is None:
        return {}
    if not refused.details:
        return {"": [refused.safe]}
    return {
        name: [fault.description for fault in faults] for name, faults in refused.details.items()
    }
