"""To whom an activity goes: inboxes, reach, partners, and the blocked."""

import pytest

from server.federation.actors import change_reach
from server.federation.hosts import set_policy
from server.federation.ledger import Got, note_deliveries
from server.federation.model import Actor, HostPolicy, OutgoingActivity, Reach
from server.federation.remote import resolve_actor
from server.platform.errors import NotFound
from server.platform.jobs.model import JobRow
from tests.server.federation.sending import count, know, send, to_followers


async def test_a_shared_inbox_gets_one_copy_and_who_has_none_gets_their_own(ours, peer, make_peer):
    ann, other = await ours.person(), await make_peer(ours)
    await know(ours, peer, "bob", "cleo", "dan")
    await know(ours, other, "zoe", "yan", shared=False)

    await send(ours, ann, **to_followers(ann))
    await ours.run_jobs()

    assert [got.path for got in peer.received] == ["/inbox"]
    assert sorted(got.path for got in other.received) == ["/users/yan/inbox", "/users/zoe/inbox"]


async def test_blind_recipients_are_not_revealed(ours, peer):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")
    await send(ours, ann, to_actors=[bob], more={"bto": ["https://secret.example/1"]})
    await ours.run_jobs()
    assert "bto" not in peer.received[0].activity


async def test_a_personal_delivery_uses_no_shared_inbox(ours, peer):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")
    await send(ours, ann, to_actors=[bob], personal=True)
    await ours.run_jobs()
    assert [got.path for got in peer.received] == ["/users/bob/inbox"]


async def test_nothing_is_kept_when_nobody_elsewhere_gets_it(ours):
    ann, ben = await ours.person(), await ours.person("ben")
    await send(ours, ann, to_actors=[ben.id])
    assert await count(ours, OutgoingActivity) == 0
    await send(ours, ann, **to_followers(ann))
    await ours.run_jobs()
    assert await count(ours, OutgoingActivity) == 0
    assert await count(ours, JobRow, JobRow.kind.in_(["fan_out", "deliver"])) == 0


async def test_an_actor_elsewhere_cannot_send_from_here(ours, peer):
    (bob,) = await know(ours, peer, "bob")
    row = await ours.instance.read(lambda r: r.session.get(Actor, bob))
    with pytest.raises(NotFound):
        await send(ours, row, to_actors=[bob])


async def test_whose_reach_is_home_sends_nothing(ours, peer):
    talent = await ours.person("quiet", Reach.HOME)
    (bob,) = await know(ours, peer, "bob")
    await send(ours, talent, to_actors=[bob], **to_followers(talent))
    assert await count(ours, OutgoingActivity) == 0
    await ours.run_jobs()
    assert peer.received == []


async def test_a_post_still_waiting_when_its_author_goes_home_is_not_sent(ours, peer):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")
    await send(ours, ann, to_actors=[bob])
    await ours.do(lambda w: change_reach(w, ann.id, Reach.HOME))
    await ours.run_jobs()
    assert peer.received == []


async def test_who_went_home_can_still_take_back_what_others_have(ours, peer):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")
    uri = await send(ours, ann, to_actors=[bob])
    await ours.run_jobs()
    await ours.do(lambda w: change_reach(w, ann.id, Reach.HOME))

    await send(ours, ann, "Delete", to_hosts_of=uri)
    await ours.run_jobs()

    assert [got.activity["type"] for got in peer.received] == ["Create", "Delete"]


async def test_partners_reach_goes_to_partner_hosts_only(ours, peer, make_peer):
    mentor, other = await ours.person("mentor", Reach.PARTNERS), await make_peer(ours)
    ids = await know(ours, peer, "bob") + await know(ours, other, "zoe")
    await ours.do(lambda w: set_policy(w, peer.host, HostPolicy.PARTNER))

    await send(ours, mentor, number=1, to_actors=ids)
    await send(ours, mentor, number=2, **to_followers(mentor))
    await ours.run_jobs()

    assert len(peer.received) == 2
    assert other.received == []


async def test_in_partners_mode_nobody_else_is_sent_anything(make_ours, make_peer):
    ours = await make_ours(mode="partners")
    friend, stranger = await make_peer(ours), await make_peer(ours)
    await ours.do(lambda w: set_policy(w, friend.host, HostPolicy.PARTNER))
    await ours.do(lambda w: set_policy(w, stranger.host, HostPolicy.PARTNER))
    ids = await know(ours, friend, "bob") + await know(ours, stranger, "eve")
    await ours.do(lambda w: set_policy(w, stranger.host, HostPolicy.OPEN))
    ann = await ours.person()

    await send(ours, ann, to_actors=ids)
    await ours.run_jobs()

    assert (len(friend.received), len(stranger.received)) == (1, 0)


async def test_a_blocked_host_gets_nothing_not_even_what_was_queued(ours, peer, make_peer):
    ann, other = await ours.person(), await make_peer(ours)
    ids = await know(ours, peer, "bob") + await know(ours, other, "zoe")
    await ours.do(lambda w: set_policy(w, "127.0.0.2", HostPolicy.BLOCKED))
    await send(ours, ann, number=1, to_actors=ids)
    await ours.do(lambda w: set_policy(w, other.host, HostPolicy.BLOCKED))
    await ours.run_jobs()
    assert peer.received == other.received == []
    assert await count(ours, JobRow, JobRow.kind == "deliver") == 0


async def test_a_host_that_receives_elsewhere_than_its_ids_is_told_too(ours, peer, make_peer):
    ann, receiving = await ours.person(), await make_peer(ours)
    bob = peer.add_actor("bob", inbox=receiving.url("/in"), shared=False)
    uri = await send(ours, ann, to_actors=[await resolve_actor(ours.instance, bob.uri)])
    await ours.run_jobs()
    await send(ours, ann, "Delete", to_hosts_of=uri)
    await ours.run_jobs()
    assert [got.activity["type"] for got in receiving.received] == ["Create", "Delete"]


async def test_a_host_in_the_ledger_without_a_known_actor_is_passed_over(ours):
    ann = await ours.person()
    await ours.do(
        lambda w: note_deliveries(w, [Got(f"{ours.base}/posts/9", "lost.example", ann.id)])
    )
    await send(ours, ann, "Delete", number=9, to_hosts_of=f"{ours.base}/posts/9")
    assert await count(ours, OutgoingActivity) == 0
