"""A meeting through its life, and everything that strangers and hurried people are refused."""

import pytest
from sqlalchemy import func, select

from server.access.model import StaffRole
from server.access.service import disable_login, grant_person, take_role
from server.matching.model import MatchState
from server.matching.rules import By
from server.matching.service import begin_closing, close_match, end_at_once
from server.meetings import service
from server.meetings.events import MeetingHeld, MeetingPlanned
from server.meetings.model import Meeting, MeetingState, Mode
from server.meetings.parties import MatchOver, Party, partners_of
from server.meetings.queries import (
    held_by_match,
    last_sign,
    meetings_counted,
    meetings_of,
    next_meeting,
)
from server.meetings.rules import Act, NotNow
from server.meetings.service import TooManyProposals
from server.meetings.times import Watch
from server.people.model import PersonKind
from server.platform.errors import Conflict, Invalid, NotFound
from server.platform.events import Event, Reaction, Reactions
from server.platform.instance import Instance
from server.privacy.erase import erase_person
from tests.server.meetings.scenes import (
    HELSINKI,
    VIDEO,
    make_coach,
    make_pair,
    notices,
    pass_time,
    planned,
    proposed,
    seen,
    set_time,
    stored,
    wish,
)
from tests.support.matches import the_match
from tests.support.people import make_person


async def count(instance: Instance) -> int:
    total = select(func.count()).select_from(Meeting)
    return await instance.read(lambda r: r.session.scalar(total)) or 0


async def test_a_pair_agrees_meets_and_writes_a_note_each(instance: Instance) -> None:
    pair = await make_pair(instance)
    heard: list[Event] = []
    instance.reactions = Reactions(
        [
            *(r for f in instance.features for r in f.reactions),
            Reaction(MeetingPlanned, lambda _, event: heard.append(event)),
            Reaction(MeetingHeld, lambda _, event: heard.append(event)),
        ]
    )
    meeting = await proposed(instance, pair, wish(place="Café Sands"))
    assert (await seen(instance, pair.two, meeting)).is_asked
    assert not (await seen(instance, pair.one, meeting)).is_asked
    assert await notices(instance, pair.mentor) == ["meeting_asked"]
    await instance.work(service.choose, pair.two, meeting, "2026-11-26T10:00")
    row = await seen(instance, pair.one, meeting)
    assert row.state is MeetingState.CONFIRMED
    assert row.slot is not None
    assert row.slot.starts.isoformat() == "2026-11-26T10:00:00+01:00"
    assert row.place == "Café Sands"
    assert await notices(instance, pair.talent) == ["meeting_planned"]
    assert (await instance.read(next_meeting, pair.match_id, pair.mentor)) is not None
    pass_time(instance, days=4)
    await instance.work(service.conclude, pair.one, meeting, Act.HOLD, "A good talk.")
    await instance.work(service.write_note, pair.two, meeting, "She walks fast.")
    row = await seen(instance, pair.one, meeting)
    assert (row.my_note, row.other_note) == ("A good talk.", "She walks fast.")
    assert (await the_match(instance, pair.match_id)).state is not MatchState.BOTH_CONSENTED
    assert heard == [MeetingPlanned(meeting, pair.match_id), MeetingHeld(meeting, pair.match_id)]
    kept = await stored(instance, meeting)
    assert b"Sands" not in (kept.place_sealed or b"")
    assert b"talk" not in (kept.first_note_sealed or b"")


async def test_a_second_meeting_changes_nothing_in_the_match(instance: Instance) -> None:
    pair = await make_pair(instance, MatchState.ACTIVE)
    meeting = await planned(instance, pair)
    pass_time(instance, days=3)
    await instance.work(service.conclude, pair.two, meeting, Act.HOLD)
    assert (await the_match(instance, pair.match_id)).state is MatchState.ACTIVE


async def test_other_times_turn_the_question_round(instance: Instance) -> None:
    pair = await make_pair(instance)
    meeting = await proposed(instance, pair)
    other = wish("2026-12-01T09:00", zone=HELSINKI, mode=Mode.COFFEE)
    await instance.work(service.name_times, pair.two, meeting, other, VIDEO)
    row = await seen(instance, pair.one, meeting)
    assert row.is_asked
    assert row.mode is Mode.COFFEE
    assert [one.value for one in row.choices] == ["2026-12-01T09:00"]
    with pytest.raises(NotNow):
        await instance.work(service.choose, pair.two, meeting, "2026-12-01T09:00")
    with pytest.raises(Invalid):
        await instance.work(service.choose, pair.one, meeting, "2026-11-25T14:00")
    await instance.work(service.choose, pair.one, meeting, "2026-12-01T09:00")
    assert (await seen(instance, pair.one, meeting)).state is MeetingState.CONFIRMED


