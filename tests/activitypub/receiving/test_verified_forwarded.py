"""Activities that somebody else brings to the door, with a proof and without."""

from activitypub.receiving.verified import How, NeedsRefetch, Verified, verify
from activitypub.signatures.keys import generate_ed25519, generate_rsa
from activitypub.signatures.proofs import with_proof
from tests.activitypub.receiving.answers import now, refusal


async def test_a_forwarded_activity_without_proof_has_to_be_fetched(ann, relay, door):
    reception = await verify(relay.request(ann.activity("Announce")), door=door)

    assert reception == NeedsRefetch(
        f"{ann.base}/activities/1", "Announce", ann.id, "https://ours.example/posts/1", relay.id
    )
    assert ann.fetched == 0


async def test_a_forwarder_has_to_be_verified_too(ann, relay, door):
    assert await refusal(relay.request(ann.activity(), key=generate_rsa()), door) == (
        401,
        "invalid_signature",
    )


async def test_a_forwarded_activity_with_proof_is_its_actors(ann, relay, door):
    signed = with_proof(ann.activity(), ann.ed25519, key_id=ann.proof_key_id, now=now())

    verified = await verify(relay.request(signed), door=door)

    assert isinstance(verified, Verified)
    assert (verified.signer, verified.key_id, verified.how) == (ann.id, ann.proof_key_id, How.PROOF)


async def test_a_tampered_or_foreign_proof_is_refused(ann, relay, door):
    signed = with_proof(ann.activity(), ann.ed25519, key_id=ann.proof_key_id, now=now())
    foreign = with_proof(ann.activity(), relay.ed25519, key_id=relay.proof_key_id, now=now())
    stolen = with_proof(ann.activity(), generate_ed25519(), key_id=ann.proof_key_id, now=now())

    for document in ({**signed, "object": "https://ours.example/posts/2"}, foreign, stolen):
        assert await refusal(relay.request(document), door) == (401, "bad_signature")


async def test_a_proof_key_of_another_host_is_not_even_fetched(ann, relay, remotes, door):
    third = await remotes()
    signed = with_proof(ann.activity(), third.ed25519, key_id=third.proof_key_id, now=now())

    assert await refusal(relay.request(signed), door) == (401, "bad_signature")
    assert third.fetched == 0


async def test_a_proof_by_a_neighbour_of_the_actor_is_refused(ann, relay, door):
    neighbour = f"{ann.base}/people/2"
    document = {
        **ann.document(),
        "id": neighbour,
        "assertionMethod": [
            {
                **ann.document()["assertionMethod"][0],
                "id": f"{neighbour}#k",
                "controller": neighbour,
            }
        ],
    }
    ann.documents["/people/2"] = lambda: document
    signed = with_proof(ann.activity(), ann.ed25519, key_id=f"{neighbour}#k", now=now())

    assert await refusal(relay.request(signed), door) == (401, "bad_signature")


async def test_a_proof_of_an_unknown_kind_is_no_proof(ann, relay, door):
    document = ann.activity(proof={"type": "DataIntegrityProof", "cryptosuite": "mldsa44-jcs-2026"})

    assert isinstance(await verify(relay.request(document), door=door), NeedsRefetch)


async def test_a_linked_data_signature_counts_for_nothing(ann, relay, door):
    signature = {"type": "RsaSignature2017", "creator": ann.key_id, "signatureValue": "eA=="}

    assert isinstance(
        await verify(relay.request(ann.activity(signature=signature)), door=door), NeedsRefetch
    )
