"""Times as people read them: on the clock of the meeting, and on their own where it differs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale, dates

from server.meetings.rules import moment_on

_ENGLISH = Locale("en")


@dataclass(frozen=True, slots=True)
class Watch:
    """Whose clock and language times are shown in; without a zone, the meeting's alone."""

    locale: Locale = _ENGLISH
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One time of a meeting: `value` is what the wall shows, the moments carry its zone."""

    value: str
    starts: datetime
    ends: datetime
    zone: str
    words: str
    """The day and the hours, in the reader's language."""
    own_words: str | None
    """The same on the reader's own clock; None where that is no different."""


def slot_of(value: str, zone: str, minutes: int, watch: Watch) -> Slot | None:
    """Return a time in words, or None for one that the clock there never shows."""
    moment = moment_on(value, zone)
    if moment is None:
        return None
    ends = moment + timedelta(minutes=minutes)
    there = ZoneInfo(zone)
    words = _words(moment, ends, there, watch.locale)
    own = _words(moment, ends, ZoneInfo(watch.zone), watch.locale) if watch.zone else words
    return Slot(
        value=value,
        starts=moment.astimezone(there),
        ends=ends.astimezone(there),
        zone=zone,
        words=words,
        own_words=None if own == words else own,
    )


def _words(starts: datetime, ends: datetime, zone: ZoneInfo, locale: Locale) -> str:
    day = dates.format_date(starts.astimezone(zone).date(), "full", locale=locale)
    begins = dates.format_time(starts, "short", tzinfo=zone, locale=locale)
    ending = dates.format_time(ends, "short", tzinfo=zone, locale=locale)
    return f"{day}, {begins} – {ending}"
