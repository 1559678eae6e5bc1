"""The examples that specifications and Mastodon publish, checked value by value.

Sources stand in the files under `vectors/`. The RSA-PSS signatures of RFC 9421 are checked over
our signature base with the cryptography library, because we build such bases but do not accept
that algorithm.
"""

import base64
from datetime import datetime

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from activitypub import errors
from activitypub.signatures import base58, cavage, messages
from activitypub.signatures.algorithms import Algorithm, check_signature, signature_by
from activitypub.signatures.digest import check_content_digest, check_digest
from activitypub.signatures.keys import fingerprint_of, load_own_private_key, load_public_key
from activitypub.signatures.multikey import load_multikey, multikey_object
from activitypub.signatures.proofs import ProofPolicy, proof_claims_of, verify_proof, with_proof
from activitypub.signatures.published_keys import PUBLISHED_KEYS
from activitypub.signatures.request import SignedRequest
from activitypub.signatures.verifying import SignaturePolicy, claims_of, verify


def request_of(vector, *, received_at):
    return SignedRequest(
        vector["method"],
        vector["target"],
        tuple(vector["headers"].items()),
        vector["body"].encode(),
        received_at,
    )


def public(pem):
    return load_public_key(pem, allow_published=True)


@pytest.mark.parametrize("number", range(3))
def test_the_signing_texts_and_signatures_of_cavage_appendix_c_come_out(vectors, now, number):
    vector = vectors("cavage")
    example = vector["signatures"][number]
    request = request_of(vector, received_at=now)

    parsed = cavage.parse_signature(example["header"])
    assert parsed.headers == tuple(example["headers"])
    text = cavage.signing_text(parsed, request)
    assert text.decode() == example["text"]

    check_signature(
        public(vector["public_key"]),
        parsed.signature,
        text=text,
        algorithm=Algorithm.RSA_V1_5_SHA256,
    )
    # The example key is too small to be one of ours, so it is read without our own reader.
    key = serialization.load_pem_private_key(vector["private_key"].encode(), None)
    assert signature_by(key, text) == parsed.signature


def test_the_digest_of_cavage_appendix_c_matches_its_body(vectors):
    vector = vectors("cavage")
    check_digest(vector["headers"]["Digest"], vector["body"].encode())


@pytest.mark.parametrize("number", range(3))
def test_the_signature_bases_of_rfc_9421_appendix_b2_come_out(vectors, now, number):
    vector = vectors("rfc9421")
    example = vector["signatures"][number]

    base = messages.signature_base(
        example["components"],
        example["parameters"],
        request=request_of(vector, received_at=now),
        base_url=vector["base_url"],
    )

    assert base.decode() == example["base"]
    key = public(vector["keys"][example["key"]]["public"])
    octets = base64.b64decode(example["signature"])
    if example["key"] == "test-key-ed25519":
        check_signature(key, octets, text=base, algorithm=Algorithm.ED25519)
    else:
        pss = padding.PSS(padding.MGF1(hashes.SHA512()), salt_length=64)
        key.verify(octets, base, pss, hashes.SHA512())


def test_signing_as_rfc_9421_b26_gives_its_signature(vectors, now):
    vector = vectors("rfc9421")
    example = vector["signatures"][2]
    pem = vector["keys"]["test-key-ed25519"]["private"]

    assert signature_by(load_own_private_key(pem), example["base"].encode()) == base64.b64decode(
        example["signature"]
    )


def test_rfc_9421_b26_is_read_as_it_was_written(vectors):
    example = vectors("rfc9421")["signatures"][2]

    parsed = messages.parse_signature(
        f"sig-b26={example['parameters']}", f"sig-b26=:{example['signature']}:"
    )

    assert parsed.label == "sig-b26"
    assert parsed.components == tuple(example["components"])
    assert parsed.parameters_text == example["parameters"]
    assert (parsed.key_id, parsed.created) == ("test-key-ed25519", 1618884473)


def test_rsa_v1_5_over_an_rfc_9421_base_verifies_with_the_rfcs_own_key(vectors, now):
    vector = vectors("rfc9421")
    base = vector["signatures"][1]["base"].replace("test-key-rsa-pss", "test-key-rsa").encode()
    keys = vector["keys"]["test-key-rsa"]

    octets = signature_by(load_own_private_key(keys["private"]), base)

    check_signature(public(keys["public"]), octets, text=base, algorithm=Algorithm.RSA_V1_5_SHA256)


def test_the_content_digest_of_rfc_9421_matches_its_body(vectors):
    vector = vectors("rfc9421")
    check_content_digest(vector["headers"]["Content-Digest"], vector["body"].encode())


def mastodon_requests():
    import json
    from pathlib import Path

    text = (Path(__file__).parent / "vectors" / "mastodon.json").read_text("utf-8")
    return json.loads(text)["requests"]


