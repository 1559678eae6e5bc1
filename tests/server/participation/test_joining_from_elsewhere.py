"""Join and Leave of people on other servers, as Mobilizon sends them, and what they are answered."""

from typing import Any

import pytest

from server.federation.model import Reach
from server.participation import places
from server.people import relations
from server.people.service import change_reach
from server.platform.instance import Instance
from server.posts.documents import note_document
from server.posts.model import Audience, Post
from tests.server.participation.scenes import (
    all_places,
    change_event,
    make_event,
    make_guests,
    notices,
    place_id,
    sign_up,
    state_of,
)
from tests.support.people import make_person, make_remote
from tests.support.posts import activity, hear, make_vacancy, sent

ROB = "https://far.example/users/rob"


def join_of(post: Post, number: int = 1, **said: Any) -> dict[str, Any]:
    return activity("Join", ROB, post.uri, number, **said)


async def answers(instance: Instance) -> list[tuple[str, str]]:
    """Return what was answered to Joins, as (type, id of the Join)."""
    return [
        (one["type"], one["object"]["id"])
        for one in await sent(instance)
        if one["type"] in {"Accept", "Reject", "Ignore"} and one["object"].get("type") == "Join"
    ]


async def test_somebody_elsewhere_gets_a_place_and_is_answered(instance: Instance) -> None:
    org, rob = await make_person(instance, "org"), await make_remote(instance)
    event = await make_event(instance, org.id)
    join = join_of(event, participationMessage="<p>With a pram</p>")
    await hear(instance, join)
    assert await state_of(instance, event.id, rob.id) == "going"
    assert await answers(instance) == [("Accept", join["id"])]
    accept = (await sent(instance))[-1]
    assert accept["actor"] == (await instance.read(note_document, event.id))["attributedTo"]
    assert accept["to"] == [ROB]
    (place,) = await all_places(instance)
    assert b"pram" not in (place.note_sealed or b"")


async def test_the_document_tells_the_number_and_nobody(instance: Instance) -> None:
    org, rob = await make_person(instance, "org"), await make_remote(instance)
    event = await make_event(instance, org.id)
    await hear(instance, join_of(event))
    document = await instance.read(note_document, event.id)
    assert document["joinMode"] == "free"
    assert (document["participantCount"], document["remainingAttendeeCapacity"]) == (1, 1)
    assert rob.display_name not in str(document)
    assert ROB not in str(document)


async def test_whoever_waits_hears_nothing_until_a_place_is_free(instance: Instance) -> None:
    org, rob = await make_person(instance, "org"), await make_remote(instance)
    (ann,) = await make_guests(instance, 1)
    event = await make_event(instance, org.id, maximumAttendeeCapacity=1)
    await sign_up(instance, ann, event.id)
    join = join_of(event)
    await hear(instance, join)
    assert await state_of(instance, event.id, rob.id) == "waiting"
    assert await answers(instance) == []
    await instance.work(places.leave, ann, event.id)
    assert await answers(instance) == [("Accept", join["id"])]
    assert await notices(instance, rob.id) == []


async def test_a_full_event_without_a_list_rejects(instance: Instance) -> None:
    org, rob = await make_person(instance, "org"), await make_remote(instance)
    (ann,) = await make_guests(instance, 1)
    event = await make_event(instance, org.id, maximumAttendeeCapacity=1, waitingList=None)
    await sign_up(instance, ann, event.id)
    join = join_of(event)
    await hear(instance, join)
    assert await answers(instance) == [("Reject", join["id"])]
    assert await state_of(instance, event.id, rob.id) is None


@pytest.mark.parametrize("mode", ["none", "external"])
async def test_where_nobody_signs_up_here_a_join_is_ignored(instance: Instance, mode: str) -> None:
    org, rob = await make_person(instance, "org"), await make_remote(instance)
    event = await make_event(
        instance, org.id, joinMode=mode, applyUrl="https://ours.example/sign-up",
        maximumAttendeeCapacity=None, waitingList=None,
    )  # fmt: skip
    join = join_of(event)
    await hear(instance, join)
    assert await answers(instance) == [("Ignore", join["id"])]
    assert await state_of(instance, event.id, rob.id) is None


