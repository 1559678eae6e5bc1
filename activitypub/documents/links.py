"""Readers of what hangs on an object: links, pictures, attachments and tags.

The same thing is written as a string, as a Link with `href`, as an object with `url`, or as an
array of all of them; here each becomes one frozen value with http(s) URLs only. What cannot be
used is left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from activitypub.documents.jsonbytes import JsonObject
from activitypub.documents.names import (
    ACTIVITY_JSON,
    LD_JSON,
    MAX_ATTACHMENTS,
    MAX_NAME_CHARS,
    MAX_TAGS,
)
from activitypub.documents.reading import (
    as_object,
    integer_of,
    media_type_of,
    members,
    number_of,
    text_of,
    types_of,
    url_text_of,
)

_HTML: Final = "text/html"
_LINK_TYPES: Final = frozenset({"Link", "Page"})
_MAX_LINKS: Final = 100
_MAX_RELATIONS: Final = 10
_MAX_EXTENSIONS: Final = 50
_MAX_DEPTH: Final = 4
_MAX_DESCRIPTION_CHARS: Final = 10_000
_MAX_BLURHASH_CHARS: Final = 200
_MAX_PIXELS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Link:
    """A link: where it leads, what is there, how it relates."""

    href: str
    media_type: str | None = None
    name: str | None = None
    relations: tuple[str, ...] = ()
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """An avatar, header, banner or emoji picture."""

    url: str
    media_type: str | None
    description: str | None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file or link attached to an object.

    `type` is the ActivityStreams type as sent (`Link` for links to pages). `description` is the
    text for people who cannot see it. The focal point is x, y from -1 (left, bottom) to 1.
    """

    type: str
    url: str
    media_type: str | None
    description: str | None
    blurhash: str | None
    width: int | None
    height: int | None
    focal_point: tuple[float, float] | None
    preview_url: str | None
    duration_seconds: float | None

    @property
    def is_link(self) -> bool:
        """Whether this leads to a page instead of being a file to show."""
        return self.type in _LINK_TYPES and (self.media_type or _HTML) == _HTML


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody who is named: their actor id, and the name as written (`@ann@a.example`)."""

    href: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Hashtag:
    """A hashtag without its `#`, in the spelling of the author."""

    name: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Emoji:
    """A custom emoji: shortcode without colons, and its picture."""

    shortcode: str
    picture: Picture
    id: str | None


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of an object by kind. `objects` are links to other objects (FEP-e232)."""

    mentions: tuple[Mention, ...]
    hashtags: tuple[Hashtag, ...]
    emojis: tuple[Emoji, ...]
    objects: tuple[Link, ...]


def links_of(value: object) -> tuple[Link, ...]:
    """Return every usable link of a `url` property, in order; nested arrays are followed."""
    return tuple(_links_in(value, depth=0))[:_MAX_LINKS]


def _links_in(value: object, *, depth: int) -> Iterator[Link]:
    if depth > _MAX_DEPTH:
        return
    for member in members(value, limit=_MAX_LINKS):
        if isinstance(member, str):
            href = url_text_of(member)
            if href is not None:
                yield Link(href)
        elif isinstance(member, list):
            yield from _links_in(member, depth=depth + 1)
        elif isinstance(member, dict):
            yield from _links_of_object(member, depth=depth)


def _links_of_object(member: JsonObject, *, depth: int) -> Iterator[Link]:
    href = url_text_of(member.get("href"))
    if href is None:
        yield from _links_in(member.get("url"), depth=depth + 1)
        return
    relations = (text_of(name) for name in members(member.get("rel"), limit=_MAX_RELATIONS))
    yield Link(
        href=href,
        media_type=media_type_of(member.get("mediaType")),
        name=text_of(member.get("name")),
        relations=tuple(name for name in relations if name is not None),
        width=_pixels(member.get("width")),
        height=_pixels(member.get("height")),
    )


def url_of(value: object, *, prefer: str = _HTML) -> str | None:
    """Return the one URL to use: the link of the preferred media type, else the first.

    A link that says it is something else is still better than none (PeerTube lists its page
    first and its files after).
    """
    links = links_of(value)
    preferred = next((link for link in links if link.media_type == prefer), None)
    unnamed = next((link for link in links if link.media_type is None), None)
    chosen = preferred or unnamed or next(iter(links), None)
    return chosen.href if chosen else None


def picture_of(value: object) -> Picture | None:
    """Return an icon or image; of an array the first that has a URL."""
    for member in members(value, limit=MAX_ATTACHMENTS):
        links = links_of(member)
        if not links:
            continue
        fields = as_object(member) or {}
        media_type = media_type_of(fields.get("mediaType")) or links[0].media_type
        description = text_of(fields.get("name")) or text_of(fields.get("summary"))
        return Picture(links[0].href, media_type, description)
    return None


def attachments_of(value: object) -> tuple[Attachment, ...]:
    """Return the attachments that have a URL, in order; profile fields are not among them."""
    found = (_attachment(member) for member in members(value, limit=MAX_ATTACHMENTS))
    return tuple(attachment for attachment in found if attachment is not None)


