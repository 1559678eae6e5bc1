"""Subscribed calendars (RFC 5545): coming events become entries, repeated ones one by one.

The identity is UID, and for one of a repeated series UID with its day, so that a moved or
cancelled meeting is found again. Past events are left out. Alarms, tasks and guests are never
read: attendees are personal data that nobody gave us.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final

import recurring_ical_events
from icalendar import Calendar, Component

from server.importing.entries import Collected, Entry, Record, Unreadable, collected
from server.importing.plain import cut, paragraphs_of
from server.platform.i18n import say
from server.posts.kinds import Kind

HORIZON: Final = timedelta(days=180)
"""How far ahead a repeated event is written out."""

_DEFAULT_LENGTH: Final = timedelta(hours=1)


def read_calendar(body: bytes, *, now: datetime, zone: tzinfo, language: str) -> Collected:
    """Return the coming events of a calendar. Raises Unreadable when it is none."""
    try:
        calendars = Calendar.from_ical(body.decode("utf-8-sig"), multiple=True)
        found = [one for calendar in calendars for one in _coming(calendar, now)]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, IndexError) as error:
        # The library refuses malformed text with whatever its parts raise.
        raise Unreadable(say("This address gives no calendar that can be read.")) from error
    if not calendars:
        raise Unreadable(say("This address gives no calendar that can be read."))
    return collected(_entries(found, zone, language))


def _coming(calendar: Component, now: datetime) -> list[Component]:
    repeated = {
        str(event.get("UID", ""))
        for event in calendar.walk("VEVENT")
        if not {"RRULE", "RDATE", "RECURRENCE-ID"}.isdisjoint(event)
    }
    query = recurring_ical_events.of(calendar, components=["VEVENT"], skip_bad_series=True)
    found = list(query.between(now, now + HORIZON))
    for event in found:
        if str(event.get("UID", "")) not in repeated:
            # The library gives every event one; a single event that moves stays the same.
            event.pop("RECURRENCE-ID", None)
    return found


def _entries(events: list[Component], zone: tzinfo, language: str) -> Iterator[Entry]:
    events.sort(key=lambda event: _moment(_read(event, "DTSTART").dt, zone))
    for number, event in enumerate(events, start=1):
        identity = _identity(event)
        if identity and event.get("SUMMARY"):
            yield Entry(
                identity=identity,
                kind=Kind.EVENT,
                record=_record(event, zone, language),
                number=number,
                is_cancelled=str(event.get("STATUS", "")).upper() == "CANCELLED",
            )


def _identity(event: Component) -> str:
    uid = str(event.get("UID", "")).strip()
    occurrence = _read(event, "RECURRENCE-ID")
    if not uid or occurrence is None:
        return cut(uid, 200)
    return cut(f"{uid[:150]}#{occurrence.dt.isoformat()}", 200)


def _record(event: Component, zone: tzinfo, language: str) -> Record:
    start = _moment(_read(event, "DTSTART").dt, zone)
    end = _end(event, start, zone)
    place = cut(" ".join(_text(event, "LOCATION").split()), 200)
    url = _text(event, "URL")
    description = paragraphs_of(_text(event, "DESCRIPTION"))
    record: dict[str, Any] = {
        "name": cut(" ".join(_text(event, "SUMMARY").split()), 120),
        "inLanguage": language,
        "startTime": start.isoformat(),
        "endTime": end.isoformat(),
        "timezone": str(getattr(zone, "key", "")),
        "description": cut(description, 5_000),
        "location": {} if place.startswith("http") else _place(event, place),
        "onlineUrl": place if place.startswith(("https://", "http://")) else "",
        "mode": "ONLINE" if place.startswith("http") else "ONSITE" if place else "",
        "links": [{"url": url}] if url.startswith(("https://", "http://")) else [],
        "joinMode": "external" if url.startswith("http") else "none",
        "applyUrl": url if url.startswith(("https://", "http://")) else "",
        "tags": [cut(one, 40) for one in _categories(event)][:10],
    }
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        record["eventStatus"] = "EventCancelled"
    return {name: value for name, value in record.items() if value}


def _place(event: Component, name: str) -> Record:
    if not name:
        return {}
    geo = _read(event, "GEO")
    position = {"latitude": geo.latitude, "longitude": geo.longitude} if geo is not None else {}
    return {"name": name, **position}


def _categories(event: Component) -> list[str]:
    given = _read(event, "CATEGORIES")
    rows = given if isinstance(given, list) else [given] if given is not None else []
    words = [str(word) for row in rows for word in getattr(row, "cats", [])]
    return ["".join(ch for ch in word.title() if ch.isalnum()) for word in words if word.strip()]


def _end(event: Component, start: datetime, zone: tzinfo) -> datetime:
    end, length = _read(event, "DTEND"), _read(event, "DURATION")
    if end is None:
        return start + (length.dt if length is not None else _DEFAULT_LENGTH)
    if isinstance(end.dt, datetime):
        given = _moment(end.dt, zone)
        return given if given > start else start + _DEFAULT_LENGTH
    # The end of a whole day is the next one's beginning (RFC 5545 §3.6.1).
    return _moment(end.dt, zone) - timedelta(seconds=1)


def _moment(value: date | datetime, zone: tzinfo) -> datetime:
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), zone)
    return value if value.tzinfo else value.replace(tzinfo=zone)


def _read(event: Component, name: str) -> Any:  # noqa: ANN401 - one of the library's many types
    return event.get(name)


def _text(event: Component, name: str) -> str:
    value = _read(event, name)
    if isinstance(value, list):
        value = value[0] if value else None
    return "" if value is None else str(value).strip()
