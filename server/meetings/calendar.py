"""Meetings as calendar entries (RFC 5545) and as messages about them (RFC 5546, iTIP).

One UID for the life of a meeting; SEQUENCE grows with every change. Entries stand on the clock of
the meeting's zone (TZID with its VTIMEZONE). They name nobody: the title is the way of meeting, the
address leads to the page, which asks who is there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import icalendar

from server.meetings.model import MeetingState, Mode
from server.platform.i18n import Message, Translator, say

MEDIA_TYPE: Final = "text/calendar"
PUBLISH: Final = "PUBLISH"
_MAKER: Final = "-//Meshwork//Meetings//EN"
# The rules of summer time that are written out; meetings lie within a year of today.
_FIRST_RULE: Final = date(2020, 1, 1)
_LAST_RULE: Final = date(2040, 1, 1)

MEETING: Final[Mapping[Mode, Message]] = {
    Mode.WALK: say("Meeting: a walk"),
    Mode.COFFEE: say("Meeting: coffee"),
    Mode.ONSITE: say("Meeting: at a place"),
    Mode.PHONE: say("Meeting: by phone"),
    Mode.VIDEO: say("Meeting: by video"),
}
"""The titles of entries, and what pages call the ways to meet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A meeting on its way into a calendar; `place` is left empty where others might read it."""

    uid: str
    sequence: int
    state: MeetingState
    mode: Mode
    starts_local: str
    zone: str
    minutes: int
    url: str
    created: datetime
    changed: datetime
    place: str = ""


@dataclass(frozen=True, slots=True)
class Organizer:
    """In whose name entries go out: the instance, never one of the two people."""

    address: str
    name: str


def entry_of(
    occasion: Occasion,
    organizer: Organizer,
    translator: Translator,
    attendee: str | None = None,
) -> icalendar.Event:
    """Return the VEVENT of a meeting; with the address of whom it is sent to, if it is sent."""
    start = datetime.fromisoformat(occasion.starts_local).replace(tzinfo=ZoneInfo(occasion.zone))
    made = icalendar.Event()
    made.add("uid", occasion.uid)
    made.add("sequence", occasion.sequence)
    made.add("dtstamp", occasion.changed.astimezone(UTC))
    made.add("created", occasion.created.astimezone(UTC))
    made.add("last-modified", occasion.changed.astimezone(UTC))
    made.add("dtstart", start)
    made.add("dtend", _end(start, occasion.minutes))
    made.add("summary", translator.say(MEETING[occasion.mode]))
    made.add("status", "CONFIRMED" if occasion.state in _STANDS else "CANCELLED")
    made.add("class", "PRIVATE")
    made.add("transp", "OPAQUE")
    made.add("url", occasion.url)
    made.add("description", occasion.url)
    if occasion.place:
        made.add("location", occasion.place)
    said = icalendar.vCalAddress(f"mailto:{organizer.address}")
    said.params["CN"] = organizer.name
    made.add("organizer", said)
    if attendee:
        invited = icalendar.vCalAddress(f"mailto:{attendee}")
        invited.params["PARTSTAT"], invited.params["RSVP"] = "ACCEPTED", "FALSE"
        made.add("attendee", invited)
    return made


_STANDS: Final = frozenset({MeetingState.CONFIRMED, MeetingState.DONE})


def _end(start: datetime, minutes: int) -> datetime:
    """Return the end so many real minutes later, even in a night when the clocks change."""
    end = start.astimezone(UTC) + timedelta(minutes=minutes)
    local = end.astimezone(start.tzinfo)
    # The second of two equal hours cannot be written on that clock.
    return end if local.fold else local


def calendar_of(entries: Iterable[icalendar.Event], *, method: str, name: str = "") -> bytes:
    """Return a calendar of entries as it goes out; `name` is what calendar apps show of a feed."""
    made = icalendar.Calendar()
    made.add("prodid", _MAKER)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method)
    if name:
        made.add("name", name)
        made.add("x-wr-calname", name)
    for entry in entries:
        made.add_component(entry)
    made.add_missing_timezones(first_date=_FIRST_RULE, last_date=_LAST_RULE)
    return bytes(made.to_ical())