@pytest.mark.parametrize("example", mastodon_requests(), ids=lambda example: example["name"])
def test_mastodons_literal_signatures_are_judged_as_they_should_be(vectors, example):
    vector = vectors("mastodon")
    received_at = datetime.fromisoformat(vector["now"])
    request = request_of(example, received_at=received_at)
    policy = SignaturePolicy(vector["base_url"])
    key = public(vector["public_keys"][example["key"]])

    def judge():
        claims = claims_of(request, policy=policy)
        verify(claims, request, key, allow_published_keys=True)

    if example["outcome"] == "valid":
        judge()
    else:
        with pytest.raises(getattr(errors, example["outcome"])):
            judge()


@pytest.mark.parametrize("number", range(2))
def test_the_multikeys_of_fep_521a_come_out_and_are_read(vectors, number):
    vector = vectors("fep521a")
    example = vector["keys"][number]

    key = load_multikey(example["multikey"]["publicKeyMultibase"], allow_published=True)

    if example["kind"] == "ed25519":
        assert key.public_bytes_raw().hex() == example["hex"]
    else:
        der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
        assert der.hex() == example["hex"]
    assert example["multikey"] == multikey_object(
        example["multikey"]["id"], vector["controller"], key=key
    )


def fep8b32_key(vector):
    octets = base58.decode(vector["secret_multikey"][1:])
    assert octets[:2] == b"\x80\x26"  # Multicodec ed25519-priv, 0x1300 as a varint
    return Ed25519PrivateKey.from_private_bytes(octets[2:])


def test_signing_the_document_of_fep_8b32_gives_its_proof(vectors):
    vector = vectors("fep8b32")
    moment = datetime.fromisoformat(vector["now"])

    proved = with_proof(
        vector["document"], fep8b32_key(vector), key_id=vector["key_id"], now=moment
    )

    assert proved == vector["signed"]


def proof_holds(vector, document):
    policy = ProofPolicy(may_sign=lambda key_id, _: key_id == vector["key_id"])
    claims = proof_claims_of(document, policy=policy, now=datetime.fromisoformat(vector["now"]))
    key = load_multikey(vector["public_multikey"], allow_published=True)
    verify_proof(claims, key, allow_published_keys=True)
    return True


def test_the_proof_of_fep_8b32_holds(vectors):
    vector = vectors("fep8b32")
    assert proof_holds(vector, vector["signed"])


def test_a_proof_with_an_expiry_in_the_future_holds(vectors):
    vector = vectors("fep8b32")
    (document,) = vector["expiring"]
    assert proof_holds(vector, document)


def test_a_proof_with_an_expiry_in_the_past_is_refused(vectors):
    vector = vectors("fep8b32")
    (document,) = vector["expired"]
    with pytest.raises(errors.StaleSignature):
        proof_holds(vector | {"now": "2023-02-25T00:00:00Z"}, document)


def test_every_key_of_the_vectors_is_on_the_list_of_published_keys(vectors):
    pems = [vectors("cavage")["public_key"], *vectors("mastodon")["public_keys"].values()]
    pems += [pair["public"] for pair in vectors("rfc9421")["keys"].values()]
    keys = [public(pem) for pem in pems]
    multikeys = [vectors("fep8b32")["public_multikey"]]
    multikeys += [key["multikey"]["publicKeyMultibase"] for key in vectors("fep521a")["keys"]]
    keys += [load_multikey(text, allow_published=True) for text in multikeys]

    assert {fingerprint_of(key) for key in keys} <= PUBLISHED_KEYS


def test_published_keys_are_refused_when_they_are_read(vectors):
    with pytest.raises(errors.KeyRefused):
        load_public_key(vectors("rfc9421")["keys"]["test-key-rsa"]["public"])
    with pytest.raises(errors.KeyRefused):
        load_multikey(vectors("fep8b32")["public_multikey"])


def test_published_keys_are_refused_when_they_verify(vectors):
    vector = vectors("mastodon")
    example = next(case for case in vector["requests"] if case["outcome"] == "valid")
    request = request_of(example, received_at=datetime.fromisoformat(vector["now"]))
    claims = claims_of(request, policy=SignaturePolicy(vector["base_url"]))

    with pytest.raises(errors.KeyRefused):
        verify(claims, request, public(vector["public_keys"]["rsa"]))


def test_published_keys_are_refused_when_they_prove(vectors):
    vector = vectors("fep8b32")
    policy = ProofPolicy(may_sign=lambda *_: True)
    now = datetime.fromisoformat(vector["now"])
    claims = proof_claims_of(vector["signed"], policy=policy, now=now)

    with pytest.raises(errors.KeyRefused):
        verify_proof(claims, load_multikey(vector["public_multikey"], allow_published=True))
