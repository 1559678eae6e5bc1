"""The dates, places and terms of an Event (FEP-8a8e, Mobilizon, Gancio).

What an Event shares with every other post is read by `note`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from activitypub.documents.links import url_of
from activitypub.documents.names import MAX_NAME_CHARS
from activitypub.documents.reading import (
    as_object,
    boolean_of,
    id_of,
    ids_of,
    integer_of,
    language_of,
    localized,
    members,
    moment_of,
    number_of,
    text_of,
    type_of,
    types_of,
    url_text_of,
)
from activitypub.errors import DocumentError

_MAX_LOCATIONS: Final = 10
_MAX_ORGANIZERS: Final = 50
_MAX_ZONE_CHARS: Final = 64
_EVENT: Final = frozenset({"Event"})
_STATUSES: Final = {
    "eventscheduled": "scheduled",
    "eventcancelled": "cancelled",
    "eventpostponed": "postponed",
    "eventrescheduled": "rescheduled",
    "eventmovedonline": "moved-online",
    "eventtentative": "tentative",
    "confirmed": "scheduled",
    "cancelled": "cancelled",
    "tentative": "tentative",
}


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address, field by field."""

    street: str | None
    postal_code: str | None
    locality: str | None
    region: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A place on earth. An address that came as one line is in `address_line`."""

    id: str | None
    name: str | None
    address: Address | None
    address_line: str | None
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class VirtualLocation:
    """A place on the network, such as a video meeting."""

    name: str | None
    url: str


@dataclass(frozen=True, slots=True)
class Event:
    """When, where and how an event takes place.

    Times are aware UTC; `timezone` is the IANA name to show them in. `status` is one of
    scheduled, cancelled, postponed, rescheduled, moved-online, tentative. `join_mode` is free,
    restricted, invite, external or none; with external, `participation_url` is where to sign up.
    """

    start: datetime | None
    end: datetime | None
    display_end: bool
    timezone: str | None
    locations: tuple[Place | VirtualLocation, ...]
    is_online: bool
    status: str
    join_mode: str | None
    participation_url: str | None
    maximum_attendees: int | None
    remaining_attendees: int | None
    participants: int | None
    organizers: tuple[str, ...]
    category: str | None
    language: str | None
    comments_enabled: bool


def read_event(document: Mapping[str, object]) -> Event:
    """Read what is particular to an Event. Raises DocumentError when the document is none.

    An end before the start is dropped, because nobody can show it.
    """
    if type_of(document, _EVENT) is None:
        raise DocumentError("the document is not an event")
    start = moment_of(document.get("startTime"))
    end = moment_of(document.get("endTime"))
    locations = tuple(_locations(document))
    return Event(
        start=start,
        end=None if start and end and end < start else end,
        display_end=boolean_of(document.get("displayEndTime"), default=end is not None),
        timezone=_timezone(document.get("timezone")),
        locations=locations,
        is_online=_is_online(document, locations),
        status=_status(document),
        join_mode=_word(document.get("joinMode")),
        participation_url=url_text_of(document.get("externalParticipationUrl")),
        maximum_attendees=integer_of(document.get("maximumAttendeeCapacity")),
        remaining_attendees=integer_of(document.get("remainingAttendeeCapacity")),
        participants=integer_of(document.get("participantCount")),
        organizers=_organizers(document),
        category=_word(document.get("category")),
        language=language_of(document.get("inLanguage")),
        comments_enabled=_comments_enabled(document),
    )


def _timezone(value: object) -> str | None:
    """An IANA zone by its looks; whether it exists is known where it is used."""
    text = text_of(value, limit=_MAX_ZONE_CHARS)
    if text is None or not text.isascii() or text.startswith(("/", "-", "+")):
        return None
    plain = text.translate(str.maketrans("", "", "/_+-"))
    return text if plain.isalnum() else None


def _word(value: object) -> str | None:
    """A single word such as a mode or a category, lower case, without a prefix."""
    text = text_of(value, limit=MAX_NAME_CHARS)
    return text.rpartition(":")[2].rpartition("/")[2].strip().lower() or None if text else None


def _status(document: Mapping[str, object]) -> str:
    """FEP-8a8e's `eventStatus`, else the iCalendar status that Mobilizon sends."""
    for key in ("eventStatus", "status", "ical:status"):
        word = _word(document.get(key))
        if word in _STATUSES:
            return _STATUSES[word]
    return "scheduled"


def _locations(document: Mapping[str, object]) -> Iterator[Place | VirtualLocation]:
    for member in members(document.get("location"), limit=_MAX_LOCATIONS):
        location = _location(member)
        if location is not None:
            yield location


def _location(member: object) -> Place | VirtualLocation | None:
    if isinstance(member, str):
        url = url_text_of(member)
        return VirtualLocation(None, url) if url else _place({"name": member})
    if not isinstance(member, dict):
        return None
    if "VirtualLocation" in types_of(member):
        url = url_of(member.get("url")) or id_of(member)
        return VirtualLocation(text_of(member.get("name")), url) if url else None
    return _place(member)


def _place(fields: Mapping[str, object]) -> Place | None:
    name = localized(fields, "name", limit=MAX_NAME_CHARS)
    raw = fields.get("address")
    line = text_of(raw) if not isinstance(raw, dict) else None
    latitude = number_of(fields.get("latitude"), low=-90, high=90)
    longitude = number_of(fields.get("longitude"), low=-180, high=180)
    place = Place(
        id=id_of(fields.get("id")),
        name=name.text if name else None,
        address=_address(raw),
        address_line=line,
        latitude=latitude if longitude is not None else None,
        longitude=longitude if latitude is not None else None,
    )
    return place if any((place.name, place.address, line, place.latitude)) else None


def _address(value: object) -> Address | None:
    fields = as_object(value)
    if fields is None:
        return None
    address = Address(
        street=text_of(fields.get("streetAddress")),
        postal_code=text_of(fields.get("postalCode")),
        locality=text_of(fields.get("addressLocality")),
        region=text_of(fields.get("addressRegion")),
        country=text_of(fields.get("addressCountry")),
    )
    given = (
        address.street,
        address.postal_code,
        address.locality,
        address.region,
        address.country,
    )
    return address if any(given) else None


def _organizers(document: Mapping[str, object]) -> tuple[str, ...]:
    """FEP-8a8e wraps the organizers in a Collection; Mobilizon lists `contacts`."""
    raw = document.get("organizers")
    collection = as_object(raw)
    if collection is not None and "items" in collection:
        raw = collection["items"]
    named = ids_of(raw, limit=_MAX_ORGANIZERS)
    return named or ids_of(document.get("contacts"), limit=_MAX_ORGANIZERS)


def _is_online(
    document: Mapping[str, object], locations: tuple[Place | VirtualLocation, ...]
) -> bool:
    only_virtual = bool(locations) and all(isinstance(at, VirtualLocation) for at in locations)
    return boolean_of(document.get("isOnline"), default=only_virtual)


def _comments_enabled(document: Mapping[str, object]) -> bool:
    if _word(document.get("repliesModerationOption")) == "closed":
        return False
    return boolean_of(document.get("commentsEnabled"), default=True)