async def test_moving_gives_the_time_up_and_asks_again(instance: Instance) -> None:
    pair = await make_pair(instance)
    meeting = await planned(instance, pair)
    await instance.work(service.name_times, pair.one, meeting, wish("2026-12-02T10:00"), VIDEO)
    row = await seen(instance, pair.two, meeting)
    assert (row.state, row.slot, row.is_asked) == (MeetingState.MOVED, None, True)
    assert await notices(instance, pair.mentor) == ["meeting_asked", "meeting_moved"]
    assert (await instance.read(next_meeting, pair.match_id, pair.mentor)) is None
    await instance.work(service.choose, pair.two, meeting, "2026-12-02T10:00")
    assert (await stored(instance, meeting)).sequence == 3


async def test_a_second_answer_is_told_so_and_changes_nothing(instance: Instance) -> None:
    pair = await make_pair(instance)
    meeting = await planned(instance, pair)
    before = (await stored(instance, meeting)).sequence
    with pytest.raises(NotNow):
        await instance.work(service.choose, pair.two, meeting, "2026-11-26T10:00")
    assert (await stored(instance, meeting)).sequence == before


async def test_nobody_answers_for_the_other(instance: Instance) -> None:
    pair = await make_pair(instance)
    meeting = await proposed(instance, pair)
    with pytest.raises(NotNow):
        await instance.work(service.choose, pair.one, meeting, "2026-11-25T14:00")
    stranger = Party((await make_person(instance, "eve")).id, 12345)
    for act in (
        lambda w: service.choose(w, stranger, meeting, "2026-11-25T14:00"),
        lambda w: service.cancel(w, stranger, meeting),
        lambda w: service.name_times(w, stranger, meeting, wish()),
        lambda w: service.conclude(w, stranger, meeting, Act.HOLD),
        lambda w: service.write_note(w, stranger, meeting, "Hello"),
    ):
        with pytest.raises(NotFound):
            await instance.work(act)
    with pytest.raises(NotFound):
        await seen(instance, stranger, meeting)
    assert (await stored(instance, meeting)).state == MeetingState.PROPOSED


@pytest.mark.parametrize("key", ["match-{match}", "person-{mentor}", "staff-1", "match-x", "", "-"])
async def test_a_stranger_proposes_nothing(instance: Instance, key: str) -> None:
    pair = await make_pair(instance)
    eve = Party((await make_person(instance, "eve", PersonKind.MENTOR)).id)
    named = key.format(match=pair.match_id, mentor=pair.mentor)
    with pytest.raises(NotFound):
        await instance.work(service.propose, eve, named, wish(), VIDEO)
    assert await count(instance) == 0
    assert await instance.read(partners_of, eve) == []


@pytest.mark.parametrize(
    "state",
    [MatchState.DRAFT, MatchState.PROPOSED, MatchState.ACCEPTED_BY_TALENT, MatchState.DECLINED],
)
async def test_before_both_agreed_nobody_meets(instance: Instance, state: MatchState) -> None:
    pair = await make_pair(instance, state)
    for party in (pair.one, pair.two):
        assert await instance.read(partners_of, party) == []
        with pytest.raises(NotFound):
            await instance.work(service.propose, party, pair.key, wish(), VIDEO)


async def test_the_past_and_ten_thousand_times_are_refused(instance: Instance) -> None:
    pair = await make_pair(instance)
    for wanted in (wish("2026-11-20T10:00"), wish(*["2026-11-25T14:00"] * 10_000)):
        with pytest.raises(Invalid):
            await instance.work(service.propose, pair.one, pair.key, wanted, VIDEO)
    with pytest.raises(Invalid):
        await instance.work(service.propose, pair.one, pair.key, wish(mode=Mode.VIDEO), "")
    assert await count(instance) == 0


async def test_ten_open_proposals_are_enough(instance: Instance) -> None:
    pair = await make_pair(instance)
    for _ in range(10):
        await proposed(instance, pair)
    with pytest.raises(TooManyProposals):
        await proposed(instance, pair)
    with pytest.raises(TooManyProposals):
        await instance.work(service.propose, pair.two, pair.key, wish(), VIDEO)
    assert await count(instance) == 10


async def test_a_time_that_has_passed_cannot_be_chosen_any_more(instance: Instance) -> None:
    pair = await make_pair(instance)
    meeting = await proposed(instance, pair)
    pass_time(instance, days=3)
    with pytest.raises(Invalid):
        await instance.work(service.choose, pair.two, meeting, "2026-11-25T14:00")


