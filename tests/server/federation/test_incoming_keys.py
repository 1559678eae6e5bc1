"""Keys of senders: whose they are, when they are fetched, and when that fails."""

from datetime import timedelta

from activitypub.signatures.signing import SigningKey
from tests.server.federation.arriving import create, rows


async def test_a_key_of_somebody_else_is_refused(ours, peer):
    bob, eve = peer.add_actor("bob"), peer.add_actor("eve")
    forged = SigningKey(bob.key.key_id, eve.rsa)
    status, _ = await peer.post(f"{ours.base}/inbox", create(bob), bob, key=forged)
    assert status == 401
    assert await rows(ours) == 0


async def test_a_key_that_its_owner_does_not_list_is_refused(ours, peer):
    bob, eve = peer.add_actor("bob"), peer.add_actor("eve")
    bob.document["publicKey"] = eve.document["publicKey"]
    status, _ = await peer.post(f"{ours.base}/inbox", create(bob), bob)
    assert status == 401
    assert await rows(ours) == 0


async def test_a_rotated_key_is_fetched_once_and_then_believed(ours, peer):
    bob = peer.add_actor("bob")
    await peer.post(f"{ours.base}/inbox", create(bob), bob)
    eve = peer.add_actor("eve")
    bob.rsa = eve.rsa
    bob.document["publicKey"]["publicKeyPem"] = eve.document["publicKey"]["publicKeyPem"]
    ours.clock.move(timedelta(minutes=5))
    # The once-a-minute limit is measured by the machine's clock, so it is lifted by hand.
    from server.federation.key_source import ActorKeys

    ours.instance.part(ActorKeys)._fetched_lately.forget(bob.key.key_id)

    assert (await peer.post(f"{ours.base}/inbox", create(bob, 2), bob))[0] == 202
    assert await rows(ours) == 2


async def test_wrong_signatures_do_not_make_us_fetch_again_and_again(ours, peer):
    bob, eve = peer.add_actor("bob"), peer.add_actor("eve")
    await peer.post(f"{ours.base}/inbox", create(bob), bob)
    fetched = len(peer.gets)
    forged = SigningKey(bob.key.key_id, eve.rsa)
    for number in range(5):
        status, _ = await peer.post(f"{ours.base}/inbox", create(bob, number), bob, key=forged)
        assert status == 401
    assert len(peer.gets) == fetched


async def test_a_key_in_a_document_of_its_own_is_traced_to_its_owner(ours, peer):
    bob = peer.add_actor("bob")
    key_id = f"{bob.uri}/main-key"
    bob.document["publicKey"]["id"] = key_id
    stub = {"@context": bob.document["@context"], "id": bob.uri, "type": "Person"}
    peer.publish(key_id, stub | {"publicKey": bob.document["publicKey"]})
    key = SigningKey(key_id, bob.rsa)

    assert (await peer.post(f"{ours.base}/inbox", create(bob), bob, key=key))[0] == 202
    fetched = len(peer.gets)
    assert (await peer.post(f"{ours.base}/inbox", create(bob, 2), bob, key=key))[0] == 202
    assert len(peer.gets) == fetched


async def test_an_actor_may_name_itself_instead_of_its_only_key(ours, peer):
    """As PeerTube does: the keyId is the actor's id, the key is published as `#main-key`."""
    bob = peer.add_actor("bob")
    key = SigningKey(bob.uri, bob.rsa)

    assert (await peer.post(f"{ours.base}/inbox", create(bob), bob, key=key))[0] == 202
    fetched = len(peer.gets)
    assert (await peer.post(f"{ours.base}/inbox", create(bob, 2), bob, key=key))[0] == 202
    assert len(peer.gets) == fetched
    assert await rows(ours) == 2


async def test_a_key_that_cannot_be_fetched_now_is_answered_503(ours, peer):
    bob = peer.add_actor("bob")
    peer.withdraw(bob.uri, status=502)
    status, _ = await peer.post(f"{ours.base}/inbox", create(bob), bob)
    assert status == 503
    assert await rows(ours) == 0
