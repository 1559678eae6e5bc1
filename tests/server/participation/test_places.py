"""Signing up, leaving, moving up: what changes, who is told, and everything that is refused."""

import asyncio
from datetime import timedelta

import pytest

from server.participation import places
from server.participation.jobs import forget_old
from server.participation.model import PlaceState
from server.participation.rules import EventFull, NoSignUp, OwnEvent, PlaceRefused, SignUpOver
from server.people import relations
from server.people.service import delete_person
from server.platform.errors import Invalid, NotAllowed, NotFound
from server.platform.instance import Instance
from server.posts.closing import close_due, close_post
from server.posts.model import Audience, PostState
from server.posts.removing import delete_post
from tests.server.participation.scenes import (
    all_places,
    change_event,
    make_event,
    make_guests,
    notices,
    pass_time,
    place_id,
    sign_up,
    state_of,
    taken_in_public,
)
from tests.support.people import make_person
from tests.support.posts import make_post, make_vacancy, sent


async def test_a_free_place_is_given_at_once_and_counted_in_public(instance: Instance) -> None:
    org = await make_person(instance, "org")
    ann, bea = await make_guests(instance, 2)
    event = await make_event(instance, org.id, maximumAttendeeCapacity=5)
    assert await sign_up(instance, ann, event.id) is PlaceState.GOING
    assert await sign_up(instance, bea, event.id, number=3, note="With my children") == "going"
    assert await taken_in_public(instance, event.id) == 4


async def test_whoever_comes_too_late_waits_and_moves_up_by_itself(instance: Instance) -> None:
    org = await make_person(instance, "org")
    ann, bea, cid, dot = await make_guests(instance, 4)
    event = await make_event(instance, org.id)
    states = [await sign_up(instance, one, event.id) for one in (ann, bea, cid, dot)]
    assert states == ["going", "going", "waiting", "waiting"]
    assert await instance.work(places.leave, ann, event.id)
    assert await state_of(instance, event.id, cid) == "going"
    assert await state_of(instance, event.id, dot) == "waiting"
    assert await notices(instance, cid) == ["place_given"]
    assert await notices(instance, dot) == []
    assert await taken_in_public(instance, event.id) == 2


async def test_more_places_let_people_move_up_in_the_same_moment(instance: Instance) -> None:
    org = await make_person(instance, "org")
    guests = await make_guests(instance, 5)
    event = await make_event(instance, org.id)
    for one in guests:
        await sign_up(instance, one, event.id)
    await change_event(instance, event, maximumAttendeeCapacity=4)
    assert [await state_of(instance, event.id, one) for one in guests] == [
        "going", "going", "going", "going", "waiting",
    ]  # fmt: skip
    await change_event(instance, event, maximumAttendeeCapacity=1)
    assert await state_of(instance, event.id, guests[0]) == "going"
    assert await taken_in_public(instance, event.id) == 4


async def test_a_second_time_changes_nothing(instance: Instance) -> None:
    org = await make_person(instance, "org")
    (ann,) = await make_guests(instance, 1)
    event = await make_event(instance, org.id)
    await sign_up(instance, ann, event.id)
    assert await sign_up(instance, ann, event.id, number=2) == "going"
    assert await taken_in_public(instance, event.id) == 1
    assert len(await all_places(instance)) == 1


async def test_whoever_comes_back_stands_at_the_end_of_the_line(instance: Instance) -> None:
    org = await make_person(instance, "org")
    ann, bea, cid = await make_guests(instance, 3)
    event = await make_event(instance, org.id, maximumAttendeeCapacity=1)
    for one in (ann, bea, cid):
        await sign_up(instance, one, event.id)
    assert await instance.work(places.leave, bea, event.id)
    pass_time(instance, minutes=1)
    assert await sign_up(instance, bea, event.id) == "waiting"
    await instance.work(places.leave, ann, event.id)
    assert await state_of(instance, event.id, cid) == "going"
    assert not await instance.work(places.leave, ann, event.id)


