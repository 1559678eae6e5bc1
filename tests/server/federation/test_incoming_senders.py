"""Who is heard: partners, the blocked, the suspended, strangers who say farewell."""

import json

from sqlalchemy import func, select

from server.federation.hosts import HostBook, set_policy
from server.federation.model import Actor, HostPolicy, Reach
from server.federation.remote import resolve_actor
from tests.server.federation.arriving import create, rows


async def test_there_is_no_inbox_of_nobody_and_of_who_stays_at_home(ours, peer):
    bob, talent = peer.add_actor("bob"), await ours.person("quiet", Reach.HOME)
    assert (await peer.post(f"{ours.base}/people/999/inbox", create(bob), bob))[0] == 404
    assert (await peer.post(talent.inbox, create(bob), bob))[0] == 404
    assert await rows(ours) == 0


async def test_somebody_with_partners_reach_hears_only_partners(ours, peer, make_peer):
    mentor, bob = await ours.person("mentor", Reach.PARTNERS), peer.add_actor("bob")
    other = await make_peer(ours)
    zoe = other.add_actor("zoe")
    await ours.do(lambda w: set_policy(w, peer.host, HostPolicy.PARTNER))
    assert (await other.post(mentor.inbox, create(zoe), zoe))[0] == 403
    assert (await peer.post(mentor.inbox, create(bob), bob))[0] == 202


async def test_a_blocked_host_is_refused_before_anything_is_fetched(ours, peer):
    bob = peer.add_actor("bob")
    await ours.do(lambda w: set_policy(w, "127.0.0.2", HostPolicy.BLOCKED, "spam"))
    ours.instance.part(HostBook).forget()

    status, body = await peer.post(f"{ours.base}/inbox", create(bob), bob)

    assert (status, json.loads(body)["title"]) == (403, "blocked")
    assert peer.gets == []
    assert await rows(ours) == 0


async def test_in_partners_mode_only_partners_are_heard(make_ours, make_peer):
    ours = await make_ours(mode="partners")
    friend, stranger = await make_peer(ours), await make_peer(ours)
    bob, eve = friend.add_actor("bob"), stranger.add_actor("eve")
    await ours.do(lambda w: set_policy(w, friend.host, HostPolicy.PARTNER))

    assert (await friend.post(f"{ours.base}/inbox", create(bob), bob))[0] == 202
    assert (await stranger.post(f"{ours.base}/inbox", create(eve), eve))[0] == 403
    assert stranger.gets == []


async def test_the_farewell_of_a_stranger_is_dropped_without_a_fetch(ours, peer):
    bob = peer.add_actor("bob")
    peer.withdraw(bob.uri)
    status, _ = await peer.post(
        f"{ours.base}/inbox", bob.activity("Delete", 1, object=bob.uri), bob
    )
    assert status == 202
    assert peer.gets == []
    assert await rows(ours) == 0


async def test_the_changed_profile_of_a_stranger_is_neither_fetched_nor_kept(ours, peer):
    bob = peer.add_actor("bob")
    status, _ = await peer.post(
        f"{ours.base}/inbox", bob.activity("Update", 1, object=bob.document), bob
    )
    assert status == 202
    assert peer.gets == []
    assert await rows(ours) == 0


async def test_the_farewell_of_somebody_known_is_verified_with_the_kept_key(ours, peer):
    bob = peer.add_actor("bob")
    await resolve_actor(ours.instance, bob.uri)
    peer.withdraw(bob.uri)

    farewell = bob.activity("Delete", 1, object=bob.uri)
    assert (await peer.post(f"{ours.base}/inbox", farewell, bob))[0] == 202

    await ours.run_jobs()
    assert [one.activity.type for one in ours.effects] == ["Delete"]


async def test_who_is_suspended_can_only_take_back(ours, peer):
    bob = peer.add_actor("bob")
    bob_id = await resolve_actor(ours.instance, bob.uri)

    def suspend(w):
        w.session.get_one(Actor, bob_id).suspended_at = w.now

    await ours.do(suspend)
    await resolve_actor(ours.instance, bob.uri, refresh=True)  # seeing them again changes nothing
    await peer.post(f"{ours.base}/inbox", create(bob), bob)
    await ours.run_jobs()
    assert ours.effects == []
    delete = bob.activity("Delete", 2, object=f"{bob.uri}/notes/1")
    await peer.post(f"{ours.base}/inbox", delete, bob)
    await ours.run_jobs()
    assert [one.activity.type for one in ours.effects] == ["Delete"]


async def test_an_actor_that_claims_to_live_here_is_never_stored(ours, peer):
    bob = peer.add_actor("bob")
    bob.document["id"] = f"{ours.base}/people/7"
    assert await resolve_actor(ours.instance, bob.uri) is None
    assert (
        await ours.instance.read(
            lambda r: r.session.scalar(select(func.count()).where(Actor.host != ""))
        )
        == 0
    )