async def test_before_it_begins_nothing_took_place_and_after_nothing_moves(
    instance: Instance,
) -> None:
    pair = await make_pair(instance)
    meeting = await planned(instance, pair)
    for act in (Act.HOLD, Act.MISS):
        with pytest.raises(NotNow):
            await instance.work(service.conclude, pair.one, meeting, act)
    pass_time(instance, days=3)
    with pytest.raises(NotNow):
        await instance.work(service.name_times, pair.one, meeting, wish("2026-12-02T10:00"))
    await instance.work(service.conclude, pair.one, meeting, Act.MISS, "I waited.")
    assert (await stored(instance, meeting)).state == MeetingState.NO_SHOW
    assert (await the_match(instance, pair.match_id)).state is MatchState.BOTH_CONSENTED
    with pytest.raises(Conflict):
        await instance.work(service.conclude, pair.two, meeting, Act.HOLD)


async def test_a_note_is_neither_endless_nor_written_before(instance: Instance) -> None:
    pair = await make_pair(instance)
    meeting = await planned(instance, pair)
    with pytest.raises(NotNow):
        await instance.work(service.write_note, pair.one, meeting, "Too early")
    pass_time(instance, days=3)
    with pytest.raises(Invalid):
        await instance.work(service.conclude, pair.one, meeting, Act.HOLD, "x" * 1001)
    assert (await stored(instance, meeting)).state == MeetingState.CONFIRMED


async def test_calling_off_tells_the_other(instance: Instance) -> None:
    pair = await make_pair(instance)
    meeting = await planned(instance, pair)
    await instance.work(service.cancel, pair.two, meeting)
    assert (await notices(instance, pair.talent))[-1] == "meeting_cancelled"
    assert "meeting_cancelled" not in await notices(instance, pair.mentor)
    with pytest.raises(NotNow):
        await instance.work(service.cancel, pair.one, meeting)


async def test_an_ended_match_is_read_for_two_weeks_and_then_gone(instance: Instance) -> None:
    pair = await make_pair(instance)
    held = await planned(instance, pair)
    pass_time(instance, days=3)
    await instance.work(service.conclude, pair.one, held, Act.HOLD, "Fine.")
    coming = await planned(instance, pair, wish("2026-12-20T10:00"))
    await instance.work(begin_closing, pair.match_id, By.staff(1))
    await instance.work(close_match, pair.match_id, By.staff(1), "internship")
    assert (await stored(instance, coming)).state == MeetingState.CANCELLED
    for person in (pair.talent, pair.mentor):
        assert (await notices(instance, person))[-1] == "meeting_cancelled"
    row = await seen(instance, pair.one, held)
    assert row.is_read_only
    assert row.acts == frozenset()
    for act in (
        lambda w: service.propose(w, pair.one, pair.key, wish("2026-12-20T10:00")),
        lambda w: service.write_note(w, pair.one, held, "More"),
        lambda w: service.cancel(w, pair.one, coming),
    ):
        with pytest.raises(MatchOver):
            await instance.work(act)
    pass_time(instance, days=15)
    for meeting in (held, coming):
        with pytest.raises(NotFound):
            await seen(instance, pair.one, meeting)
    sheet = await instance.read(meetings_of, pair.one, Watch())
    assert sheet.past == []


async def test_stopping_at_once_calls_off_what_was_planned(instance: Instance) -> None:
    pair = await make_pair(instance)
    meeting = await planned(instance, pair)
    await instance.work(end_at_once, pair.match_id, pair.talent)
    assert (await stored(instance, meeting)).state == MeetingState.CANCELLED


async def test_staff_meet_their_own_people_and_nobody_else(instance: Instance) -> None:
    talent = await make_person(instance, "tala", PersonKind.TALENT, None, "Tala")
    other = await make_person(instance, "omar", PersonKind.TALENT, None)
    coach = await make_coach(instance, talent.id)
    assert [one.key for one in await instance.read(partners_of, coach)] == [f"person-{talent.id}"]
    meeting = await instance.work(service.propose, coach, f"person-{talent.id}", wish(), "")
    await instance.work(service.choose, Party(talent.id), meeting, "2026-11-25T14:00")
    row = await seen(instance, coach, meeting)
    assert (row.other_name, row.with_staff) == ("Tala", True)
    with pytest.raises(NotFound):
        await instance.work(service.propose, coach, f"person-{other.id}", wish(), "")
    with pytest.raises(NotFound):
        await seen(instance, Party(None, 999), meeting)
    assert coach.staff_id is not None
    back = await instance.work(
        service.propose, Party(talent.id), f"staff-{coach.staff_id}", wish(), ""
    )
    assert (await seen(instance, coach, back)).is_asked
    key = f"staff-{coach.staff_id}"
    with pytest.raises(NotFound):
        await instance.work(service.propose, Party(other.id), key, wish(), "")


