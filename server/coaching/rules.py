"""Pure decisions of coaching: when to ask, when a match is silent, which codes there are."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from server.coaching.model import Moment, TaskKind, Useful
from server.platform.i18n import Message, say

WEEK: Final = timedelta(weeks=1)
FIRST_WEEKS: Final = (1, 4)
"""The weeks of the first check-ins where a programme names none."""
ASKED_LATE: Final = timedelta(days=10)
"""A check-in that could not be made in time (the match was paused) is left out after this."""
ANSWERED_WITHIN: Final = timedelta(days=28)
SURVEY_WITHIN: Final = timedelta(days=60)
SURVEY_MADE_WITHIN: Final = timedelta(days=30)
MIDDLE_AFTER: Final = timedelta(weeks=12)
"""The middle of a participation whose programme has no dates."""
MOST_NOTE: Final = 1000
MOST_CASE_NOTE: Final = 4000
MOST_TASK: Final = 300
MOST_STORY: Final = 3000


def week_due(
    started_at: datetime, now: datetime, first: Iterable[object] = (), every: int = 4
) -> int | None:
    """Return the newest week of a match whose check-in is due, None when it is not time.

    First the weeks that the programme names, then one every so many weeks after the last of them.
    What is more than ten days late is not asked any more.
    """
    named = sorted({week for week in first if isinstance(week, int) and week > 0}) or FIRST_WEEKS
    passed = (now - started_at) // WEEK
    due = [week for week in named if week <= passed]
    last = named[-1]
    if every > 0 and passed >= last + every:
        due.append(last + (passed - last) // every * every)
    if not due or now > started_at + WEEK * due[-1] + ASKED_LATE:
        return None
    return due[-1]


class Step(enum.IntEnum):
    """How the staff reach for a silent match, one after the other; nobody is ever put out."""

    TASK = 1
    FIRST_NOTICE = 2
    SECOND_NOTICE = 3
    CALL = 4


STEP_AFTER: Final[Mapping[Step, timedelta]] = MappingProxyType(
    {
        Step.TASK: timedelta(0),
        Step.FIRST_NOTICE: timedelta(days=7),
        Step.SECOND_NOTICE: timedelta(days=14),
        Step.CALL: timedelta(days=21),
    }
)
"""Counted from the day on which the silence was noticed."""
_BETWEEN: Final = timedelta(days=6)
"""Two steps never follow each other sooner, also when the clock of the jobs stood still."""


def is_silent(last_sign_at: datetime, now: datetime, silence_days: int) -> bool:
    """Tell whether a match has given no sign for longer than its programme waits."""
    return now - last_sign_at > timedelta(days=silence_days)


def next_step(done: Step, done_at: datetime, noticed_at: datetime, now: datetime) -> Step | None:
    """Return the step whose time has come, None when it has not or all were done."""
    if done is Step.CALL:
        return None
    following = Step(done + 1)
    is_time = now >= noticed_at + STEP_AFTER[following] and now >= done_at + _BETWEEN
    return following if is_time else None


@dataclass(frozen=True, slots=True)
class Course:
    """The dates of a participation and its programme, as far as surveys ask for them."""

    accepted_at: datetime | None
    ended_at: datetime | None
    starts_on: date | None
    ends_on: date | None
    closing_since: datetime | None


def surveys_due(course: Course, now: datetime) -> list[Moment]:
    """Return the moments whose survey should be there now; in the order of the programme.

    After the end only the last one is asked; a moment is left out when it is over 30 days ago.
    """
    if course.accepted_at is None:
        return []
    end = course.ended_at or course.closing_since
    if end is not None:
        return [Moment.END] if end <= now <= end + SURVEY_MADE_WITHIN else []
    times = {Moment.START: course.accepted_at, Moment.MIDDLE: _middle(course, course.accepted_at)}
    return [one for one, at in times.items() if at <= now <= at + SURVEY_MADE_WITHIN]


def _middle(course: Course, accepted_at: datetime) -> datetime:
    if course.starts_on is None or course.ends_on is None or course.ends_on <= course.starts_on:
        return accepted_at + MIDDLE_AFTER
    half = (course.ends_on - course.starts_on) / 2
    start = accepted_at.replace(
        year=course.starts_on.year, month=course.starts_on.month, day=course.starts_on.day
    )
    # Who joined late is in the middle a little later, never on the first day.
    return max(start + half, accepted_at + half / 2)


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a survey: a whole number within bounds, asked at some moments."""

    name: str
    label: Message
    help: Message | None
    least: int
    most: int
    moments: frozenset[Moment]


_LATER: Final = frozenset({Moment.MIDDLE, Moment.END})
QUESTIONS: Final = (
    Question(
        "confidence",
        say("How sure do you feel about finding your way?"),
        say("1: not at all, 5: very"),
        1, 5, frozenset(Moment),
    ),
    Question(
        "network",
        say("How many people here could help you with work?"),
        None,
        0, 500, frozenset(Moment),
    ),
    Question(
        "satisfaction",
        say("How happy are you with this programme?"),
        say("1: not at all, 10: very"),
        1, 10, _LATER,
    ),
    Question("again", say("Would you go on?"), None, 0, 1, _LATER),
)  # fmt: skip


def asked_at(moment: Moment) -> tuple[Question, ...]:
    """Return the questions of a survey."""
    return tuple(one for one in QUESTIONS if moment in one.moments)


USEFUL_WORDS: Final[Mapping[Useful, Message]] = MappingProxyType(
    {Useful.YES: say("Yes"), Useful.A_LITTLE: say("A little"), Useful.NO: say("No")}
)
TASK_WORDS: Final[Mapping[TaskKind, Message]] = MappingProxyType(
    {
        TaskKind.BY_HAND: say("Task"),
        TaskKind.SILENCE: say("A match is silent: please ask how it goes"),
        TaskKind.CALL: say("Still silent: please call"),
        TaskKind.HELP: say("Somebody asks for help"),
        TaskKind.HANDED_OVER: say("A colleague handed over a person to you"),
        TaskKind.FOLLOW_UP: say("A match ended six months ago: please ask how it goes"),
        TaskKind.ANOTHER: say("A talent asks for another pair"),
        TaskKind.SECOND_LOOK: say("Somebody asks for a second look at a pair"),
    }
)
OBSTACLES: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "few_vacancies": say("Few vacancies in the region"),
        "temporary_contract": say("Only short contracts"),
        "low_skills": say("Skills are missing"),
        "motivation": say("Motivation is low"),
        "other_help_first": say("Other help comes first"),
    }
)
SERVICES: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "employment": say("Employment service"),
        "language": say("Language course"),
        "training": say("Training centre"),
        "recognition": say("Recognition of diplomas"),
        "housing": say("Housing service"),
        "social": say("Social service"),
        "childcare": say("Childcare"),
        "other": say("Another service"),
    }
)
OPEN: Final = "open"
RESULTS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        OPEN: say("not known yet"),
        "helped": say("It helped"),
        "not_helped": say("It did not help"),
        "not_used": say("Not used"),
    }
)
READING: Final = ("coaching", "question", "duty")
"""The purposes (of `profiles.service.PURPOSES`) for which staff may open a case."""
