"""How people come to follow each other, here and across servers, and who sees it."""

import asyncio

import pytest

from server.federation import hosts
from server.federation.model import HostPolicy, Reach
from server.people import queries, relations
from server.people.model import FollowState, PersonKind
from server.people.relations import OutOfReach
from server.people.rules import Viewer
from server.people.service import ProfileChange, update_profile
from server.platform.errors import Invalid, NotFound
from server.platform.http.paging import Page
from tests.server.people.acquaintance import PAGE, counts, standing
from tests.support.people import make_person, make_remote


async def lock(instance, person):
    await instance.work(update_profile, person.id, ProfileChange(locked=True))


async def test_a_follow_of_an_open_account_here_is_in_force_at_once(instance, sent):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")

    state = await instance.work(relations.follow, ann.id, ben.id)

    assert state is FollowState.ACCEPTED
    assert (await standing(instance, ann, ben)).following
    assert (await standing(instance, ben, ann)).followed_by
    assert await counts(instance, ben) == (1, 0)
    assert await counts(instance, ann) == (0, 1)
    assert await sent() == []


async def test_a_follow_of_a_locked_account_waits_for_its_answer(instance):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    await lock(instance, ben)

    state = await instance.work(relations.follow, ann.id, ben.id)

    assert state is FollowState.REQUESTED
    assert (await standing(instance, ann, ben)).requested
    assert (await standing(instance, ben, ann)).requested_by
    assert await counts(instance, ben) == (0, 0)
    (waiting,) = await instance.read(queries.follow_requests, ben.id, PAGE)
    assert waiting.person.id == ann.id
    assert await instance.read(queries.follow_requests_count, ben.id) == 1


async def test_an_accepted_request_is_in_force_once(instance):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    await lock(instance, ben)
    await instance.work(relations.follow, ann.id, ben.id)

    assert await instance.work(relations.accept_follow, ben.id, ann.id)
    assert not await instance.work(relations.accept_follow, ben.id, ann.id)

    assert (await standing(instance, ann, ben)).following
    assert await counts(instance, ben) == (1, 0)


async def test_a_rejected_request_leaves_nothing(instance):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    await lock(instance, ben)
    await instance.work(relations.follow, ann.id, ben.id)

    assert await instance.work(relations.reject_follow, ben.id, ann.id)
    assert not await instance.work(relations.reject_follow, ben.id, ann.id)

    found = await standing(instance, ann, ben)
    assert not found.requested
    assert not found.following
    assert await counts(instance, ben) == (0, 0)


async def test_following_again_changes_only_the_switches(instance):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    await instance.work(relations.follow, ann.id, ben.id)

    await instance.work(relations.follow, ann.id, ben.id, shows_boosts=False, notifies=True)

    found = await standing(instance, ann, ben)
    assert not found.showing_reblogs
    assert found.notifying
    assert await counts(instance, ben) == (1, 0)
    await instance.work(relations.follow, ann.id, ben.id)
    found = await standing(instance, ann, ben)
    assert not found.showing_reblogs
    assert found.notifying


async def test_unfollowing_counts_down_once(instance):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    await instance.work(relations.follow, ann.id, ben.id)

    assert await instance.work(relations.unfollow, ann.id, ben.id)
    assert not await instance.work(relations.unfollow, ann.id, ben.id)

    assert await counts(instance, ben) == (0, 0)
    assert await counts(instance, ann) == (0, 0)


async def test_the_same_wish_many_times_at_once_has_one_effect(instance):
    ann, ben = await make_person(instance, "ann"), await make_person(instance, "ben")

    def many(fn):
        return asyncio.gather(*[instance.work(fn, ann.id, ben.id) for _ in range(6)])

    await many(relations.follow)
    assert await counts(instance, ben) == (1, 0)
    assert (await many(relations.unfollow)).count(True) == 1
    assert await counts(instance, ben) == (0, 0)
    await many(relations.mute)
    await many(relations.block)
    assert len(await instance.read(queries.blocked, ann.id, PAGE)) == 1


async def test_nobody_follows_themselves(instance):
    ann = await make_person(instance, "ann")
    with pytest.raises(Invalid):
        await instance.work(relations.follow, ann.id, ann.id)


async def test_nobody_follows_somebody_who_is_not_there(instance):
    ann = await make_person(instance, "ann")
    with pytest.raises(NotFound):
        await instance.work(relations.follow, ann.id, 12345)


async def test_a_follow_elsewhere_is_asked_for_and_waits(instance, sent):
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance, "rob")

    state = await instance.work(relations.follow, ann.id, rob.id)

    assert state is FollowState.REQUESTED
    (follow,) = await sent()
    assert follow["type"] == "Follow"
    assert follow["actor"] == f"https://ours.example/people/{ann.id}"
    assert follow["object"] == "https://far.example/users/rob"
    assert follow["targets"]["inboxes"][0][0] == "https://far.example/users/rob/inbox"
    assert await counts(instance, rob) == (0, 0)


