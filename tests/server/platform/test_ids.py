"""Ids: they grow, even when the clock steps back, and sort where their moment belongs."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.platform.ids import MAX_ID, Ids, lowest_id_at, moment_of, parsed_id

NOW = datetime(2026, 11, 23, 12, 0, 0, 123000, tzinfo=UTC)


def test_ids_grow_when_the_clock_stands_still_or_steps_back():
    ids = Ids()
    made = [ids.new(NOW) for _ in range(2000)]
    made += [ids.new(NOW - timedelta(hours=25)) for _ in range(100)]

    assert made == sorted(set(made))


def test_processes_in_different_lanes_never_make_the_same_id():
    one, other = Ids(lane=3), Ids(lane=4)

    made = [ids.new(NOW) for _ in range(1000) for ids in (one, other)]

    assert len(set(made)) == 2000


def test_a_backdated_id_sorts_at_its_moment():
    ids = Ids()
    earlier = NOW - timedelta(days=30)

    made = ids.backdated(earlier)

    assert moment_of(made) == earlier
    assert lowest_id_at(earlier) <= made < lowest_id_at(earlier + timedelta(milliseconds=1))


@given(st.text())
def test_only_decimal_numbers_within_bounds_are_ids(text: str):
    found = parsed_id(text)

    assert found is None or (text.isascii() and text.isdecimal() and 0 <= found <= MAX_ID)


def test_ids_are_parsed():
    assert parsed_id("116432") == 116432
    assert parsed_id(str(MAX_ID + 1)) is None
    assert parsed_id("-1") is None
    assert parsed_id("١٢") is None