async def test_thirty_people_at_once_get_ten_places(instance: Instance) -> None:
    org = await make_person(instance, "org")
    guests = await make_guests(instance, 30)
    event = await make_event(instance, org.id, maximumAttendeeCapacity=10)
    states = await asyncio.gather(*(sign_up(instance, one, event.id) for one in guests))
    assert sorted(states) == ["going"] * 10 + ["waiting"] * 20
    assert await taken_in_public(instance, event.id) == 10
    going = [one for one, state in zip(guests, states, strict=True) if state == "going"]
    await asyncio.gather(*(instance.work(places.leave, one, event.id) for one in going))
    after = [await state_of(instance, event.id, one) for one in guests]
    assert (after.count("going"), after.count("waiting"), after.count("cancelled")) == (10, 10, 10)
    assert await taken_in_public(instance, event.id) == 10


async def test_a_full_event_without_a_list_refuses(instance: Instance) -> None:
    org = await make_person(instance, "org")
    ann, bea = await make_guests(instance, 2)
    event = await make_event(instance, org.id, maximumAttendeeCapacity=1, waitingList=None)
    await sign_up(instance, ann, event.id)
    with pytest.raises(EventFull):
        await sign_up(instance, bea, event.id)
    assert len(await all_places(instance)) == 1


async def test_one_cannot_sign_up_where_there_is_nothing_to_sign_up_for(instance: Instance) -> None:
    org = await make_person(instance, "org")
    (ann,) = await make_guests(instance, 1)
    none = await make_event(instance, org.id, joinMode="none", maximumAttendeeCapacity=None)
    vacancy = await make_vacancy(instance, org.id, Audience.PUBLIC)
    plain = await make_post(instance, org.id)
    for post in (none, vacancy, plain):
        with pytest.raises(NoSignUp):
            await sign_up(instance, ann, post.id)
    with pytest.raises(NotFound):
        await sign_up(instance, ann, 1)


async def test_the_organiser_needs_no_place(instance: Instance) -> None:
    org = await make_person(instance, "org")
    event = await make_event(instance, org.id)
    with pytest.raises(OwnEvent):
        await sign_up(instance, org.id, event.id)