async def test_unfollowing_elsewhere_sends_the_undo_of_the_same_follow(instance, sent):
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance, "rob")
    await instance.work(relations.follow, ann.id, rob.id)
    await instance.work(relations.unfollow, ann.id, rob.id)

    follow, undo = await sent()
    assert undo["type"] == "Undo"
    assert undo["object"]["id"] == follow["id"]
    assert undo["object"]["type"] == "Follow"


async def test_somebody_at_home_follows_nobody_elsewhere(instance, sent):
    ann = await make_person(instance, "ann", PersonKind.TALENT, Reach.HOME)
    rob = await make_remote(instance, "rob")

    with pytest.raises(OutOfReach):
        await instance.work(relations.follow, ann.id, rob.id)

    assert await sent() == []
    assert not (await standing(instance, ann, rob)).requested


async def test_somebody_for_partners_follows_only_people_of_partners(instance, sent):
    ann = await make_person(instance, "ann", PersonKind.MENTOR, Reach.PARTNERS)
    rob = await make_remote(instance, "rob", "far.example")
    pat = await make_remote(instance, "pat", "partner.example")
    await instance.work(hosts.set_policy, "partner.example", HostPolicy.PARTNER)

    with pytest.raises(OutOfReach):
        await instance.work(relations.follow, ann.id, rob.id)
    await instance.work(relations.follow, ann.id, pat.id)

    assert [one["object"] for one in await sent()] == ["https://partner.example/users/pat"]


async def test_nobody_follows_people_of_a_blocked_host(instance, sent):
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance, "rob")
    await instance.work(hosts.set_policy, "far.example", HostPolicy.BLOCKED)

    with pytest.raises(OutOfReach):
        await instance.work(relations.follow, ann.id, rob.id)

    assert await sent() == []


async def test_blocking_a_host_ends_every_follow_with_its_people(instance, sent):
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance, "rob", "far.example")
    sue = await make_remote(instance, "sue", "sub.far.example")
    eva = await make_remote(instance, "eva", "other.example")
    for one in (rob, sue, eva):
        await instance.work(relations.follow, one.id, ann.id, uri=f"https://x.example/{one.id}")
    await instance.work(relations.follow, ann.id, rob.id)
    before = len(await sent())

    await instance.work(hosts.set_policy, "far.example", HostPolicy.BLOCKED)

    (left,) = await instance.read(queries.followers, Viewer.member(ann.id), ann.id, PAGE)
    assert left.person.id == eva.id
    assert await counts(instance, ann) == (1, 0)
    assert not (await standing(instance, ann, rob)).requested
    assert len(await sent()) == before


async def test_a_removed_follower_does_not_follow_any_more(instance):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    await instance.work(relations.follow, ben.id, ann.id)

    assert await instance.work(relations.remove_follower, ann.id, ben.id)
    assert not await instance.work(relations.remove_follower, ann.id, ben.id)

    assert await counts(instance, ann) == (0, 0)


async def test_lists_page_on_the_relation_and_hide_who_may_not_be_seen(instance):
    ann = await make_person(instance, "ann")
    others = [await make_person(instance, f"p{n}") for n in range(5)]
    for other in others:
        await instance.work(relations.follow, other.id, ann.id)
    viewer = Viewer.member(others[0].id)

    first = await instance.read(queries.followers, viewer, ann.id, Page(limit=2))
    second = await instance.read(
        queries.followers, viewer, ann.id, Page(limit=2, max_id=first[-1].id)
    )
    above = await instance.read(
        queries.followers, viewer, ann.id, Page(limit=2, min_id=second[-1].id)
    )

    assert [one.person.username for one in first] == ["p4", "p3"]
    assert [one.person.username for one in second] == ["p2", "p1"]
    assert [one.person.username for one in above] == ["p3", "p2"]
    await instance.work(relations.block, others[4].id, others[0].id)
    shown = await instance.read(queries.followers, viewer, ann.id, PAGE)
    assert "p4" not in [one.person.username for one in shown]


async def test_hidden_lists_are_shown_to_their_owner_alone(instance):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    await instance.work(relations.follow, ben.id, ann.id)
    await instance.work(update_profile, ann.id, ProfileChange(hides_collections=True))

    assert await instance.read(queries.followers, Viewer.member(ben.id), ann.id, PAGE) == []
    assert len(await instance.read(queries.followers, Viewer.member(ann.id), ann.id, PAGE)) == 1


async def test_familiar_followers_are_those_whom_the_viewer_follows(instance):
    ann, ben, cas, dan = [
        await make_person(instance, name) for name in ("ann", "ben", "cas", "dan")
    ]
    await instance.work(relations.follow, ann.id, ben.id)
    await instance.work(relations.follow, ben.id, cas.id)
    await instance.work(relations.follow, dan.id, cas.id)

    found = await instance.read(queries.familiar_followers, ann.id, [cas.id])

    assert [one.id for one in found[cas.id]] == [ben.id]
