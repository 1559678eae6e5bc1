"""What arrives about people, with everything that a stranger might try."""

from dataclasses import replace
from datetime import timedelta

import pytest

from activitypub.documents.actor import read_actor
from server.federation import actors, hosts
from server.federation.gone import gone
from server.federation.model import HostPolicy, Reach
from server.people import queries, relations
from server.people.model import PersonKind
from server.people.rules import HOUSE
from server.people.service import ProfileChange, update_profile
from server.platform.http.paging import Page
from tests.support.people import card, make_person, make_remote, remote_document

PAGE = Page(limit=40)
ROB = "https://far.example/users/rob"


def uri_of(person):
    return f"https://ours.example/people/{person.id}"


def follow_by(actor, target, number=1):
    host = actor.split("/users/")[0]
    return {
        "id": f"{host}/follows/{number}",
        "type": "Follow",
        "actor": actor,
        "object": uri_of(target),
    }


async def standing(instance, one, other):
    (found,) = await instance.read(queries.relationships, one.id, [other.id])
    return found


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


async def follow_rob(instance, sent):
    ann, rob = await make_person(instance, "ann"), await make_remote(instance, "rob")
    await instance.work(relations.follow, ann.id, rob.id)
    (follow,) = await sent()
    return ann, rob, follow


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


async def test_an_update_changes_what_somebody_elsewhere_shows_but_not_their_name(instance, hear):
    rob = await make_remote(instance, "rob")
    document = remote_document(
        "rob",
        "far.example",
        preferredUsername="admin",
        name="Rob <i>R.</i>",
        summary="<p>Hi</p><script>alert(1)</script>",
        icon={"type": "Image", "url": "https://far.example/a.png", "summary": "a face"},
        attachment=[
            {"type": "PropertyValue", "name": "Site", "value": "<a href='javascript:x'>x</a>"}
        ],
        manuallyApprovesFollowers=True,
        discoverable=True,
    )
    await hear(
        {"id": "https://far.example/u/1", "type": "Update", "actor": ROB, "object": document}
    )

    shown = await card(instance, rob.id)
    assert shown.acct == "rob@far.example"
    assert shown.display_name == "Rob R."
    assert shown.summary_html == "<p>Hi</p>"
    assert shown.avatar == "https://far.example/a.png"
    assert shown.avatar_description == "a face"
    assert "javascript" not in shown.fields[0]["value"]
    assert shown.locked
    assert shown.discoverable
    assert shown.summary_text == ""


async def test_nobody_updates_another(instance, hear):
    rob = await make_remote(instance, "rob")
    await make_remote(instance, "eve", "evil.example")
    document = remote_document("rob", "far.example", name="Eve was here")
    await hear(
        {
            "id": "https://evil.example/u/1",
            "type": "Update",
            "actor": "https://evil.example/users/eve",
            "object": document,
        }
    )
    assert (await card(instance, rob.id)).display_name == "Rob"


async def test_everything_of_somebody_elsewhere_goes_with_their_delete(instance, hear):
    ann, rob = await make_person(instance, "ann"), await make_remote(instance, "rob")
    await hear(follow_by(ROB, ann))

    await hear({"id": "https://far.example/d/1", "type": "Delete", "actor": ROB, "object": ROB})

    assert await instance.read(queries.person_by_id, HOUSE, rob.id) is None
    assert await instance.read(gone, ROB) is not None
    assert (await card(instance, ann.id)).followers_count == 0


async def test_nobody_deletes_another(instance, hear):
    rob = await make_remote(instance, "rob")
    await make_remote(instance, "eve", "evil.example")
    await hear(
        {
            "id": "https://evil.example/d/1",
            "type": "Delete",
            "actor": "https://evil.example/users/eve",
            "object": ROB,
        }
    )
    assert await instance.read(queries.person_by_id, HOUSE, rob.id) is not None


async def test_somebody_gone_at_their_origin_goes_here_too(instance):
    rob = await make_remote(instance, "rob")
    await instance.work(actors.lose_actor, rob.id)
    assert await instance.read(queries.person_by_id, HOUSE, rob.id) is None


def move_to(target):
    return {
        "id": "https://far.example/m/1",
        "type": "Move",
        "actor": ROB,
        "object": ROB,
        "target": target,
    }


async def test_a_move_here_takes_the_followers_along(instance, sent, hear):
    ann, ben, rob = (
        await make_person(instance, "ann"),
        await make_person(instance, "ben"),
        await make_remote(instance, "rob"),
    )
    await instance.work(relations.follow, ben.id, rob.id)
    await instance.work(relations.accept_follow, rob.id, ben.id)
    await instance.work(update_profile, ann.id, ProfileChange(also_known_as=[ROB]))

    await hear(move_to(uri_of(ann)))
    await instance.jobs.run_until_empty()

    assert (await standing(instance, ben, ann)).following
    assert not (await standing(instance, ben, rob)).following
    assert (await card(instance, rob.id)).moved_to_id == ann.id


async def test_a_move_to_somebody_who_does_not_agree_has_no_effect(instance, hear):
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance, "rob")
    await hear(move_to(uri_of(ann)))
    await hear(move_to(ROB))
    assert (await card(instance, rob.id)).moved_to_id is None


async def test_a_second_move_waits_for_a_week(instance, hear):
    ann, ben = await make_person(instance, "ann"), await make_person(instance, "ben")
    rob = await make_remote(instance, "rob")
    for one in (ann, ben):
        await instance.work(update_profile, one.id, ProfileChange(also_known_as=[ROB]))
    await hear(move_to(uri_of(ann)))
    await hear(move_to(uri_of(ben)))
    assert (await card(instance, rob.id)).moved_to_id == ann.id
    instance.clock.move(timedelta(days=7))
    await hear(move_to(uri_of(ben)))
    assert (await card(instance, rob.id)).moved_to_id == ben.id


async def test_nobody_moves_another(instance, hear):
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance, "rob")
    await make_remote(instance, "eve", "evil.example")
    await instance.work(update_profile, ann.id, ProfileChange(also_known_as=[ROB]))
    eve = "https://evil.example/users/eve"
    await hear({**move_to(uri_of(ann)), "id": "https://evil.example/m/1", "actor": eve})
    assert (await card(instance, rob.id)).moved_to_id is None


async def test_what_a_stranger_writes_is_cut_to_size(instance):
    document = remote_document(
        "rob",
        "far.example",
        name="x" * 3_000,
        summary="y" * 50_000,
        attachment=[{"type": "PropertyValue", "name": "n" * 600, "value": "v" * 5_000}] * 40,
        icon={"type": "Image", "url": "ftp://far.example/a.png"},
        alsoKnownAs=[f"https://other.example/{n}" for n in range(60)],
    )
    actor = await instance.work(actors.store_remote_actor, read_actor(document))

    shown = await card(instance, actor.id)
    assert len(shown.display_name) <= 200
    assert len(shown.summary_html) <= 20_000
    assert len(shown.fields) <= 16
    assert all(len(line["name"]) <= 255 for line in shown.fields)
    assert shown.avatar is None
    assert len(shown.also_known_as) <= 20


async def test_a_service_is_shown_as_automated(instance):
    document = read_actor(remote_document("bot", "far.example", type="Service"))
    actor = await instance.work(actors.store_remote_actor, replace(document, name=None))
    shown = await card(instance, actor.id)
    assert shown.bot
    assert shown.name == "bot"
