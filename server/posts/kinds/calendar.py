"""Records as calendar entries (RFC 5545): an event at its time, another offer on its last day.

Both the file of one event and the calendar feeds are made of these entries, so that a calendar
which has an event from both keeps one: the UID is the record's own identifier. Events stand on the
clock of the people there (TZID with its VTIMEZONE), so that a reader who travels reads both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import icalendar

from schemas import properties_of
from schemas.rules import moment_of
from server.posts.kinds import FACTS, Kind, State, closes_at, closing_field, state_of
from server.posts.kinds.facts import headed, place_in_words
from server.posts.kinds.language import Voice
from server.posts.kinds.reading import (
    Json,
    last_day,
    local_moment,
    number_in,
    part_in,
    text_in,
    wording_in,
    zone_of,
)

MEDIA_TYPE: Final = "text/calendar"
_MAKER: Final = "-//Meshwork//Calendar//EN"
_STATUS: Final = {"EventCancelled": "CANCELLED", "EventPostponed": "TENTATIVE"}
_SHORTEST: Final = timedelta(minutes=1)
# The rules of summer time that are written out; offers live a year at most.
_FIRST_RULE: Final = date(2020, 1, 1)
_LAST_RULE: Final = date(2040, 1, 1)
_MOST_SEQUENCE: Final = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record on its way into a calendar: `url` is its page, `changed` when it last changed."""

    kind: Kind
    record: Json
    url: str
    published: datetime
    changed: datetime | None = None


def entry_of(entry: Entry, voice: Voice) -> icalendar.Event | None:
    """Return the VEVENT of a checked record, in the reader's language where the record has it.

    None for an offer that has neither a time nor a last day.
    """
    times = _times(entry)
    if times is None:
        return None
    made = icalendar.Event()
    made.add("uid", text_in(entry.record, "identifier") or entry.url)
    _add_history(made, entry)
    for name, value in times.items():
        made.add(name, value)
    made.add("summary", _summary(entry, voice))
    made.add("description", _description(entry, voice))
    made.add("url", entry.url)
    made.add("status", _status(entry))
    made.add("transp", "OPAQUE" if entry.kind is Kind.EVENT else "TRANSPARENT")
    made.add("class", "PUBLIC")
    made.add("categories", [voice.translate(FACTS[entry.kind].label)])
    _add_place(made, entry.record)
    return made


def calendar_of(entries: Iterable[icalendar.Event], *, name: str, url: str = "") -> bytes:
    """Return a calendar of entries, as it goes out; `name` and `url` are shown by calendar apps."""
    made = icalendar.Calendar()
    made.add("prodid", _MAKER)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    if url:
        made.add("url", url)
    for entry in entries:
        made.add_component(entry)
    made.add_missing_timezones(first_date=_FIRST_RULE, last_date=_LAST_RULE)
    return bytes(made.to_ical())


def _times(entry: Entry) -> dict[str, datetime | date] | None:
    if entry.kind is Kind.EVENT:
        start = moment_of(text_in(entry.record, "startTime"))
        if start is None:
            return None
        end = moment_of(text_in(entry.record, "endTime"))
        last = end if end and end > start else start + _SHORTEST
        clock = zone_of(entry.record) or UTC
        return {"dtstart": start.astimezone(clock), "dtend": last.astimezone(clock)}
    closing = closes_at(entry.kind, entry.record)
    if closing is None:
        return None
    day = last_day(_on_their_clock(entry, closing)).date()
    return {"dtstart": day, "dtend": day + timedelta(days=1)}


def _on_their_clock(entry: Entry, closing: datetime) -> datetime:
    """Return the closing moment on the clock of the people there; a mere day stays that day."""
    for name in FACTS[entry.kind].closing:
        local = local_moment(entry.record, name)
        if local is not None and local == closing:
            return local
    return closing


def _add_history(made: icalendar.Event, entry: Entry) -> None:
    changed = entry.changed or entry.published
    versions = int((changed - entry.published).total_seconds())
    made.add("dtstamp", changed.astimezone(UTC))
    made.add("created", entry.published.astimezone(UTC))
    made.add("last-modified", changed.astimezone(UTC))
    # Calendars take a change for newer only when this number grew.
    made.add("sequence", max(0, min(versions, _MOST_SEQUENCE)))


def _summary(entry: Entry, voice: Voice) -> str:
    title = wording_in(entry.kind, entry.record, "title", voice.language)
    if entry.kind is Kind.EVENT:
        return title
    # The words of the form: "Apply until: Care assistant", "Starts: Dutch for work".
    field = properties_of(entry.kind)[closing_field(entry.kind, entry.record) or ""]
    return f"{headed(voice, field.title)} {title}"


def _description(entry: Entry, voice: Voice) -> str:
    said = (
        wording_in(entry.kind, entry.record, part, voice.language)
        for part in ("summary", "description")
    )
    return "\n\n".join(filter(None, (*said, entry.url)))


def _status(entry: Entry) -> str:
    if state_of(entry.record) is State.WITHDRAWN:
        return "CANCELLED"
    return _STATUS.get(text_in(entry.record, "eventStatus"), "CONFIRMED")


def _add_place(made: icalendar.Event, record: Json) -> None:
    place = part_in(record, "location") or part_in(record, "jobLocation")
    words = place_in_words(place) or text_in(record, "onlineUrl")
    if words:
        made.add("location", words)
    latitude, longitude = number_in(place, "latitude"), number_in(place, "longitude")
    if latitude is not None and longitude is not None:
        made.add("geo", (float(latitude), float(longitude)))
