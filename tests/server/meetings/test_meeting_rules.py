"""The life of a meeting and its times, decided without a database."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.meetings.model import MeetingState, Mode, Side
from server.meetings.rules import (
    COMING,
    DAY_BEFORE,
    HOUR_BEFORE,
    MOST_TIMES,
    TRANSITIONS,
    UNDECIDED,
    Act,
    NotNow,
    Standing,
    Wish,
    acts_of,
    checked_wish,
    due_reminder,
    is_web_link,
    link_of,
    moment_on,
    offered_modes,
    other_side,
    state_after,
)
from server.meetings.times import Watch, slot_of
from server.platform.errors import Invalid

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
STATES = st.sampled_from(MeetingState)
SIDES = st.sampled_from(Side)


def standing(state: MeetingState, asked: Side | None, hours: int) -> Standing:
    has_time = state not in UNDECIDED
    return Standing(state, asked, NOW + timedelta(hours=hours) if has_time else None)


@given(STATES, st.sampled_from(Act), SIDES, st.none() | SIDES, st.integers(-100, 100))
def test_an_act_leads_where_the_table_says_or_nowhere(
    state: MeetingState, act: Act, side: Side, asked: Side | None, hours: int
) -> None:
    meeting = standing(state, asked, hours)
    try:
        then = state_after(meeting, act, side, NOW)
    except NotNow:
        assert act not in acts_of(meeting, side, NOW)
        return
    assert then == TRANSITIONS[act][state]
    assert act in acts_of(meeting, side, NOW)


@given(st.lists(st.tuples(st.sampled_from(Act), SIDES), max_size=30))
def test_nobody_answers_their_own_proposal_and_what_is_over_stays_so(
    acts: list[tuple[Act, Side]],
) -> None:
    state, asked, proposer, now = MeetingState.PROPOSED, Side.SECOND, Side.FIRST, NOW
    for act, side in acts:
        before = Standing(state, asked if state in UNDECIDED else None, now + timedelta(hours=2))
        if act in {Act.HOLD, Act.MISS}:
            now += timedelta(hours=3)
        try:
            then = state_after(before, act, side, now)
        except NotNow:
            continue
        assert state in COMING
        if act in {Act.CHOOSE, Act.COUNTER}:
            assert side is not proposer
        if act in {Act.COUNTER, Act.MOVE}:
            proposer, asked = side, other_side(side)
        state = then


@pytest.mark.parametrize("side", Side)
def test_only_a_meeting_that_has_begun_took_place(side: Side) -> None:
    coming = standing(MeetingState.CONFIRMED, None, 1)
    assert acts_of(coming, side, NOW) == {Act.MOVE, Act.CANCEL}
    begun = standing(MeetingState.CONFIRMED, None, 0)
    assert acts_of(begun, side, NOW) == {Act.CANCEL, Act.HOLD, Act.MISS}


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("times", Wish((), "Europe/Brussels", 60, Mode.WALK)),
        ("times", Wish(("2026-11-23T12:59",), "Europe/Brussels", 60, Mode.WALK)),
        ("times", Wish(("2027-11-25T13:00",), "Europe/Brussels", 60, Mode.WALK)),
        ("times", Wish(("2026-11-24T13:00", "soon"), "Europe/Brussels", 60, Mode.WALK)),
        ("times", Wish(("2026-11-24T13:00+01:00",), "Europe/Brussels", 60, Mode.WALK)),
        ("times", Wish(("0001-01-01T00:00",), "Europe/Brussels", 60, Mode.WALK)),
        ("times", Wish(("9999-12-31T23:59",), "America/New_York", 60, Mode.WALK)),
        ("times", Wish(("2027-03-28T02:30",), "Europe/Brussels", 60, Mode.WALK)),
        ("times", Wish(("2026-11-24T13:00",) * 10_000, "Europe/Brussels", 60, Mode.WALK)),
        ("zone", Wish(("2026-11-24T13:00",), "../../etc/passwd", 60, Mode.WALK)),
        ("zone", Wish(("2026-11-24T13:00",), "", 60, Mode.WALK)),
        ("minutes", Wish(("2026-11-24T13:00",), "Europe/Brussels", 0, Mode.WALK)),
        ("minutes", Wish(("2026-11-24T13:00",), "Europe/Brussels", 100_000, Mode.WALK)),
        ("place", Wish(("2026-11-24T13:00",), "Europe/Brussels", 60, Mode.WALK, "x" * 301)),
    ],
)
def test_what_cannot_be_met_is_refused_by_name(field: str, wanted: Wish) -> None:
    with pytest.raises(Invalid) as refused:
        checked_wish(wanted, NOW)
    assert set(refused.value.details) == {field}


@given(
    st.lists(
        st.integers(1, 366 * 24 * 60 - 24 * 60).map(lambda n: NOW + timedelta(minutes=n)),
        min_size=1,
        max_size=MOST_TIMES,
    ),
    st.sampled_from(["Europe/Brussels", "Europe/Helsinki", "Africa/Casablanca", "Asia/Kathmandu"]),
)
def test_times_come_back_in_order_and_mean_the_same_moment(
    moments: list[datetime], zone: str
) -> None:
    walls = [one.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") for one in moments]
    clean = checked_wish(Wish(walls, zone, 60, Mode.WALK), NOW - timedelta(days=1))
    assert clean.times == sorted(set(walls))
    for wall in clean.times:
        moment = moment_on(wall, zone)
        assert moment is not None
        assert moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") == wall


def test_the_hour_that_summer_time_takes_away_does_not_exist() -> None:
    assert moment_on("2027-03-28T02:30", "Europe/Brussels") is None
    assert moment_on("2027-03-28T03:30", "Europe/Helsinki") is None
    before = moment_on("2027-03-27T14:00", "Europe/Brussels")
    after = moment_on("2027-03-28T14:00", "Europe/Brussels")
    assert before == datetime(2027, 3, 27, 13, tzinfo=UTC)
    assert after == datetime(2027, 3, 28, 12, tzinfo=UTC)


def test_of_the_hour_that_comes_twice_the_first_counts() -> None:
    assert moment_on("2026-10-25T02:30", "Europe/Brussels") == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )
    assert moment_on("2026-10-25T03:30", "Europe/Brussels") == datetime(
        2026, 10, 25, 2, 30, tzinfo=UTC
    )


def test_each_side_reads_the_time_on_its_own_clock() -> None:
    there = slot_of("2027-03-28T14:00", "Europe/Brussels", 60, Watch(zone="Europe/Helsinki"))
    assert there is not None
    assert "2:00" in there.words
    assert there.own_words is not None
    assert "3:00" in there.own_words
    here = slot_of("2027-03-28T14:00", "Europe/Brussels", 60, Watch(zone="Europe/Brussels"))
    assert here is not None
    assert here.own_words is None


@given(st.integers(-48, 72), st.booleans(), st.booleans())
def test_a_reminder_comes_once_and_only_before(hours: int, day: bool, hour: bool) -> None:
    starts = NOW + timedelta(hours=hours)
    due = due_reminder(starts, NOW if day else None, NOW if hour else None, NOW)
    if due == HOUR_BEFORE:
        assert not hour
        assert timedelta() < starts - NOW <= HOUR_BEFORE
    elif due == DAY_BEFORE:
        assert not day
        assert HOUR_BEFORE < starts - NOW <= DAY_BEFORE
    else:
        assert due is None


def test_video_is_offered_where_there_is_a_service() -> None:
    assert Mode.VIDEO not in offered_modes("")
    pattern = "https://video.ours.example/{room}#config"
    assert Mode.VIDEO in offered_modes(pattern)
    assert link_of(pattern, "a-b_c") == "https://video.ours.example/a-b_c#config"
    assert is_web_link("https://video.ours.example/x")
    assert not is_web_link("javascript:alert(1)")
