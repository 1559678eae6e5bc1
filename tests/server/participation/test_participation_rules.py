"""Who may sign up, who moves up, and what a spreadsheet is given: decisions without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.participation.model import PlaceState
from server.participation.rules import (
    EventFull,
    InLine,
    JoinMode,
    free_places,
    guarded_cells,
    may_raise_hand,
    moving_up,
    sign_up_of,
    state_of_new,
)
from server.people.model import PersonKind

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RECORD = {
    "joinMode": "free",
    "maximumAttendeeCapacity": 10,
    "waitingList": True,
    "startTime": "2026-11-30T12:00:00Z",
    "endTime": "2026-11-30T15:00:00Z",
}


def test_a_record_that_says_nothing_needs_no_sign_up() -> None:
    assert sign_up_of({}).mode is JoinMode.NONE
    assert not sign_up_of({}).is_open(NOW)


@pytest.mark.parametrize(
    ("said", "is_open"),
    [
        ({}, True),
        ({"joinMode": "restricted"}, True),
        ({"joinMode": "external"}, False),
        ({"joinMode": "none"}, False),
        ({"registrationUntil": "2026-11-23T12:00:01Z"}, True),
        ({"registrationUntil": "2026-11-23T12:00:00Z"}, False),
        ({"startTime": "2026-11-23T12:00:00Z"}, False),
        ({"eventStatus": "EventCancelled"}, False),
        ({"eventStatus": "EventPostponed"}, True),
    ],
)
def test_signing_up_is_open_until_its_day_or_the_start(said: dict[str, str], is_open: bool) -> None:
    assert sign_up_of({**RECORD, **said}).is_open(NOW) is is_open


def test_a_withdrawn_event_is_over() -> None:
    assert sign_up_of(RECORD, is_withdrawn=True).is_over(NOW)


@pytest.mark.parametrize(
    ("mode", "free", "waiting", "number", "state"),
    [
        ("free", 1, 0, 1, PlaceState.GOING),
        ("free", None, 0, 5, PlaceState.GOING),
        ("free", 0, 0, 1, PlaceState.WAITING),
        ("free", 1, 0, 2, PlaceState.WAITING),
        ("free", 1, 1, 1, PlaceState.WAITING),
        ("restricted", 0, 0, 1, PlaceState.REQUESTED),
        ("restricted", 5, 0, 1, PlaceState.REQUESTED),
    ],
)
def test_a_wish_begins_where_there_is_room(
    mode: str, free: int | None, waiting: int, number: int, state: PlaceState
) -> None:
    sign_up = sign_up_of({**RECORD, "joinMode": mode})
    assert state_of_new(sign_up, number=number, free=free, waiting=waiting) is state


def test_without_a_waiting_list_a_full_event_refuses() -> None:
    sign_up = sign_up_of({**RECORD, "waitingList": False})
    with pytest.raises(EventFull):
        state_of_new(sign_up, number=1, free=0, waiting=0)


def test_a_large_group_keeps_its_turn_and_holds_nobody_up() -> None:
    line = [InLine(1, 3), InLine(2, 1), InLine(3, 1), InLine(4, 1)]
    assert moving_up(line, 2) == [2, 3]
    assert moving_up(line, None) == [1, 2, 3, 4]
    assert moving_up(line, 0) == []


@given(st.lists(st.integers(1, 5), max_size=20), st.integers(0, 30))
def test_nobody_moves_up_beyond_what_is_free(numbers: list[int], free: int) -> None:
    line = [InLine(n, number) for n, number in enumerate(numbers)]
    up = moving_up(line, free)
    assert sum(numbers[n] for n in up) <= free
    assert up == sorted(up)


def test_fewer_places_than_people_leave_none_free() -> None:
    assert free_places(sign_up_of(RECORD), 12) == 0


def test_the_doors_open_two_hours_before_the_start() -> None:
    sign_up = sign_up_of(RECORD)
    start = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
    assert sign_up.doors_are_open(start - timedelta(hours=2))
    assert not sign_up.doors_are_open(start - timedelta(hours=2, seconds=1))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_spreadsheet_takes_a_cell_for_a_formula(text: str) -> None:
    assert guarded_cells([text, None, 3, "plain"]) == [f"'{text}", "", "3", "plain"]


def test_hands_are_raised_by_people_not_by_organisations() -> None:
    assert may_raise_hand(PersonKind.TALENT)
    assert not may_raise_hand(PersonKind.EMPLOYER)
    assert not may_raise_hand(PersonKind.ORGANISATION)
    assert not may_raise_hand(None)
