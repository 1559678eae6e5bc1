"""Blocks, mutes and private notes between people."""

from datetime import timedelta

import pytest

from server.people import queries, relations
from server.people.relations import FollowRefused
from server.people.rules import Viewer
from server.platform.errors import Invalid, NotFound
from tests.server.people.acquaintance import PAGE, counts, standing
from tests.support.people import make_person, make_remote


async def test_a_block_ends_follows_both_ways(instance):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    await instance.work(relations.follow, ann.id, ben.id)
    await instance.work(relations.follow, ben.id, ann.id)

    await instance.work(relations.block, ann.id, ben.id)

    found = await standing(instance, ann, ben)
    assert found.blocking
    assert not found.following
    assert not found.followed_by
    assert (await standing(instance, ben, ann)).blocked_by
    assert await counts(instance, ann) == (0, 0)
    assert await counts(instance, ben) == (0, 0)


async def test_a_blocked_person_neither_finds_nor_follows_the_blocker(instance):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    await instance.work(relations.block, ann.id, ben.id)

    with pytest.raises(NotFound):
        await instance.work(relations.follow, ben.id, ann.id)
    with pytest.raises(FollowRefused):
        await instance.work(relations.follow, ann.id, ben.id)
    assert await instance.read(queries.person_by_id, Viewer.member(ben.id), ann.id) is None


async def test_the_blocked_may_block_back_and_both_can_undo_it(instance):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    await instance.work(relations.block, ann.id, ben.id)

    await instance.work(relations.block, ben.id, ann.id)

    (listed,) = await instance.read(queries.blocked, ben.id, PAGE)
    assert listed.person.id == ann.id
    assert await instance.work(relations.unblock, ben.id, ann.id)
    assert not await instance.work(relations.unblock, ben.id, ann.id)


async def test_nobody_blocks_or_mutes_themselves(instance):
    ann = await make_person(instance, "ann")
    with pytest.raises(Invalid):
        await instance.work(relations.block, ann.id, ann.id)
    with pytest.raises(Invalid):
        await instance.work(relations.mute, ann.id, ann.id)


async def test_a_block_elsewhere_tells_what_that_server_must_know(instance, sent, hear):
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance, "rob")
    await instance.work(relations.follow, ann.id, rob.id)
    await hear(
        {
            "id": "https://far.example/follows/1",
            "type": "Follow",
            "actor": "https://far.example/users/rob",
            "object": f"https://ours.example/people/{ann.id}",
        }
    )
    before = len(await sent())

    await instance.work(relations.block, ann.id, rob.id)
    await instance.work(relations.unblock, ann.id, rob.id)

    said = (await sent())[before:]
    assert [one["type"] for one in said] == ["Undo", "Reject", "Block", "Undo"]
    assert said[1]["object"]["id"] == "https://far.example/follows/1"
    assert said[3]["object"]["id"] == said[2]["id"]


async def test_a_mute_lasts_until_its_moment(instance):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    until = instance.clock.now() + timedelta(hours=1)

    await instance.work(relations.mute, ann.id, ben.id, notifications=False, until=until)

    found = await standing(instance, ann, ben)
    assert found.muting
    assert not found.muting_notifications
    assert found.muting_expires_at == until
    instance.clock.move(timedelta(hours=1))
    assert not (await standing(instance, ann, ben)).muting
    assert await instance.read(queries.muted, ann.id, PAGE) == []


async def test_muting_again_replaces_and_unmuting_ends(instance):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    await instance.work(relations.mute, ann.id, ben.id)
    await instance.work(relations.mute, ann.id, ben.id, notifications=False)

    (listed,) = await instance.read(queries.muted, ann.id, PAGE)
    assert listed.person.id == ben.id
    assert not (await standing(instance, ann, ben)).muting_notifications
    assert await instance.work(relations.unmute, ann.id, ben.id)
    assert not await instance.work(relations.unmute, ann.id, ben.id)


async def test_a_mute_cannot_end_in_the_past(instance):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    with pytest.raises(Invalid):
        await instance.work(relations.mute, ann.id, ben.id, until=instance.clock.now())


async def test_a_private_note_is_kept_replaced_and_removed(instance):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    await instance.work(relations.set_note, ann.id, ben.id, "met at the fair")
    await instance.work(relations.set_note, ann.id, ben.id, "met in Ostend")
    assert (await standing(instance, ann, ben)).note == "met in Ostend"
    assert (await standing(instance, ben, ann)).note == ""
    await instance.work(relations.set_note, ann.id, ben.id, " ")
    assert (await standing(instance, ann, ben)).note == ""


async def test_a_note_has_a_length(instance):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    with pytest.raises(Invalid):
        await instance.work(relations.set_note, ann.id, ben.id, "x" * 2_001)
