"""What people hold about a person is given out, and goes."""

from server.people import queries, relations
from server.people.privacy import erase, export
from server.people.recipients import (
    FOLLOWER_BOOK,
    followers_at,
    followers_elsewhere,
    following_here,
)
from server.people.rules import HOUSE
from server.people.service import ProfileChange, update_profile
from tests.support.people import card, make_person, make_remote


async def test_an_export_holds_the_profile_and_every_relation(instance):
    ann, ben = await make_person(instance, "ann"), await make_person(instance, "ben")
    rob = await make_remote(instance, "rob")
    await instance.work(update_profile, ann.id, ProfileChange(display_name="Ann", summary="Hi"))
    await instance.work(relations.follow, ann.id, rob.id)
    await instance.work(relations.follow, ben.id, ann.id)
    await instance.work(relations.mute, ann.id, ben.id)
    await instance.work(relations.set_note, ann.id, rob.id, "baker")
    await instance.work(relations.set_note, ben.id, ann.id, "not hers")

    told = await instance.read(export, ann.id)

    assert told["profile"]["display_name"] == "Ann"
    assert told["profile"]["about"] == "Hi"
    assert told["follow_requests_sent"] == ["rob@far.example"]
    assert told["followers"] == ["ben@ours.example"]
    assert told["mutes"] == ["ben@ours.example"]
    assert told["notes"] == [{"about": "rob@far.example", "text": "baker"}]
    assert "not hers" not in str(told)


async def test_nobody_is_an_empty_export(instance):
    assert await instance.read(export, 5) == {}


async def test_erasing_takes_the_person_and_every_relation_away(instance):
    ann, ben = await make_person(instance, "ann"), await make_person(instance, "ben")
    await instance.work(relations.follow, ben.id, ann.id)
    await instance.work(erase, ann.id)
    await instance.work(erase, ann.id)
    assert await instance.read(queries.person_by_id, HOUSE, ann.id) is None
    assert (await card(instance, ben.id)).following_count == 0


async def test_deliveries_go_to_followers_elsewhere_page_by_page(instance):
    ann, ben = await make_person(instance, "ann"), await make_person(instance, "ben")
    await instance.work(relations.follow, ben.id, ann.id)
    for n in range(3):
        rob = await make_remote(instance, f"rob{n}")
        await instance.work(
            relations.follow, rob.id, ann.id, uri=f"https://far.example/follows/{n}"
        )

    def pages(r):
        first = followers_elsewhere(r.session, ann.id, 0, 2)
        return first, followers_elsewhere(r.session, ann.id, first[-1].cursor, 2)

    first, second = await instance.read(pages)

    assert [one.inbox for one in (*first, *second)] == [
        f"https://far.example/users/rob{n}/inbox" for n in range(3)
    ]
    assert first[0].shared_inbox == "https://far.example/inbox"
    assert first[0].host == "far.example"


async def test_two_servers_can_compare_what_they_know_of_follows(instance):
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance, "rob")
    await make_remote(instance, "eva", "far.example.evil.example")
    await instance.work(relations.follow, rob.id, ann.id, uri="https://far.example/follows/1")
    await instance.work(relations.follow, ann.id, rob.id)
    await instance.work(relations.accept_follow, rob.id, ann.id)

    at_host = await instance.read(followers_at, ann.id, "far.example")
    here = await instance.read(following_here, rob.id)
    await instance.work(FOLLOWER_BOOK.stop_following, ann.id, rob.id)

    assert list(at_host) == ["https://far.example/users/rob"]
    assert here == [(ann.id, f"https://ours.example/people/{ann.id}")]
    assert await instance.read(following_here, rob.id) == []
    assert (await card(instance, ann.id)).following_count == 0
