"""Dates, times, money and units in words, by CLDR, for one voice.

Dates are written out with the day of the week, clocks have 24 hours: both are what newcomers
misread least. Nothing here looks into a record.
"""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_location
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

from server.posts.kinds.language import Voice, marked
from server.posts.kinds.reading import last_day


def date_in_full(text: str, voice: Voice) -> str:
    """Return a calendar day (RFC 3339 full-date) written out; "" when it is none."""
    try:
        return day_in_full(date.fromisoformat(text), voice)
    except ValueError:
        return ""


def day_in_full(day: date, voice: Voice) -> str:
    """Return a day written out with the day of the week."""
    words = format_date(day, "full", locale=voice.locale)
    if voice.locale.language == "fr" and day.day == 1:
        # French counts the first of the month as such; CLDR's pattern cannot say it.
        return words.replace(" 1 ", " 1er ", 1)
    return words


def clock(moment: datetime) -> str:
    """Return the time of day, 24 hours, two digits each."""
    return f"{moment:%H:%M}"


def moment_in_full(moment: datetime, voice: Voice) -> str:
    """Return day and time of a moment, on the clock it carries."""
    return f"{day_in_full(moment.date(), voice)}, {clock(moment)}"


def until_in_full(moment: datetime, voice: Voice) -> str:
    """Return a closing moment: only the day when the whole day still counts."""
    last = last_day(moment)
    if (last.hour, last.minute) == (23, 59):
        return day_in_full(last.date(), voice)
    return moment_in_full(last, voice)


def clock_range(start: datetime, end: datetime | None, voice: Voice) -> str:
    """Return from when to when, and where clocks say so: the reader may be elsewhere."""
    words = moment_in_full(start, voice)
    if end and end.date() == start.date():
        words += f"–{clock(end)}"
    elif end:
        words += f" – {moment_in_full(end, voice)}"
    where = city_of(start, voice)
    return f"{words} ({where})" if where else words


def city_of(moment: datetime, voice: Voice) -> str:
    """Return whose clock a moment is on: "local time in Brussels", or "UTC+01:00"."""
    zone = moment.tzinfo
    if not isinstance(zone, ZoneInfo) or "/" not in zone.key:
        return moment.tzname() or ""
    city = get_timezone_location(zone.key, locale=voice.locale, return_city=True)
    return voice.translate(marked("local time in %(city)s")) % {"city": city}


def number_of(value: Decimal, voice: Voice) -> str:
    """Return a number as the reader writes numbers."""
    return format_decimal(value, locale=voice.locale)


def units(value: Decimal, unit: str, voice: Voice) -> str:
    """Return an amount of time (`month`, `hour`, `minute`) with the plural CLDR asks for."""
    exact = int(value) if value == int(value) else value
    name = f"duration-{unit}"
    # Where the long form is the same as the short one, CLDR leaves it out and Babel says the name.
    said = format_unit(exact, name, "long", locale=voice.locale)
    return format_unit(exact, name, "short", locale=voice.locale) if name in said else said


def money(cents: Decimal, currency: str, voice: Voice) -> str:
    """Return an amount of money. Every currency is counted in hundredths here."""
    return format_currency(cents / 100, currency, locale=voice.locale)
