"""Activities that another server passes on: what proves them, and what they cannot do."""

import pytest

from activitypub.signatures.proofs import with_proof
from server.federation import outbox
from server.federation.remote import resolve_actor
from tests.server.federation.arriving import create, rows


async def test_a_forwarded_activity_with_a_proof_is_believed(ours, peer, make_peer):
    bob = peer.add_actor("bob")
    other = await make_peer(ours)
    zoe = other.add_actor("zoe")
    proved = with_proof(create(bob), bob.ed25519, key_id=bob.proof_key.key_id, now=ours.clock.now())

    assert (await other.post(f"{ours.base}/inbox", proved, zoe))[0] == 202

    await ours.run_jobs()
    assert [one.activity.actor for one in ours.effects] == [bob.uri]


async def test_a_spoiled_proof_is_refused(ours, peer, make_peer):
    bob = peer.add_actor("bob")
    other = await make_peer(ours)
    zoe = other.add_actor("zoe")
    proved = with_proof(create(bob), bob.ed25519, key_id=bob.proof_key.key_id, now=ours.clock.now())
    status, _ = await other.post(f"{ours.base}/inbox", proved | {"content": "more"}, zoe)
    assert status == 401
    assert await rows(ours) == 0


async def test_without_a_proof_the_origin_is_asked_and_only_its_words_count(ours, peer, make_peer):
    bob = peer.add_actor("bob")
    other = await make_peer(ours)
    zoe = other.add_actor("zoe")
    peer.publish(
        f"{bob.uri}/notes/1", {"@context": bob.document["@context"], **bob.note(1, "true")}
    )
    forged = bob.activity("Create", 1, object=bob.note(1, "forged"))

    assert (await other.post(f"{ours.base}/inbox", forged, zoe))[0] == 202

    await ours.run_jobs()
    (effect,) = ours.effects
    assert effect.activity.embedded["content"] == "<p>true</p>"
    assert b"forged" not in effect.raw


async def test_a_forwarded_activity_that_its_origin_does_not_know_has_no_effect(
    ours, peer, make_peer
):
    bob = peer.add_actor("bob")
    other = await make_peer(ours)
    zoe = other.add_actor("zoe")
    await other.post(f"{ours.base}/inbox", create(bob), zoe)
    await ours.run_jobs()
    assert ours.effects == []


@pytest.mark.parametrize(("status", "effects"), [(410, 1), (404, 0)])
async def test_a_forwarded_delete_counts_when_the_origin_says_gone(
    ours, peer, make_peer, status, effects
):
    bob = peer.add_actor("bob")
    await resolve_actor(ours.instance, bob.uri)
    other = await make_peer(ours)
    zoe = other.add_actor("zoe")
    peer.withdraw(f"{bob.uri}/notes/1", status=status)
    delete = bob.activity("Delete", 1, object=f"{bob.uri}/notes/1")

    assert (await other.post(f"{ours.base}/inbox", delete, zoe))[0] == 202

    await ours.run_jobs()
    assert len(ours.effects) == effects


async def test_a_forward_cannot_suppress_the_genuine_activity(ours, peer, make_peer):
    bob = peer.add_actor("bob")
    other = await make_peer(ours)
    zoe = other.add_actor("zoe")
    await other.post(f"{ours.base}/inbox", create(bob), zoe)
    await ours.run_jobs()

    await peer.post(f"{ours.base}/inbox", create(bob), bob)

    await ours.run_jobs()
    assert len(ours.effects) == 1


async def test_nobody_repeats_to_us_what_our_own_people_did(ours, peer):
    ann, eve = await ours.person(), peer.add_actor("eve")
    eve_id = await resolve_actor(ours.instance, eve.uri)
    uris = []

    def unit(w):
        uris.append(outbox.activity_uri(w))
        undo = {
            "id": uris[0], "type": "Undo", "actor": ann.uri, "object": f"{ours.base}/posts/1/activity",
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
        }  # fmt: skip
        outbox.send(w, actor_id=ann.id, activity=undo, object_uri=uris[0], to_actors=[eve_id])
        return undo

    undo = await ours.do(unit)
    status, _ = await peer.post(f"{ours.base}/inbox", undo, eve)
    await ours.run_jobs()

    assert (status, await rows(ours), ours.effects) == (202, 0, [])
