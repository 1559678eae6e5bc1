"""How deliveries are signed and proved, and that all get the same bytes."""

import pytest
from sqlalchemy import select

from activitypub.documents.jsonbytes import parse_document
from activitypub.errors import InvalidSignature
from activitypub.signatures.keys import load_public_key
from activitypub.signatures.multikey import load_multikey
from activitypub.signatures.proofs import ProofPolicy, proof_claims_of, verify_proof
from activitypub.signatures.signing import SignatureForm
from server.federation.model import RemoteHost
from tests.server.federation.sending import know, send


@pytest.mark.parametrize("form", list(SignatureForm))
async def test_deliveries_are_signed_by_the_author_in_the_form_the_host_takes(ours, peer, form):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")
    peer.answer = lambda got: 202 if got.form is form else 401

    await send(ours, ann, to_actors=[bob])
    await ours.run_jobs()

    got = peer.received[-1]
    key = load_public_key(ann.public_keys[f"{ann.uri}#main-key"])
    got.verify(key, peer.base)
    with pytest.raises(InvalidSignature):
        got.verify(
            load_public_key(peer.actors["bob"].document["publicKey"]["publicKeyPem"]), peer.base
        )


async def test_a_second_knock_is_remembered_in_the_database(ours, peer):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")
    peer.answer = lambda got: 202 if got.form is SignatureForm.RFC9421 else 401

    await send(ours, ann, number=1, to_actors=[bob])
    await ours.run_jobs()
    await send(ours, ann, number=2, to_actors=[bob])
    await ours.run_jobs()

    assert [got.form for got in peer.received] == [
        SignatureForm.CAVAGE, SignatureForm.RFC9421, SignatureForm.RFC9421
    ]  # fmt: skip
    stored = await ours.instance.read(
        lambda r: r.session.scalar(
            select(RemoteHost.signature_form).where(RemoteHost.host == peer.host)
        )
    )
    assert stored == "rfc9421"


async def test_public_activities_carry_a_proof_and_others_none(ours, peer):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")

    await send(ours, ann, number=1, to_actors=[bob], proof=True)
    await send(ours, ann, number=2, to=[ann.followers], to_actors=[bob], proof=True)
    await ours.run_jobs()

    by_object = {got.activity["object"]["id"][-1]: got.activity for got in peer.received}
    assert "proof" not in by_object["2"]
    policy = ProofPolicy(may_sign=lambda key, _: key.startswith(ann.uri), allow_http_loopback=True)
    claims = proof_claims_of(by_object["1"], policy=policy, now=ours.clock.now())
    verify_proof(claims, load_multikey(ann.public_keys[f"{ann.uri}#ed25519-key"]))


async def test_the_body_is_the_same_bytes_for_everybody(ours, peer, make_peer):
    ann, other = await ours.person(), await make_peer(ours)
    ids = await know(ours, peer, "bob") + await know(ours, other, "zoe")
    await send(ours, ann, to_actors=ids, proof=True)
    await ours.run_jobs()
    assert peer.received[0].request.body == other.received[0].request.body
    assert parse_document(peer.received[0].request.body)["actor"] == ann.uri