@pytest.mark.parametrize("leave", ["disabled", "without a role", "deleted"])
async def test_who_leaves_the_staff_calls_off_what_was_planned(
    instance: Instance, leave: str
) -> None:
    talent = await make_person(instance, "tala", PersonKind.TALENT, None, "Tala")
    coach = await make_coach(instance, talent.id)
    carl = await make_person(instance, "carl", PersonKind.MENTOR, None, "Carl")
    assert coach.staff_id is not None
    await instance.work(grant_person, coach.staff_id, carl.id)
    key = f"person-{talent.id}"
    ids = [await instance.work(service.propose, coach, key, wish(), "") for _ in range(3)]
    times = {ids[0]: "2026-11-25T14:00", ids[1]: "2026-11-26T10:00"}
    for meeting, time in times.items():
        await instance.work(service.choose, Party(talent.id), meeting, time)
    set_time(instance, 2026, 11, 25, 15, 30)  # the first has been

    if leave == "disabled":
        await instance.work(disable_login, coach.staff_id)
    if leave in {"without a role", "deleted"}:
        await instance.work(take_role, coach.staff_id, StaffRole.COACH)
    if leave == "deleted":
        await instance.work(erase_person, instance.features, person_id=carl.id, login_id=None)

    states = [(await stored(instance, one)).state for one in ids]
    assert states == ["confirmed", "cancelled", "cancelled"]
    told = await notices(instance, talent.id)
    assert told.count("meeting_cancelled") == 2


async def test_staff_do_not_read_the_meetings_of_a_pair(instance: Instance) -> None:
    pair = await make_pair(instance)
    coach = await make_coach(instance, pair.talent)
    meeting = await planned(instance, pair)
    with pytest.raises(NotFound):
        await seen(instance, coach, meeting)
    assert (
        await instance.read(meetings_of, coach, Watch())
        == type(await instance.read(meetings_of, coach, Watch()))()
    )


async def test_a_video_call_gets_a_room_nobody_guesses_and_keeps_it(instance: Instance) -> None:
    pair = await make_pair(instance)
    wanted = wish("2026-11-25T14:00", mode=Mode.VIDEO, place="https://evil.example/")
    first = await planned(instance, pair, wanted)
    second = await planned(instance, pair, wanted)
    links = [(await seen(instance, pair.two, one)).link for one in (first, second)]
    assert links[0] != links[1]
    assert all(one and one.startswith("https://video.ours.example/") for one in links)
    assert all(one and len(one.rsplit("/", 1)[1]) >= 24 for one in links)
    moved = wish("2026-11-27T14:00", mode=Mode.VIDEO)
    await instance.work(service.name_times, pair.one, first, moved, VIDEO)
    assert (await seen(instance, pair.two, first)).link == links[0]


async def test_wall_time_stays_when_the_clocks_change(instance: Instance) -> None:
    set_time(instance, 2027, 3, 20, 12)
    pair = await make_pair(instance)
    times = wish("2027-03-27T14:00", "2027-03-28T14:00")
    meeting = await proposed(instance, pair, times)
    await instance.work(service.choose, pair.two, meeting, "2027-03-28T14:00")
    row = await instance.read(lambda r: meetings_of(r, pair.two, Watch(zone=HELSINKI)))
    slot = row.coming[0].slot
    assert slot is not None
    assert slot.starts.isoformat() == "2027-03-28T14:00:00+02:00"
    assert "3:00" in (slot.own_words or "")
    set_time(instance, 2026, 10, 20, 12)
    autumn = await planned(instance, pair, wish("2026-10-25T14:00", zone=HELSINKI))
    assert (await stored(instance, autumn)).starts_at == (
        await seen(instance, pair.one, autumn)
    ).slot.starts  # type: ignore[union-attr]  # it is planned
    assert (await seen(instance, pair.one, autumn)).slot.starts.isoformat() == (  # type: ignore[union-attr]  # as above
        "2026-10-25T14:00:00+02:00"
    )


async def test_reports_count_and_read_nothing(instance: Instance) -> None:
    pair = await make_pair(instance)
    since = instance.clock.now()
    for day, act in ((25, Act.HOLD), (26, Act.HOLD), (27, Act.MISS)):
        meeting = await planned(instance, pair, wish(f"2026-11-{day}T14:00"))
        pass_time(instance, days=day - 22)
        await instance.work(service.conclude, pair.one, meeting, act)
        pass_time(instance, days=22 - day)
    programme = (await the_match(instance, pair.match_id)).programme_id
    pass_time(instance, days=10)
    until = instance.clock.now()
    counted = await instance.read(meetings_counted, since, until, programme)
    assert (counted.held, counted.missed, counted.cancelled) == (2, 1, 0)
    assert counted.by_mode == {"walk": 2}
    assert (await instance.read(meetings_counted, since, until, programme + 1)).held == 0
    assert await instance.read(held_by_match, programme, until) == {pair.match_id: 2}
    assert (await instance.read(last_sign, pair.match_id)) is not None
    assert (await instance.read(last_sign, pair.match_id + 1)) is None
