"""Follows and blocks that arrive, their answers, and their end."""

import pytest

from server.federation import hosts
from server.federation.model import HostPolicy, Reach
from server.people import relations
from server.people.model import PersonKind
from server.people.service import ProfileChange, update_profile
from tests.server.people.acquaintance import ROB, follow_by, follow_rob, standing, uri_of
from tests.support.people import card, make_person, make_remote


async def test_a_follow_of_an_open_account_is_accepted_and_answered(instance, sent, hear):
    ann, rob = await make_person(instance, "ann"), await make_remote(instance, "rob")

    await hear(follow_by(ROB, ann))

    assert (await standing(instance, ann, rob)).followed_by
    (accept,) = await sent()
    assert accept["type"] == "Accept"
    assert accept["actor"] == uri_of(ann)
    assert accept["object"]["id"] == "https://far.example/follows/1"
    assert accept["to"] == [ROB]
    assert (await card(instance, ann.id)).followers_count == 1


async def test_a_repeated_follow_is_answered_again_and_counted_once(instance, sent, hear):
    ann = await make_person(instance, "ann")
    await make_remote(instance, "rob")
    await hear(follow_by(ROB, ann, 1))
    await hear(follow_by(ROB, ann, 2))

    accepts = await sent()
    assert [one["object"]["id"] for one in accepts] == [
        "https://far.example/follows/1",
        "https://far.example/follows/2",
    ]
    assert (await card(instance, ann.id)).followers_count == 1


async def test_a_follow_of_a_locked_account_waits_and_is_answered_later(instance, sent, hear):
    ann, rob = await make_person(instance, "ann"), await make_remote(instance, "rob")
    await instance.work(update_profile, ann.id, ProfileChange(locked=True))
    before = len(await sent())
    await hear(follow_by(ROB, ann))
    assert (await standing(instance, ann, rob)).requested_by
    assert len(await sent()) == before

    await instance.work(relations.accept_follow, ann.id, rob.id)

    (accept,) = (await sent())[before:]
    assert accept["object"]["id"] == "https://far.example/follows/1"


async def test_a_refused_request_is_told_to_its_sender(instance, sent, hear):
    ann, rob = await make_person(instance, "ann"), await make_remote(instance, "rob")
    await instance.work(update_profile, ann.id, ProfileChange(locked=True))
    await hear(follow_by(ROB, ann))
    before = len(await sent())

    await instance.work(relations.reject_follow, ann.id, rob.id)

    (reject,) = (await sent())[before:]
    assert reject["type"] == "Reject"
    assert reject["object"]["id"] == "https://far.example/follows/1"


async def test_a_blocked_follower_is_rejected(instance, sent, hear):
    ann, rob = await make_person(instance, "ann"), await make_remote(instance, "rob")
    await instance.work(relations.block, ann.id, rob.id)
    before = len(await sent())

    await hear(follow_by(ROB, ann))

    (reject,) = (await sent())[before:]
    assert reject["type"] == "Reject"
    assert not (await standing(instance, ann, rob)).followed_by


@pytest.mark.parametrize("reach", [Reach.HOME, Reach.PARTNERS])
async def test_a_follow_of_somebody_out_of_sight_gets_no_answer_at_all(instance, sent, hear, reach):
    ann = await make_person(instance, "ann", PersonKind.MENTOR, reach)
    rob = await make_remote(instance, "rob")

    await hear(follow_by(ROB, ann))

    assert await sent() == []
    assert not (await standing(instance, ann, rob)).followed_by


async def test_a_partner_may_follow_somebody_for_partners(instance, sent, hear):
    ann = await make_person(instance, "ann", PersonKind.MENTOR, Reach.PARTNERS)
    await make_remote(instance, "rob")
    await instance.work(hosts.set_policy, "far.example", HostPolicy.PARTNER)

    await hear(follow_by(ROB, ann))

    (accept,) = await sent()
    assert accept["type"] == "Accept"


async def test_a_follow_of_nobody_here_has_no_effect(instance, sent, hear):
    await make_remote(instance, "rob")
    await make_remote(instance, "eva")
    for target in ("https://ours.example/people/5", "https://far.example/users/eva", "x"):
        await hear(
            {"id": "https://far.example/f/1", "type": "Follow", "actor": ROB, "object": target}
        )
    assert await sent() == []