async def test_after_the_last_day_nobody_signs_up_and_the_line_still_moves(
    instance: Instance,
) -> None:
    org = await make_person(instance, "org")
    ann, bea, cid = await make_guests(instance, 3)
    until = (instance.clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    event = await make_event(instance, org.id, registrationUntil=until, maximumAttendeeCapacity=1)
    await sign_up(instance, ann, event.id)
    await sign_up(instance, bea, event.id)
    pass_time(instance, days=1)
    with pytest.raises(SignUpOver):
        await sign_up(instance, cid, event.id)
    await instance.work(places.leave, ann, event.id)
    assert await state_of(instance, event.id, bea) == "going"


@pytest.mark.parametrize("state", [PostState.WITHDRAWN, PostState.FILLED])
async def test_nobody_signs_up_for_a_closed_event(instance: Instance, state: PostState) -> None:
    org = await make_person(instance, "org")
    (ann,) = await make_guests(instance, 1)
    event = await make_event(instance, org.id)
    await instance.work(close_post, org.id, event.id, state)
    with pytest.raises(SignUpOver):
        await sign_up(instance, ann, event.id)


async def test_an_event_that_one_may_not_see_is_not_there(instance: Instance) -> None:
    org = await make_person(instance, "org")
    ann, bea = await make_guests(instance, 2)
    hidden = await make_event(instance, org.id, Audience.FOLLOWERS)
    event = await make_event(instance, org.id)
    await instance.work(relations.block, org.id, bea)
    for person, post in ((ann, hidden), (bea, event)):
        with pytest.raises(NotFound):
            await sign_up(instance, person, post.id)


@pytest.mark.parametrize("wish", [{"number": 0}, {"number": 6}, {"note": "x" * 501}])
async def test_wishes_beyond_measure_are_refused(
    instance: Instance, wish: dict[str, object]
) -> None:
    org = await make_person(instance, "org")
    (ann,) = await make_guests(instance, 1)
    event = await make_event(instance, org.id)
    with pytest.raises(Invalid):
        await sign_up(instance, ann, event.id, **wish)
    assert await all_places(instance) == []


async def test_a_restricted_event_asks_its_organiser(instance: Instance) -> None:
    org = await make_person(instance, "org")
    ann, bea = await make_guests(instance, 2)
    event = await make_event(instance, org.id, joinMode="restricted", maximumAttendeeCapacity=1)
    assert await sign_up(instance, ann, event.id) is PlaceState.REQUESTED
    assert await sign_up(instance, bea, event.id) is PlaceState.REQUESTED
    assert await notices(instance, org.id) == ["place_asked", "place_asked"]
    assert await taken_in_public(instance, event.id) == 0
    anns, beas = [await place_id(instance, event.id, one) for one in (ann, bea)]
    assert await instance.work(places.accept, org.id, event.id, anns) == "going"
    assert await instance.work(places.accept, org.id, event.id, beas) == "waiting"
    assert await notices(instance, ann) == ["place_given"]
    await instance.work(places.leave, ann, event.id)
    assert await state_of(instance, event.id, bea) == "going"


async def test_whoever_was_refused_cannot_ask_again_but_may_be_let_in(instance: Instance) -> None:
    org = await make_person(instance, "org")
    (ann,) = await make_guests(instance, 1)
    event = await make_event(instance, org.id, joinMode="restricted")
    await sign_up(instance, ann, event.id)
    place = await place_id(instance, event.id, ann)
    await instance.work(places.refuse, org.id, event.id, place)
    assert await notices(instance, ann) == ["place_refused"]
    with pytest.raises(PlaceRefused):
        await sign_up(instance, ann, event.id)
    with pytest.raises(Invalid):
        await instance.work(places.refuse, org.id, event.id, place)
    assert await instance.work(places.accept, org.id, event.id, place) == "going"
    with pytest.raises(Invalid):
        await instance.work(places.accept, org.id, event.id, place)


async def test_a_place_that_is_taken_away_goes_to_the_next(instance: Instance) -> None:
    org = await make_person(instance, "org")
    ann, bea = await make_guests(instance, 2)
    event = await make_event(instance, org.id, maximumAttendeeCapacity=1)
    await sign_up(instance, ann, event.id)
    await sign_up(instance, bea, event.id)
    await instance.work(places.refuse, org.id, event.id, await place_id(instance, event.id, ann))
    assert await state_of(instance, event.id, bea) == "going"


async def test_only_the_organiser_decides(instance: Instance) -> None:
    org = await make_person(instance, "org")
    ann, bea = await make_guests(instance, 2)
    event = await make_event(instance, org.id, joinMode="restricted")
    other = await make_event(instance, org.id, joinMode="restricted")
    await sign_up(instance, ann, event.id)
    place = await place_id(instance, event.id, ann)
    for decision in (places.accept, places.refuse):
        with pytest.raises(NotFound):
            await instance.work(decision, bea, event.id, place)
        with pytest.raises(NotFound):
            await instance.work(decision, org.id, other.id, place)
    with pytest.raises(NotFound):
        await instance.work(places.cancel_event, bea, event.id)


async def test_where_the_organiser_stops_deciding_requests_count(instance: Instance) -> None:
    org = await make_person(instance, "org")
    ann, bea = await make_guests(instance, 2)
    event = await make_event(instance, org.id, joinMode="restricted", maximumAttendeeCapacity=1)
    await sign_up(instance, ann, event.id)
    await sign_up(instance, bea, event.id)
    await change_event(instance, event, joinMode="free")
    assert await state_of(instance, event.id, ann) == "going"
    assert await state_of(instance, event.id, bea) == "waiting"


async def test_a_cancelled_event_tells_everybody_once(instance: Instance) -> None:
    org = await make_person(instance, "org")
    ann, bea, cid = await make_guests(instance, 3)
    event = await make_event(instance, org.id, maximumAttendeeCapacity=1)
    for one in (ann, bea, cid):
        await sign_up(instance, one, event.id)
    await instance.work(places.leave, cid, event.id)
    await instance.work(places.cancel_event, org.id, event.id)
    assert await notices(instance, ann) == ["event_cancelled"]
    assert await notices(instance, bea) == ["event_cancelled"]
    assert await notices(instance, cid) == []
    assert await taken_in_public(instance, event.id) == 0


async def test_a_status_of_cancelled_does_the_same_and_so_does_deleting(
    instance: Instance,
) -> None:
    org = await make_person(instance, "org")
    (ann,) = await make_guests(instance, 1)
    first, second = await make_event(instance, org.id), await make_event(instance, org.id)
    for event in (first, second):
        await sign_up(instance, ann, event.id)
    await change_event(instance, first, eventStatus="EventCancelled")
    await instance.work(delete_post, org.id, second.id)
    assert await notices(instance, ann) == ["event_cancelled", "event_cancelled"]
    assert [place.state for place in await all_places(instance)] == ["cancelled"]


async def test_an_event_that_is_simply_over_tells_nobody(instance: Instance) -> None:
    org = await make_person(instance, "org")
    (ann,) = await make_guests(instance, 1)
    event = await make_event(instance, org.id)
    await sign_up(instance, ann, event.id)
    pass_time(instance, days=8)
    await instance.work(close_due)
    assert await notices(instance, ann) == []
    assert await state_of(instance, event.id, ann) == "going"


async def test_places_are_deleted_thirty_days_after_the_event(instance: Instance) -> None:
    org = await make_person(instance, "org")
    (ann,) = await make_guests(instance, 1)
    event = await make_event(instance, org.id)
    await sign_up(instance, ann, event.id)
    pass_time(instance, days=8)
    await instance.work(close_due)
    pass_time(instance, days=29)
    await instance.work(forget_old)
    assert len(await all_places(instance)) == 1
    pass_time(instance, days=1)
    await instance.work(forget_old)
    assert await all_places(instance) == []


async def test_a_reopened_event_keeps_its_places(instance: Instance) -> None:
    org = await make_person(instance, "org")
    (ann,) = await make_guests(instance, 1)
    event = await make_event(instance, org.id)
    await sign_up(instance, ann, event.id)
    await instance.work(close_post, org.id, event.id, PostState.FILLED)
    assert (await all_places(instance))[0].deleted_after is not None
    await instance.work(close_post, org.id, event.id, PostState.OPEN)
    assert (await all_places(instance))[0].deleted_after is None


async def test_who_came_is_noted_only_when_the_doors_are_open(instance: Instance) -> None:
    org = await make_person(instance, "org")
    ann, bea = await make_guests(instance, 2)
    event = await make_event(instance, org.id)
    for one in (ann, bea):
        await sign_up(instance, one, event.id)
    place = await place_id(instance, event.id, ann)
    with pytest.raises(NotAllowed):
        await instance.work(places.note_attendance, org.id, event.id, [place])
    pass_time(instance, days=7)
    with pytest.raises(NotFound):
        await instance.work(places.note_attendance, ann, event.id, [place])
    assert await instance.work(places.note_attendance, org.id, event.id, [place]) == 1
    assert [one.attended for one in await all_places(instance)] == [True, False]


async def test_a_block_takes_the_place_and_the_next_moves_up(instance: Instance) -> None:
    org = await make_person(instance, "org")
    ann, bea, cid = await make_guests(instance, 3)
    event = await make_event(instance, org.id, maximumAttendeeCapacity=1)
    for one in (ann, bea, cid):
        await sign_up(instance, one, event.id)
    await instance.work(relations.block, org.id, ann)
    assert await state_of(instance, event.id, bea) == "going"
    await instance.work(relations.block, bea, org.id)
    assert await state_of(instance, event.id, cid) == "going"


async def test_whoever_is_deleted_leaves_nothing_and_the_next_moves_up(instance: Instance) -> None:
    org = await make_person(instance, "org")
    ann, bea = await make_guests(instance, 2)
    event = await make_event(instance, org.id, maximumAttendeeCapacity=1)
    await sign_up(instance, ann, event.id)
    await sign_up(instance, bea, event.id)
    await instance.work(delete_person, ann)
    assert await state_of(instance, event.id, bea) == "going"
    assert [place.person_id for place in await all_places(instance)] == [bea]


async def test_nothing_about_local_places_leaves_the_instance(instance: Instance) -> None:
    org = await make_person(instance, "org")
    (ann,) = await make_guests(instance, 1)
    event = await make_event(instance, org.id)
    before = len(await sent(instance))
    await sign_up(instance, ann, event.id, note="Arabic, please")
    await instance.work(places.leave, ann, event.id)
    assert len(await sent(instance)) == before


async def test_a_filled_event_takes_nobody_new_and_its_line_still_moves(
    instance: Instance,
) -> None:
    org = await make_person(instance, "org")
    ann, bea, cid = await make_guests(instance, 3)
    event = await make_event(instance, org.id, maximumAttendeeCapacity=1)
    await sign_up(instance, ann, event.id)
    await sign_up(instance, bea, event.id)
    await instance.work(close_post, org.id, event.id, PostState.FILLED)
    with pytest.raises(SignUpOver):
        await sign_up(instance, cid, event.id)
    await instance.work(places.leave, ann, event.id)
    assert await state_of(instance, event.id, bea) == "going"
