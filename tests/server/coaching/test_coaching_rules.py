"""When coaching asks, and when it worries: pure decisions."""

from datetime import UTC, date, datetime, timedelta

import pytest

from server.coaching.model import Moment
from server.coaching.rules import (
    QUESTIONS,
    Course,
    Step,
    asked_at,
    is_silent,
    next_step,
    surveys_due,
    week_due,
)

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "week"),
    [
        (0, None), (6.9, None), (7, 1), (17, 1), (17.1, None), (27.9, None), (28, 4), (38, 4),
        (38.1, None), (55.9, None), (56, 8), (66.1, None), (84, 12), (12 * 7 + 28, 16),
        (-3, None), (7 * 1000, 1000),
    ],
)  # fmt: skip
def test_check_ins_are_in_week_1_and_4_and_then_every_four_weeks(days, week):
    assert week_due(START, START + timedelta(days=days), (1, 4), 4) == week


def test_a_programme_names_its_own_weeks_and_rhythm():
    def at(weeks: float, first: tuple[object, ...], every: int) -> int | None:
        return week_due(START, START + timedelta(weeks=weeks), first, every)

    assert at(2, (2, 3), 2) == 2
    assert at(5, (2, 3), 2) == 5
    assert at(6, (2, 3), 2) == 5
    assert at(30, (1, 4), 0) is None, "no rhythm: nothing after the weeks that are named"
    assert at(1, (), 4) == 1, "none named: week 1 and week 4"
    assert at(4, ("x", -1, 0, None), 4) == 4, "nonsense counts as none"


def test_a_match_is_silent_after_more_days_than_its_programme_waits():
    assert not is_silent(START, START + timedelta(days=21), 21)
    assert is_silent(START, START + timedelta(days=21, seconds=1), 21)


def test_the_steps_follow_each_other_after_7_14_and_21_days():
    def at(days: float, done: Step, done_days: float) -> Step | None:
        day = timedelta(days=1)
        return next_step(done, START + done_days * day, START, START + days * day)

    assert at(6.9, Step.TASK, 0) is None
    assert at(7, Step.TASK, 0) is Step.FIRST_NOTICE
    assert at(13.9, Step.FIRST_NOTICE, 7) is None
    assert at(14, Step.FIRST_NOTICE, 7) is Step.SECOND_NOTICE
    assert at(21, Step.SECOND_NOTICE, 14) is Step.CALL
    assert at(400, Step.CALL, 21) is None


def test_two_steps_never_come_at_once_when_the_clock_stood_still():
    day = timedelta(days=1)
    late = START + 30 * day
    assert next_step(Step.TASK, START, START, late) is Step.FIRST_NOTICE
    assert next_step(Step.FIRST_NOTICE, late, START, late + day) is None
    assert next_step(Step.FIRST_NOTICE, late, START, late + 6 * day) is Step.SECOND_NOTICE


def _course(**said: object) -> Course:
    known = dict.fromkeys(("ended_at", "starts_on", "ends_on", "closing_since"))
    return Course(**{"accepted_at": START, **known, **said})  # type: ignore[arg-type]  # by name


def test_surveys_are_at_the_start_in_the_middle_and_at_the_end():
    day = timedelta(days=1)
    assert surveys_due(_course(accepted_at=None), START) == []
    assert surveys_due(_course(), START) == [Moment.START]
    assert surveys_due(_course(), START + 31 * day) == []
    assert surveys_due(_course(), START + 84 * day) == [Moment.MIDDLE]
    ended = _course(ended_at=START + 40 * day)
    assert surveys_due(ended, START + 41 * day) == [Moment.END]
    assert surveys_due(ended, START + 71 * day) == []
    closing = _course(closing_since=START + 5 * day)
    assert surveys_due(closing, START + 5 * day) == [Moment.END], "no start after the end"


def test_the_middle_of_a_programme_is_between_its_dates_but_not_on_the_first_day():
    day = timedelta(days=1)
    early = _course(starts_on=date(2026, 12, 1), ends_on=date(2027, 3, 1))
    assert Moment.MIDDLE not in surveys_due(early, START + 50 * day)
    assert surveys_due(early, START + 54 * day) == [Moment.MIDDLE]
    late = _course(starts_on=date(2026, 6, 1), ends_on=date(2026, 12, 1))
    assert surveys_due(late, START) == [Moment.START]
    assert Moment.MIDDLE in surveys_due(late, START + 46 * day)


def test_only_later_surveys_ask_how_it_was():
    assert [one.name for one in asked_at(Moment.START)] == ["confidence", "network"]
    assert asked_at(Moment.END) == QUESTIONS == asked_at(Moment.MIDDLE)