@pytest.mark.parametrize("form", ["id", "embedded", "other id"])
async def test_the_target_accepts_in_any_form(instance, sent, hear, form):
    ann, rob, follow = await follow_rob(instance, sent)
    embedded = {"id": follow["id"], "type": "Follow", "actor": uri_of(ann), "object": ROB}
    given = {
        "id": follow["id"],
        "embedded": embedded,
        "other id": {**embedded, "id": "https://far.example/made-up"},
    }

    await hear(
        {"id": "https://far.example/a/1", "type": "Accept", "actor": ROB, "object": given[form]}
    )

    assert (await standing(instance, ann, rob)).following
    assert (await card(instance, ann.id)).following_count == 1


@pytest.mark.parametrize("answer", ["Accept", "Reject"])
async def test_nobody_but_the_target_answers_a_follow(instance, sent, hear, answer):
    ann, rob, follow = await follow_rob(instance, sent)
    await make_remote(instance, "eve", "evil.example")
    eve = "https://evil.example/users/eve"
    embedded = {"id": follow["id"], "type": "Follow", "actor": uri_of(ann), "object": ROB}

    for given in (follow["id"], embedded, {**embedded, "id": None}, {**embedded, "object": eve}):
        await hear(
            {"id": "https://evil.example/a/1", "type": answer, "actor": eve, "object": given}
        )

    found = await standing(instance, ann, rob)
    assert found.requested
    assert not found.following


async def test_a_reject_ends_a_request_and_an_accepted_follow(instance, sent, hear):
    ann, rob, follow = await follow_rob(instance, sent)
    accept = {"id": "https://far.example/a/1", "type": "Accept", "actor": ROB}
    reject = {"id": "https://far.example/r/1", "type": "Reject", "actor": ROB}
    await hear({**accept, "object": follow["id"]})

    await hear({**reject, "object": follow["id"]})

    found = await standing(instance, ann, rob)
    assert not found.following
    assert not found.requested
    assert (await card(instance, ann.id)).following_count == 0
    assert len(await sent()) == 1


async def test_an_undo_ends_the_follow_of_its_sender(instance, hear):
    ann, rob = await make_person(instance, "ann"), await make_remote(instance, "rob")
    follow = follow_by(ROB, ann)
    await hear(follow)

    await hear({"id": "https://far.example/u/1", "type": "Undo", "actor": ROB, "object": follow})

    assert not (await standing(instance, ann, rob)).followed_by
    assert (await card(instance, ann.id)).followers_count == 0


async def test_an_undo_by_id_alone_works(instance, hear):
    ann, rob = await make_person(instance, "ann"), await make_remote(instance, "rob")
    await hear(follow_by(ROB, ann))
    await hear(
        {
            "id": "https://far.example/u/1",
            "type": "Undo",
            "actor": ROB,
            "object": "https://far.example/follows/1",
        }
    )
    assert not (await standing(instance, ann, rob)).followed_by


async def test_nobody_undoes_the_follow_or_block_of_another(instance, hear):
    ann, rob = await make_person(instance, "ann"), await make_remote(instance, "rob")
    await make_remote(instance, "eve", "evil.example")
    eve = "https://evil.example/users/eve"
    follow = follow_by(ROB, ann)
    await hear(follow)
    for given in (follow, follow["id"], {**follow, "actor": eve}):
        await hear(
            {"id": "https://evil.example/u/1", "type": "Undo", "actor": eve, "object": given}
        )
    assert (await standing(instance, ann, rob)).followed_by


async def test_a_block_from_elsewhere_ends_follows_silently_and_can_be_undone(instance, sent, hear):
    ann, rob, follow = await follow_rob(instance, sent)
    await hear(
        {
            "id": "https://far.example/a/1",
            "type": "Accept",
            "actor": ROB,
            "object": follow["id"],
        }
    )
    block = {
        "id": "https://far.example/b/1",
        "type": "Block",
        "actor": ROB,
        "object": uri_of(ann),
    }

    await hear(block)

    found = await standing(instance, ann, rob)
    assert found.blocked_by
    assert not found.following
    assert [one["type"] for one in await sent()][:1] == ["Follow"]
    await hear({"id": "https://far.example/u/1", "type": "Undo", "actor": ROB, "object": block})
    assert not (await standing(instance, ann, rob)).blocked_by


async def test_nobody_blocks_whom_they_may_not_know(instance, hear):
    ann = await make_person(instance, "ann", PersonKind.TALENT, Reach.HOME)
    rob = await make_remote(instance, "rob")
    await hear(
        {"id": "https://far.example/b/1", "type": "Block", "actor": ROB, "object": uri_of(ann)}
    )
    assert not (await standing(instance, ann, rob)).blocked_by
