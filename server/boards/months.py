"""A month as a table of weeks, and which posts stand on which of its days. Pure.

An event stands on every day it takes, anything else on its last day. What began before the month
or ends after it stands on the days that are inside.
"""

from calendar import Calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale

from schemas.rules import moment_of
from server.platform.errors import Invalid
from server.platform.i18n import say
from server.posts.kinds import Kind
from server.posts.kinds.reading import last_day, text_in
from server.posts.rows import PostRow

MOST_SHOWN: Final = 200
_LONGEST: Final = 31
_YEARS: Final = range(1970, 2200)
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """A post on a day: an event at a time of the clock, or the end of an offer."""

    post: PostRow
    begins: datetime | None = None
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the table; one that belongs to another month is empty."""

    date: date
    is_inside: bool
    is_today: bool
    posts: Sequence[Standing] = field(default=())


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar: its first day, its neighbours and its weeks."""

    first: date
    before: str
    after: str
    weekdays: Sequence[str]
    weeks: Sequence[Sequence[Day]]
    count: int


def month_asked(text: str | None, today: date) -> date:
    """Return the first day of the month that is named `2026-11`, or of this one. Raises Invalid."""
    if text is None:
        return today.replace(day=1)
    year, _, number = text.partition("-")
    if not (year + number).isascii() or not (year.isdigit() and number.isdigit()):
        raise _not_a_month()
    if int(year) not in _YEARS or not 1 <= int(number) <= _MONTHS:
        raise _not_a_month()
    return date(int(year), int(number), 1)


def _not_a_month() -> Invalid:
    return Invalid(details={"month": [("ERR_INVALID", say("must be a month, such as 2027-01"))]})


def bounds(first: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first moment of a month and the first after it."""
    return (
        datetime.combine(first, time.min, zone),
        datetime.combine(_next(first), time.min, zone),
    )


def month_of(
    first: date, posts: Iterable[PostRow], zone: ZoneInfo, locale: Locale, today: date
) -> Month:
    """Return a month with its posts; weeks begin as they do for readers of the locale."""
    on: dict[date, list[Standing]] = {}
    count = 0
    for post in posts:
        count += 1
        for day, standing in _days(post, zone):
            on.setdefault(day, []).append(standing)
    starts = locale.first_week_day
    weeks = [
        [Day(day, day.month == first.month, day == today, on.get(day, ())) for day in week]
        for week in Calendar(starts).monthdatescalendar(first.year, first.month)
    ]
    weeks = [
        [day if day.is_inside else Day(day.date, False, False) for day in week] for week in weeks
    ]
    names = locale.days["stand-alone"]["abbreviated"]
    return Month(
        first=first,
        before=f"{first - timedelta(days=1):%Y-%m}",
        after=f"{_next(first):%Y-%m}",
        weekdays=[names[(starts + number) % 7] for number in range(7)],
        weeks=weeks,
        count=count,
    )


def _next(first: date) -> date:
    return (first + timedelta(days=_LONGEST)).replace(day=1)


def _days(post: PostRow, zone: ZoneInfo) -> list[tuple[date, Standing]]:
    if post.kind != Kind.EVENT:
        if post.closes_at is None:
            return []
        return [(last_day(post.closes_at.astimezone(zone)).date(), Standing(post, is_end=True))]
    record = post.record or {}
    start, end = (moment_of(text_in(record, name)) for name in ("startTime", "endTime"))
    if start is None:
        return []
    begins = start.astimezone(zone)
    ends = last_day(end.astimezone(zone)) if end and end > start else begins
    length = min((ends.date() - begins.date()).days, _LONGEST)
    return [
        (begins.date() + timedelta(days=number), Standing(post, begins if number == 0 else None))
        for number in range(length + 1)
    ]