def _attachment(member: object) -> Attachment | None:
    fields = member if isinstance(member, dict) else {}
    types = types_of(fields)
    link = _file_link(member, media_type_of(fields.get("mediaType")))
    if link is None or "PropertyValue" in types:
        return None
    return Attachment(
        type=types[0] if types else "Link",
        url=link.href,
        media_type=media_type_of(fields.get("mediaType")) or link.media_type,
        description=_description(fields),
        blurhash=text_of(fields.get("blurhash"), limit=_MAX_BLURHASH_CHARS),
        width=_pixels(fields.get("width")) or link.width,
        height=_pixels(fields.get("height")) or link.height,
        focal_point=_focal_point(fields.get("focalPoint")),
        preview_url=_preview(fields),
        duration_seconds=_seconds(fields.get("duration")),
    )


def _file_link(member: object, media_type: str | None) -> Link | None:
    """The link of the attachment's own media type, else its first."""
    links = links_of(member)
    return next((link for link in links if link.media_type == media_type), None) or next(
        iter(links), None
    )


def _description(fields: JsonObject) -> str | None:
    """The text alternative; Pixelfed and others put it in `summary`."""
    return text_of(fields.get("name"), limit=_MAX_DESCRIPTION_CHARS) or text_of(
        fields.get("summary"), limit=_MAX_DESCRIPTION_CHARS
    )


def _preview(fields: JsonObject) -> str | None:
    picture = picture_of(fields.get("icon")) or picture_of(fields.get("preview"))
    return picture.url if picture else None


def _pixels(value: object) -> int | None:
    pixels = integer_of(value)
    return pixels if pixels is not None and 0 < pixels <= _MAX_PIXELS else None


def _focal_point(value: object) -> tuple[float, float] | None:
    if not isinstance(value, list) or len(value) != len(("x", "y")):
        return None
    x, y = (number_of(part, low=-1.0, high=1.0) for part in value)
    return None if x is None or y is None else (x, y)


def _seconds(value: object) -> float | None:
    """A duration as `PT1H2M3S`, as PeerTube and Funkwhale write it, or as plain seconds."""
    if not isinstance(value, str) or not value.upper().startswith("PT"):
        return number_of(value, low=0, high=_MAX_PIXELS)
    total = 0.0
    digits = ""
    for char in value[2:MAX_NAME_CHARS].upper():
        if char in "HMS" and digits:
            number = number_of(digits, low=0, high=_MAX_PIXELS)
            total += (number or 0.0) * {"H": 3600, "M": 60, "S": 1}[char]
            digits = ""
        else:
            digits += char
    return total if not digits and total <= _MAX_PIXELS else None


def tags_of(value: object) -> Tags:
    """Return mentions, hashtags, emojis and object links of a `tag` property, each once."""
    mentions: dict[str, Mention] = {}
    hashtags: dict[str, Hashtag] = {}
    emojis: dict[str, Emoji] = {}
    objects: dict[str, Link] = {}
    for member in members(value, limit=MAX_TAGS):
        tag = _tag(member)
        match tag:
            case Mention():
                mentions.setdefault(tag.href, tag)
            case Hashtag():
                hashtags.setdefault(tag.name.casefold(), tag)
            case Emoji():
                emojis.setdefault(tag.shortcode, tag)
            case Link():
                objects.setdefault(tag.href, tag)
            case None:
                continue
    return Tags(
        tuple(mentions.values()),
        tuple(hashtags.values()),
        tuple(emojis.values()),
        tuple(objects.values()),
    )


def _tag(member: object) -> Mention | Hashtag | Emoji | Link | None:
    if not isinstance(member, dict):
        return None
    types = types_of(member)
    if "Mention" in types:
        href = url_text_of(member.get("href"))
        return Mention(href, text_of(member.get("name"))) if href else None
    if "Hashtag" in types:
        return _hashtag(member)
    if "Emoji" in types:
        return _emoji(member)
    return _object_link(member) if "Link" in types else None


def _hashtag(member: JsonObject) -> Hashtag | None:
    name = (text_of(member.get("name")) or "").strip().lstrip("#")
    if not name or any(char.isspace() for char in name):
        return None
    return Hashtag(name, url_text_of(member.get("href")))


def _emoji(member: JsonObject) -> Emoji | None:
    shortcode = (text_of(member.get("name")) or "").strip().strip(":")
    picture = picture_of(member.get("icon"))
    if picture is None or not shortcode.replace("_", "").replace("-", "").isalnum():
        return None
    return Emoji(shortcode, picture, url_text_of(member.get("id")))


def _object_link(member: JsonObject) -> Link | None:
    """A link to another object (FEP-e232): its media type is the one of ActivityPub documents."""
    link = next(iter(_links_of_object(member, depth=0)), None)
    return link if link and link.media_type in {ACTIVITY_JSON, LD_JSON} else None


@dataclass(frozen=True, slots=True)
class Generator:
    """The software that made something, and what it says it implements (FEP-844e)."""

    id: str | None
    name: str | None
    implements: tuple[str, ...]


def generator_of(value: object) -> Generator | None:
    """Return the generator when it is an object; a bare id says nothing and is None."""
    fields = as_object(value)
    if fields is None:
        return None
    implemented = (link.href for link in links_of(fields.get("implements")))
    return Generator(
        url_text_of(fields.get("id")),
        text_of(fields.get("name")),
        tuple(dict.fromkeys(implemented)),
    )


def extensions_of(document: Mapping[str, object]) -> dict[str, object]:
    """Return the properties with a prefix (`svept:posting`) or a full IRI, verbatim.

    At most 50 of them; keywords of JSON-LD are not among them.
    """
    named = ((key, value) for key, value in document.items() if ":" in key and key[0] != "@")
    return dict(islice(named, _MAX_EXTENSIONS))
