"""Parts that several documents of ours have: times, tags, attachments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from activitypub.documents.jsonbytes import JsonObject
from activitypub.documents.links import Picture
from activitypub.documents.names import LD_JSON_AS
from activitypub.errors import DocumentError


@dataclass(frozen=True, slots=True)
class PageLink:
    """The page of a post: the link that cards and Lemmy show."""

    url: str
    name: str


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file of a post. `description` is the text for people who cannot see it."""

    url: str
    media_type: str
    description: str | None = None
    blurhash: str | None = None
    width: int | None = None
    height: int | None = None
    focal_point: tuple[float, float] | None = None


def pruned(properties: Mapping[str, object], *, keep: str | None = None) -> JsonObject:
    """Return the properties that say something: no null, no empty text, array or object.

    The property named by `keep` stays even when it is empty.
    """
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in properties.items()
        if key == keep or (value is not None and value not in ("", [], (), {}))
    }


def timestamp(moment: datetime) -> str:
    """Return a point in time as UTC in whole seconds, ending in `Z`.

    Raises DocumentError when the time has no zone.
    """
    _require_zone(moment)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_timestamp(moment: datetime) -> str:
    """Return a point in time with the offset it was given in (events show their local time).

    Raises DocumentError when the time has no zone.
    """
    _require_zone(moment)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _require_zone(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise DocumentError("a time without a zone cannot be sent")


def require_addressees(to: tuple[str, ...], cc: tuple[str, ...]) -> None:
    """Raise DocumentError when nobody is addressed: GoToSocial refuses such an object."""
    if not to and not cc:
        raise DocumentError("a document that addresses nobody cannot be sent")


def mention_tag(actor: str, name: str) -> JsonObject:
    """Return the tag of somebody who is named; `name` is `@user@host`."""
    return {"type": "Mention", "href": actor, "name": name}


def hashtag_tag(name: str, href: str) -> JsonObject:
    """Return the tag of a hashtag; `name` without `#`."""
    return {"type": "Hashtag", "name": f"#{name}", "href": href}


def emoji_tag(shortcode: str, picture: Picture, *, emoji_id: str) -> JsonObject:
    """Return the tag of a custom emoji; `shortcode` without colons."""
    icon = pruned({"type": "Image", "mediaType": picture.media_type, "url": picture.url})
    return {"id": emoji_id, "type": "Emoji", "name": f":{shortcode}:", "icon": icon}


def object_tag(href: str, name: str) -> JsonObject:
    """Return the tag that links to another object, such as a posting (FEP-e232)."""
    return {"type": "Link", "mediaType": LD_JSON_AS, "href": href, "name": name}


def page_attachment(link: PageLink) -> JsonObject:
    """Return the attachment that leads to a page."""
    return {"type": "Link", "mediaType": "text/html", "href": link.url, "name": link.name}


def file_attachment(file: MediaFile) -> JsonObject:
    """Return the attachment of a file; only types that every server takes are used."""
    return pruned(
        {
            "type": _file_type(file.media_type),
            "mediaType": file.media_type,
            "url": file.url,
            "name": file.description,
            "blurhash": file.blurhash,
            "width": file.width,
            "height": file.height,
            "focalPoint": file.focal_point,
        }
    )


def _file_type(media_type: str) -> str:
    families = {"image": "Image", "video": "Video", "audio": "Audio"}
    return families.get(media_type.partition("/")[0], "Document")


def picture_object(picture: Picture | None) -> JsonObject | None:
    """Return an icon or header picture."""
    if picture is None:
        return None
    return pruned(
        {
            "type": "Image",
            "mediaType": picture.media_type,
            "url": picture.url,
            "name": picture.description,
        }
    )
