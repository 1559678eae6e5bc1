"""Moving to another account, and whom it takes along."""

from datetime import timedelta

import pytest

from server.federation.model import Reach
from server.people import queries, relations, service
from server.people.documents import actor_document
from server.people.service import ProfileChange
from server.platform.errors import Invalid, NotAllowed
from tests.server.people.acquaintance import follows_ann
from tests.support.people import card, make_person, make_remote


async def test_a_move_needs_the_other_account_to_say_so(instance, sent):
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance, "rob")
    with pytest.raises(Invalid):
        await instance.work(service.move_person, ann.id, rob.id)
    assert (await card(instance, ann.id)).moved_to_id is None
    assert await sent() == []


async def test_a_move_sends_followers_on_and_comes_once_a_week(instance, sent, hear):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    uri = f"https://ours.example/people/{ann.id}"
    new = await make_remote(instance, "ann", "new.example", alsoKnownAs=[uri])
    await instance.work(relations.follow, ben.id, ann.id, shows_boosts=False)
    before = len(await sent())

    await instance.work(service.move_person, ann.id, new.id)
    await instance.jobs.run_until_empty()

    (follow,) = [one for one in (await sent())[before:] if one["type"] == "Follow"]
    assert follow["actor"] == f"https://ours.example/people/{ben.id}"
    assert follow["object"] == "https://new.example/users/ann"
    found = await instance.read(queries.relationships, ben.id, [ann.id, new.id])
    assert not found[0].following
    assert found[1].requested
    with pytest.raises(NotAllowed):
        await instance.work(service.move_person, ann.id, new.id)
    with pytest.raises(Invalid):
        await instance.work(relations.follow, ben.id, ann.id)
    instance.clock.move(timedelta(days=7))
    await instance.work(service.move_person, ann.id, new.id)


async def test_followers_elsewhere_are_told_of_a_move(instance, sent, hear):
    ann = await make_person(instance, "ann")
    await make_remote(instance, "rob")
    await follows_ann(hear, ann)
    uri = f"https://ours.example/people/{ann.id}"
    new = await make_remote(instance, "ann", "new.example", alsoKnownAs=[uri])
    before = len(await sent())

    await instance.work(service.move_person, ann.id, new.id)

    move, update = (await sent())[before:]
    assert move["type"] == "Move"
    assert move["object"] == uri
    assert move["target"] == "https://new.example/users/ann"
    assert update["object"]["movedTo"] == "https://new.example/users/ann"


async def test_nobody_who_stays_at_home_is_named_elsewhere(instance, sent):
    ann, quiet = (
        await make_person(instance, "ann"),
        await make_person(instance, "quiet", reach=Reach.HOME),
    )
    uris = [(await card(instance, one.id)).uri for one in (ann, quiet)]
    for one, other in ((ann, uris[1]), (quiet, uris[0])):
        change = ProfileChange(also_known_as=[other])
        await instance.work(service.update_profile, one.id, change)
    shown = await card(instance, ann.id)

    with pytest.raises(Invalid):
        await instance.work(service.move_person, ann.id, quiet.id)
    document = await instance.read(actor_document, shown)
    assert uris[1] not in str(document)
    await instance.work(service.change_reach, quiet.id, Reach.FEDIVERSE)
    assert uris[1] in str(await instance.read(actor_document, shown))
    await instance.work(service.move_person, ann.id, quiet.id)


async def test_nobody_moves_to_themselves(instance):
    ann = await make_person(instance, "ann")
    with pytest.raises(Invalid):
        await instance.work(service.move_person, ann.id, ann.id)
