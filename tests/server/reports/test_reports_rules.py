"""Counting, compared with counts made by hand."""

from datetime import date
from typing import Any

import pytest

from server.platform.errors import Invalid
from server.reports.rules import (
    MatchFacts,
    PartFacts,
    Period,
    cases,
    funnel,
    median_wait,
    outcomes_of_talents,
    period_of,
    refusals,
    register,
    success_rate,
    waits,
)

YEAR = Period(date(2027, 1, 1), date(2027, 12, 31))
TODAY = date(2027, 6, 15)


def part(number: int, applied: str = "2027-02-01", **more: Any) -> PartFacts:
    told: dict[str, Any] = {
        "role": "talent",
        "state": "accepted",
        "accepted": date(2027, 3, 1),
        **more,
    }
    return PartFacts(
        id=number, programme_id=1, is_coaching=told.pop("is_coaching", False),
        applied=date.fromisoformat(applied), **told,
    )  # fmt: skip


def match(number: int, part_id: int | None, **more: Any) -> MatchFacts:
    days = {
        name: date.fromisoformat(value)
        if name in {"proposed", "both", "met", "closed", "refused"}
        else value
        for name, value in more.items()
    }
    told: dict[str, Any] = {"is_coaching": False, **days}
    return MatchFacts(id=number, programme_id=1, part_id=part_id, **told)


PARTS = [
    part(1, accepted=None),  # only applied
    part(2),  # accepted, no match
    part(3),  # proposed, said no
    part(4),  # said no once, then matched, met once
    part(5),  # met three times, found a job
    part(6, "2026-12-31"),  # applied the year before
    part(7, role="mentor"),
]
MATCHES = [
    match(31, 3, proposed="2027-03-02", refusal="talent", refused="2027-03-03"),
    match(41, 4, proposed="2027-03-02", refusal="other", refused="2027-03-05"),
    match(42, 4, proposed="2027-03-06", both="2027-03-08", met="2027-03-20", meetings=1),
    match(51, 5, proposed="2027-03-02", both="2027-03-03", met="2027-03-10", meetings=3,
          closed="2027-05-01", outcome="job_permanent"),
    match(61, 6, proposed="2027-01-02", both="2027-01-10", met="2027-01-12", meetings=5,
          closed="2027-02-01", outcome="no_contact"),
]  # fmt: skip


def test_the_funnel_counts_how_far_the_talents_of_a_period_came() -> None:
    assert funnel(PARTS, MATCHES, YEAR) == {
        "applied": 5, "accepted": 4, "proposed": 3, "both": 2, "met": 2, "met_often": 1,
    }  # fmt: skip


def test_no_step_is_larger_than_the_one_before_even_with_dates_missing() -> None:
    shortened = [match(52, 5, meetings=3)]
    found = list(funnel([part(5, accepted=None)], shortened, YEAR).values())
    assert found == [1, 1, 1, 1, 1, 1]


def test_outcomes_are_those_of_the_talents_of_the_period_the_last_of_each() -> None:
    later = match(53, 5, closed="2027-06-01", outcome="training")
    assert outcomes_of_talents(PARTS, [*MATCHES, later], YEAR) == {"training": 1}


def test_the_register_counts_matches_by_when_they_began_and_ended() -> None:
    found = register(cases(PARTS, MATCHES), YEAR)
    assert (found.started, found.active, found.finished, found.positive) == (3, 1, 2, 1)
    assert found.outcomes == {"job_permanent": 1, "no_contact": 1}
    assert success_rate(found.positive, found.finished) == 50.0


def test_a_coaching_is_counted_itself_and_its_matches_are_not() -> None:
    coached = [
        part(8, is_coaching=True, ended=date(2027, 4, 1), outcome="study"),
        part(9, is_coaching=True, ended=date(2027, 4, 1)),
        part(10, is_coaching=True),
        part(11, is_coaching=True, accepted=None),
    ]
    inside = match(91, 8, both="2027-03-03", closed="2027-04-01", outcome="study", is_coaching=True)
    found = register(cases(coached, [inside]), YEAR)
    assert (found.started, found.active, found.finished) == (3, 1, 2)
    assert found.outcomes == {"study": 1, "none": 1}


def test_who_ends_on_the_last_day_is_finished_and_not_active() -> None:
    ended = part(8, is_coaching=True, ended=YEAR.until, outcome="study")
    found = register(cases([ended], []), YEAR)
    assert (found.active, found.finished) == (0, 1)


def test_without_any_finished_there_is_no_rate() -> None:
    assert success_rate(0, 0) is None


def test_the_seeds_rate_comes_out() -> None:
    assert success_rate(638, 874) == 73.0


def test_waiting_counts_from_the_application_to_the_first_yes_of_both() -> None:
    assert waits(PARTS, MATCHES, YEAR) == [10, 30, 35]
    assert median_wait([10, 30, 35]) == 30.0
    assert median_wait([]) is None


def test_refusals_are_sums() -> None:
    assert refusals(MATCHES, YEAR) == {"talent": 1, "other": 1, "expired": 0, "withdrawn": 0}


def test_without_a_wish_the_period_is_this_year_until_today() -> None:
    assert period_of(None, "", TODAY) == Period(date(2027, 1, 1), TODAY)


def test_nine_years_are_the_longest() -> None:
    assert period_of("2018-06-15", "2027-06-15", TODAY).since == date(2018, 6, 15)


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        ("2027-05-02", "2027-05-01", "until"),
        ("2027-05-02", "2027-06-16", "until"),
        ("2017-06-15", "2027-06-15", "since"),
        ("2018-06-14", "2027-06-15", "since"),
        ("first of May", "", "since"),
        ("", "2027-02-30", "until"),
        ("0001-01-01", "2027-01-01", "since"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused_by_name(
    since: str, until: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        period_of(since, until, TODAY)
    assert set(refused.value.details) == {field}
