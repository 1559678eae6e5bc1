"""What meetings keep about people: how long, what they get of it, and what goes with them."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from server.matching.rules import By
from server.matching.service import close_match
from server.meetings import feeds, items, service
from server.meetings.again import answer_after_event, answer_after_meeting, met_at_events
from server.meetings.items import TooManyItems
from server.meetings.jobs import forget_old, keep_wall_times, lapse
from server.meetings.model import (
    ItemKind,
    MeetAgain,
    Meeting,
    MeetingState,
    PairItem,
    PersonCalendar,
)
from server.meetings.parties import MatchOver, Party
from server.meetings.privacy import export
from server.meetings.rules import Act, NotNow
from server.participation.places import join
from server.people.model import PersonKind
from server.people.service import delete_person
from server.platform.errors import Invalid, NotFound
from server.platform.instance import Instance
from server.platform.work import Work
from tests.server.meetings.scenes import (
    make_coach,
    make_pair,
    notices,
    pass_time,
    planned,
    proposed,
    seen,
    stored,
    wish,
)
from tests.server.participation.scenes import make_event
from tests.support.people import make_login, make_person


async def held(instance: Instance, pair: Any, note: str = "Fine.") -> int:
    meeting = await planned(instance, pair, wish(place="Café Sands"))
    pass_time(instance, days=3)
    await instance.work(service.conclude, pair.one, meeting, Act.HOLD, note)
    await instance.work(service.write_note, pair.two, meeting, "Hers is mine.")
    return meeting


async def rows(instance: Instance, table: type[Any]) -> int:
    total = select(func.count()).select_from(table)
    return await instance.read(lambda r: r.session.scalar(total)) or 0


async def test_words_go_90_days_after_the_match_and_dates_after_two_years(
    instance: Instance,
) -> None:
    pair = await make_pair(instance)
    meeting = await held(instance, pair)
    await instance.work(items.add_item, pair.talent, pair.match_id, ItemKind.GOAL, "A job")
    await instance.work(close_match, pair.match_id, By.staff(1), "internship")
    pass_time(instance, days=89)
    await instance.work(forget_old)
    assert (await stored(instance, meeting)).first_note_sealed is not None
    assert await rows(instance, PairItem) == 1
    pass_time(instance, days=2)
    await instance.work(forget_old)
    kept = await stored(instance, meeting)
    assert (kept.place_sealed, kept.first_note_sealed, kept.second_note_sealed) == (None,) * 3
    assert kept.starts_at is not None
    assert await rows(instance, PairItem) == 0
    pass_time(instance, days=640)
    await instance.work(forget_old)
    assert await rows(instance, Meeting) == 0


async def test_words_of_a_pair_that_goes_on_stay(instance: Instance) -> None:
    pair = await make_pair(instance)
    meeting = await held(instance, pair)
    pass_time(instance, days=200)
    await instance.work(forget_old)
    assert (await seen(instance, pair.one, meeting)).my_note == "Fine."


async def test_words_with_staff_go_90_days_after_the_meeting(instance: Instance) -> None:
    talent = await make_person(instance, "tara", PersonKind.TALENT, None)
    coach = await make_coach(instance, talent.id)
    meeting = await instance.work(service.propose, coach, f"person-{talent.id}", wish(), "")
    await instance.work(service.choose, Party(talent.id), meeting, "2026-11-25T14:00")
    pass_time(instance, days=3)
    await instance.work(service.conclude, coach, meeting, Act.HOLD, "Went well.")
    assert (await seen(instance, Party(talent.id), meeting)).other_note == "Went well."
    pass_time(instance, days=91)
    await instance.work(forget_old)
    assert (await seen(instance, coach, meeting)).my_note == ""


async def test_a_proposal_lapses_with_its_last_time(instance: Instance) -> None:
    pair = await make_pair(instance)
    meeting = await proposed(instance, pair)
    pass_time(instance, days=2, hours=12)
    await instance.work(lapse)
    assert (await stored(instance, meeting)).state == MeetingState.PROPOSED
    pass_time(instance, days=1)
    await instance.work(lapse)
    assert (await stored(instance, meeting)).state == MeetingState.CANCELLED


async def test_moments_follow_the_wall_when_a_country_changes_its_rules(
    instance: Instance,
) -> None:
    pair = await make_pair(instance)
    meeting = await planned(instance, pair)
    right = (await stored(instance, meeting)).starts_at
    assert right is not None

    def shift(w: Work) -> None:
        w.session.get_one(Meeting, meeting).starts_at = right + timedelta(hours=1)

    await instance.work(shift)
    await instance.work(keep_wall_times)
    assert (await stored(instance, meeting)).starts_at == right


async def test_everybody_gets_their_own_words_and_nobody_elses(instance: Instance) -> None:
    pair = await make_pair(instance)
    await held(instance, pair, "Mine alone.")
    await instance.work(
        items.add_item, pair.talent, pair.match_id, ItemKind.TO_DO, "Write a letter", None
    )
    login = await make_login(instance, [pair.talent])
    await instance.work(feeds.make_address, pair.talent, login.id)
    one = await instance.read(export, pair.talent)
    two = await instance.read(export, pair.mentor)
    assert [row["note"] for row in one["meetings"]] == ["Mine alone."]
    assert [row["note"] for row in two["meetings"]] == ["Hers is mine."]
    assert one["meetings"][0]["place"] == "Café Sands"
    assert [row["text"] for row in one["todos_and_goals"]] == ["Write a letter"]
    assert two["todos_and_goals"] == []
    assert one["calendar"][0]["address_made_at"] is not None
    assert "Hers" not in str(one)


@pytest.mark.parametrize("leaves", ["talent", "mentor"])
async def test_who_leaves_takes_their_words_along(instance: Instance, leaves: str) -> None:
    pair = await make_pair(instance)
    done = await held(instance, pair)
    coming = await planned(instance, pair, wish("2026-12-20T10:00"))
    await instance.work(answer_after_meeting, pair.one, done, wants=True)
    for person in (pair.talent, pair.mentor):
        await instance.work(items.add_item, person, pair.match_id, ItemKind.TO_DO, "Something")
        login = await make_login(instance, [person], f"p{person}@ours.example")
        await instance.work(feeds.make_address, person, login.id)
    gone, stays = (pair.talent, pair.mentor) if leaves == "talent" else (pair.mentor, pair.talent)
    await instance.work(delete_person, gone)
    for meeting in (done, coming):
        kept = await stored(instance, meeting)
        assert gone not in (kept.first_id, kept.second_id)
        if leaves == "talent":
            assert (kept.first_note_sealed, kept.place_sealed) == (None, None)
        else:
            assert kept.second_note_sealed is None
    assert (await stored(instance, coming)).state == MeetingState.CANCELLED
    assert "meeting_cancelled" in await notices(instance, stays)
    assert await rows(instance, MeetAgain) == 0
    calendars = await instance.read(
        lambda r: list(r.session.scalars(select(PersonCalendar.person_id)))
    )
    assert calendars == [stays]
    found = await instance.read(export, gone)
    assert found == {"meetings": [], "todos_and_goals": [], "meet_again": [], "calendar": []}


async def test_both_write_tick_off_and_delete(instance: Instance) -> None:
    pair = await make_pair(instance)
    day = date(2026, 12, 1)
    made = await instance.work(
        items.add_item, pair.talent, pair.match_id, ItemKind.TO_DO, " Write a CV ", day
    )
    (row,) = (await instance.read(items.items_of, [pair.match_id]))[pair.match_id]
    assert (row.text, row.due_on, row.is_late) == ("Write a CV", day, False)
    pass_time(instance, days=20)
    (row,) = (await instance.read(items.items_of, [pair.match_id]))[pair.match_id]
    assert row.is_late
    await instance.work(items.set_done, pair.mentor, made, is_done=True)
    (row,) = (await instance.read(items.items_of, [pair.match_id]))[pair.match_id]
    assert row.done_at is not None
    await instance.work(items.delete_item, pair.mentor, made)
    assert await rows(instance, PairItem) == 0


async def test_a_list_is_for_the_pair_and_has_an_end(instance: Instance) -> None:
    pair = await make_pair(instance)
    eve = (await make_person(instance, "eve")).id
    made = await instance.work(items.add_item, pair.talent, pair.match_id, ItemKind.TO_DO, "One")
    for act in (
        lambda w: items.add_item(w, eve, pair.match_id, ItemKind.TO_DO, "Mine"),
        lambda w: items.set_done(w, eve, made, is_done=True),
        lambda w: items.delete_item(w, eve, made),
        lambda w: items.delete_item(w, pair.talent, made + 1),
    ):
        with pytest.raises(NotFound):
            await instance.work(act)
    for text, day in (("", None), ("x" * 301, None), ("Late", date(2026, 1, 1))):
        with pytest.raises(Invalid):
            await instance.work(
                items.add_item, pair.talent, pair.match_id, ItemKind.TO_DO, text, day
            )

    def fill(w: Work) -> None:
        for _ in range(100):
            items.add_item(w, pair.talent, pair.match_id, ItemKind.TO_DO, "More")

    with pytest.raises(TooManyItems):
        await instance.work(fill)
    await instance.work(close_match, pair.match_id, By.staff(1), "internship")
    with pytest.raises(MatchOver):
        await instance.work(items.delete_item, pair.talent, made)
    pass_time(instance, days=15)
    with pytest.raises(NotFound):
        await instance.work(items.delete_item, pair.talent, made)


async def test_only_a_double_yes_is_shown(instance: Instance) -> None:
    pair = await make_pair(instance)
    meeting = await planned(instance, pair)
    with pytest.raises(NotNow):
        await instance.work(answer_after_meeting, pair.one, meeting, wants=True)
    pass_time(instance, days=3)
    await instance.work(service.conclude, pair.one, meeting, Act.HOLD)
    assert not await instance.work(answer_after_meeting, pair.one, meeting, wants=True)
    other = await seen(instance, pair.two, meeting)
    assert (other.wants_again, other.both_again) == (None, False)
    assert not await instance.work(answer_after_meeting, pair.two, meeting, wants=False)
    assert not (await seen(instance, pair.one, meeting)).both_again
    assert "meeting_again" not in await notices(instance, pair.talent)
    assert await instance.work(answer_after_meeting, pair.two, meeting, wants=True)
    assert await instance.work(answer_after_meeting, pair.two, meeting, wants=True)
    assert (await seen(instance, pair.one, meeting)).both_again
    for person in (pair.talent, pair.mentor):
        assert (await notices(instance, person)).count("meeting_again") == 1
    eve = Party((await make_person(instance, "eve")).id)
    with pytest.raises(NotFound):
        await instance.work(answer_after_meeting, eve, meeting, wants=True)


async def test_after_an_event_its_organiser_and_its_guests_are_asked(instance: Instance) -> None:
    host = (await make_person(instance, "host")).id
    guest = (await make_person(instance, "guest")).id
    other = (await make_person(instance, "other")).id
    event = await make_event(instance, host)
    for one in (guest, other):
        await instance.work(join, one, event.id)
    with pytest.raises(NotFound):
        await instance.work(answer_after_event, guest, event.id, host, wants=True)
    pass_time(instance, days=8)
    assert [one.other.id for one in await instance.read(met_at_events, guest)] == [host]
    assert {one.other.id for one in await instance.read(met_at_events, host)} == {guest, other}
    with pytest.raises(NotFound):
        await instance.work(answer_after_event, guest, event.id, other, wants=True)
    assert not await instance.work(answer_after_event, guest, event.id, host, wants=True)
    (met,) = await instance.read(met_at_events, guest)
    assert (met.wants, met.both) == (True, False)
    assert [one.wants for one in await instance.read(met_at_events, host)] == [None, None]
    assert await instance.work(answer_after_event, host, event.id, guest, wants=True)
    (met,) = await instance.read(met_at_events, guest)
    assert met.both
    pass_time(instance, days=200)
    assert await instance.read(met_at_events, guest) == []
    await instance.work(forget_old)
    assert await rows(instance, MeetAgain) == 0
