"""Updates, deletes and moves that arrive about people, and what a stranger might try."""

from dataclasses import replace
from datetime import timedelta

from activitypub.documents.actor import read_actor
from server.federation import actors
from server.federation.gone import gone
from server.people import queries, relations
from server.people.rules import HOUSE
from server.people.service import ProfileChange, update_profile
from tests.server.people.acquaintance import ROB, follow_by, standing, uri_of
from tests.support.people import card, make_person, make_remote, remote_document


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
