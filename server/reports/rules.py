"""Counting: what became of people who applied, of matches and coachings, within a period.

Everything here is a pure function over facts, which name nobody. A definition stands beside each
number, and the pages show the same words.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Final

from server.platform.errors import Invalid
from server.platform.i18n import Message, say
from server.programmes.rules import POSITIVE

LONGEST_YEARS: Final = 9
"""A funding period of seven years and the two after it in which it is closed."""
NO_OUTCOME: Final = "none"
OFTEN: Final = 3
STEPS: Final = ("applied", "accepted", "proposed", "both", "met", "met_often")
REFUSALS: Final = ("talent", "other", "expired", "withdrawn")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from one to another, both included."""

    since: date
    until: date

    def has(self, day: date | None) -> bool:
        """Tell whether a day lies within; no day does not."""
        return day is not None and self.since <= day <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFacts:
    """What counting knows of a participation."""

    id: int
    programme_id: int
    is_coaching: bool
    role: str
    state: str
    applied: date
    accepted: date | None = None
    ended: date | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchFacts:
    """What counting knows of a match: the first day of each state, and how it ended."""

    id: int
    programme_id: int
    is_coaching: bool
    part_id: int | None
    proposed: date | None = None
    both: date | None = None
    met: date | None = None
    meetings: int = 0
    closed: date | None = None
    outcome: str | None = None
    # One of `REFUSALS`, for what never became a pair, and its day.
    refusal: str | None = None
    refused: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A coaching, or a match, as the coaching register counts it."""

    started: date
    ended: date | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Register:
    """The coaching register of a period."""

    started: int
    active: int
    finished: int
    outcomes: Mapping[str, int]

    @property
    def positive(self) -> int:
        """How many of the finished ones ended with a positive outcome."""
        return sum(count for code, count in self.outcomes.items() if code in POSITIVE)


def period_of(since: str | None, until: str | None, today: date) -> Period:
    """Return the period that was asked for; without one, this year until today.

    Raises Invalid for what is no date, for an end before its beginning, in the future, and for
    more than nine years.
    """
    first = _day("since", since, today.replace(month=1, day=1))
    last = _day("until", until, today)
    if last < first:
        raise _wrong("until", say("The end is before the beginning."))
    if last > today:
        raise _wrong("until", say("This day has not come yet."))
    if last.year - first.year > LONGEST_YEARS or first < _years_before(last):
        raise _wrong("since", say("Choose nine years or less."))
    return Period(first, last)


def _years_before(day: date) -> date:
    return date(day.year - LONGEST_YEARS, day.month, min(day.day, 28))


def _day(name: str, text: str | None, default: date) -> date:
    if not text:
        return default
    try:
        return date.fromisoformat(text.strip())
    except ValueError as broken:
        raise _wrong(name, say("Write the day as 2027-12-31.")) from broken


def _wrong(name: str, text: Message) -> Invalid:
    return Invalid(details={name: [("ERR_INVALID", text)]})


def talents_of(parts: Iterable[PartFacts], period: Period) -> list[PartFacts]:
    """Return the talents who applied within a period: whom the funnel follows."""
    return [one for one in parts if one.role == "talent" and period.has(one.applied)]


def funnel(
    parts: Iterable[PartFacts], matches: Iterable[MatchFacts], period: Period
) -> Mapping[str, int]:
    """Count how far the talents came who applied within a period; each is in every step before.

    Somebody who got further must have passed what lies before, so a missing date there (a row that
    was shortened long ago) does not make a step smaller than the next.
    """
    reached = Counter[str]()
    by_part = _by_part(matches)
    for one in talents_of(parts, period):
        last = max(
            [1 if one.accepted else 0, *(_step(match) for match in by_part[one.id])],
        )
        reached.update(STEPS[: last + 1])
    return {step: reached[step] for step in STEPS}


def _step(match: MatchFacts) -> int:
    if match.meetings >= OFTEN:
        return STEPS.index("met_often")
    if match.met or match.meetings:
        return STEPS.index("met")
    if match.both:
        return STEPS.index("both")
    return STEPS.index("proposed") if match.proposed else 0


def _by_part(matches: Iterable[MatchFacts]) -> Mapping[int | None, list[MatchFacts]]:
    found: dict[int | None, list[MatchFacts]] = defaultdict(list)
    for one in matches:
        found[one.part_id].append(one)
    return found


def outcomes_of_talents(
    parts: Iterable[PartFacts], matches: Iterable[MatchFacts], period: Period
) -> Mapping[str, int]:
    """Count the last outcome of each talent who applied within a period and has one."""
    by_part = _by_part(matches)
    found = Counter[str]()
    for one in talents_of(parts, period):
        ends = [(m.closed, m.outcome) for m in by_part[one.id] if m.closed and m.outcome]
        if one.ended and one.outcome:
            ends.append((one.ended, one.outcome))
        if ends:
            found[max(ends)[1]] += 1
    return dict(found)


def cases(parts: Iterable[PartFacts], matches: Iterable[MatchFacts]) -> list[Case]:
    """Return what the register counts: coachings, and in mentoring the matches both agreed to."""
    coached = [
        Case(one.accepted, one.ended, one.outcome)
        for one in parts
        if one.is_coaching and one.role == "talent" and one.accepted
    ]
    matched = [
        Case(one.both, one.closed, one.outcome)
        for one in matches
        if not one.is_coaching and one.both
    ]
    return coached + matched


def register(found: Iterable[Case], period: Period) -> Register:
    """Count started, active on the last day, and finished within a period, with their outcomes."""
    started = active = finished = 0
    outcomes = Counter[str]()
    for one in found:
        started += period.has(one.started)
        active += one.started <= period.until and (one.ended is None or one.ended > period.until)
        if period.has(one.ended):
            finished += 1
            outcomes[one.outcome or NO_OUTCOME] += 1
    return Register(started, active, finished, dict(outcomes))


def success_rate(positive: int, finished: int) -> float | None:
    """Return finished with a positive outcome ÷ all finished, in per cent; None without any.

    Codes are stored and never the verdict, so that another list of positive outcomes can be tried
    on old years (DOMAIN §3.6).
    """
    return round(100 * positive / finished, 1) if finished else None


def waits(
    parts: Iterable[PartFacts], matches: Iterable[MatchFacts], period: Period
) -> Sequence[int]:
    """Return the days from an application to the first yes of both, for those within a period."""
    by_part = _by_part(matches)
    found = []
    for one in parts:
        if one.role != "talent":
            continue
        agreed = min((m.both for m in by_part[one.id] if m.both), default=None)
        if agreed is not None and period.has(agreed):
            found.append(max(0, (agreed - one.applied).days))
    return sorted(found)


def median_wait(days: Sequence[int]) -> float | None:
    """Return the middle one; None without any."""
    return float(median(days)) if days else None


def refusals(matches: Iterable[MatchFacts], period: Period) -> Mapping[str, int]:
    """Count proposals that came to nothing within a period; sums, never by person."""
    found = Counter(one.refusal for one in matches if one.refusal and period.has(one.refused))
    return {name: found[name] for name in REFUSALS}