async def test_the_organiser_decides_about_people_elsewhere_too(instance: Instance) -> None:
    org, rob = await make_person(instance, "org"), await make_remote(instance)
    event = await make_event(instance, org.id, joinMode="restricted")
    join = join_of(event)
    await hear(instance, join)
    assert await answers(instance) == []
    place = await place_id(instance, event.id, rob.id)
    await instance.work(places.accept, org.id, event.id, place)
    await instance.work(places.refuse, org.id, event.id, place)
    assert await answers(instance) == [("Accept", join["id"]), ("Reject", join["id"])]
    again = join_of(event, 2)
    await hear(instance, again)
    assert (await answers(instance))[-1] == ("Reject", again["id"])


async def test_a_repeated_join_is_answered_again(instance: Instance) -> None:
    org = await make_person(instance, "org")
    await make_remote(instance)
    event = await make_event(instance, org.id)
    first, second = join_of(event), join_of(event, 2)
    await hear(instance, first)
    await hear(instance, second)
    assert await answers(instance) == [("Accept", first["id"]), ("Accept", second["id"])]
    assert len(await all_places(instance)) == 1


@pytest.mark.parametrize("way", ["Leave", "Undo"])
async def test_leaving_gives_the_place_to_the_next(instance: Instance, way: str) -> None:
    org = await make_person(instance, "org")
    await make_remote(instance)
    (ann,) = await make_guests(instance, 1)
    event = await make_event(instance, org.id, maximumAttendeeCapacity=1)
    join = join_of(event)
    await hear(instance, join)
    await sign_up(instance, ann, event.id)
    of = event.uri if way == "Leave" else join
    await hear(instance, activity(way, ROB, of, 3))
    assert await state_of(instance, event.id, ann) == "going"
    await hear(instance, activity(way, ROB, of, 4))
    assert await state_of(instance, event.id, ann) == "going"


async def test_nobody_leaves_for_somebody_else(instance: Instance) -> None:
    org, rob = await make_person(instance, "org"), await make_remote(instance)
    await make_remote(instance, "eve", "evil.example")
    event = await make_event(instance, org.id)
    join = join_of(event)
    await hear(instance, join)
    await hear(instance, activity("Undo", "https://evil.example/users/eve", join))
    await hear(instance, activity("Leave", "https://evil.example/users/eve", event.uri))
    assert await state_of(instance, event.id, rob.id) == "going"


async def test_what_the_sender_may_not_see_gets_no_answer(instance: Instance) -> None:
    org = await make_person(instance, "org")
    rob = await make_remote(instance)
    event = await make_event(instance, org.id)
    members = await make_event(instance, org.id, Audience.MEMBERS)
    vacancy = await make_vacancy(instance, org.id, Audience.MEMBERS)
    for post in (members, vacancy):
        await hear(instance, join_of(post))
    await instance.work(relations.block, org.id, rob.id)
    before = len(await sent(instance))
    await hear(instance, join_of(event, 2))
    await hear(instance, activity("Join", ROB, "https://ours.example/posts/1", 3))
    assert len(await sent(instance)) == before
    assert await all_places(instance) == []


async def test_an_organiser_who_stays_at_home_cannot_be_joined(instance: Instance) -> None:
    org = await make_person(instance, "org")
    await make_remote(instance)
    event = await make_event(instance, org.id)
    await instance.work(change_reach, org.id, Reach.HOME)
    await hear(instance, join_of(event))
    assert await answers(instance) == []
    assert await all_places(instance) == []


async def test_a_cancelled_event_says_so_and_rejects(instance: Instance) -> None:
    org = await make_person(instance, "org")
    await make_remote(instance)
    event = await make_event(instance, org.id)
    await change_event(instance, event, eventStatus="EventCancelled")
    join = join_of(event)
    await hear(instance, join)
    assert await answers(instance) == [("Reject", join["id"])]
