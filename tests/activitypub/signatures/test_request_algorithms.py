"""The algorithms, key ids and keys with which a request may be signed."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from activitypub.errors import (
    InvalidSignature,
    KeyRefused,
    MalformedSignature,
    UnsupportedAlgorithm,
)
from activitypub.signatures.signing import SignatureForm
from activitypub.signatures.verifying import SignaturePolicy, claims_of, verify


@pytest.mark.parametrize("algorithm", ["hs2019", "rsa-sha256", "RSA-SHA256"])
def test_the_names_of_rsa_with_sha_256_are_accepted(cavage_request, accept, algorithm):
    assert accept(cavage_request(algorithm=algorithm))


@pytest.mark.parametrize(
    "algorithm",
    ["rsa-sha1", "hmac-sha256", "none", "rsa-sha512", "ecdsa-sha256", "hs2020", "dsa-sha1"],
)
def test_other_cavage_algorithms_are_refused(cavage_request, accept, algorithm):
    with pytest.raises(UnsupportedAlgorithm):
        accept(cavage_request(algorithm=algorithm))


def test_an_algorithm_that_is_not_the_keys_is_refused(cavage_request, accept):
    with pytest.raises(InvalidSignature):
        accept(cavage_request(algorithm="ed25519"))


@pytest.mark.parametrize(
    "algorithm",
    [
        "hmac-sha256",
        "rsa-pss-sha512",
        "ecdsa-p256-sha256",
        "none",
        "rsa-v1_5-sha1",
        "RSA-V1_5-SHA256",
    ],
)
def test_other_rfc_9421_algorithms_are_refused(signed, changed, policy, rsa_key, algorithm):
    request = signed(rsa_key, SignatureForm.RFC9421)
    inputs = request.field("signature-input").replace("rsa-v1_5-sha256", algorithm)
    with pytest.raises(UnsupportedAlgorithm):
        claims_of(changed(request, headers={"Signature-Input": inputs}), policy=policy)


KEY_IDS = [
    "acct:bob@there.example",
    "http://there.example/people/7#main-key",
    "http://127.0.0.1/people/7#main-key",
    "Test",
    "https://",
    "https:///people/7",
    "https://user:secret@there.example/people/7",
    "https://there.example:port/people/7",
    "https://[::1/people/7",
    "https://there.example\\@evil.example/",
    "https://there.example/people 7",
    "https://there.example/people\x7f7",
    "ftp://there.example/people/7",
    "https://there.example/" + "a" * 2048,
]


@pytest.mark.parametrize("key_id", KEY_IDS)
def test_a_key_id_that_is_no_https_url_is_refused(signed, changed, policy, rsa_key, key_id):
    request = signed(rsa_key)
    header = request.field("signature").replace(rsa_key.key_id, key_id)
    with pytest.raises(MalformedSignature):
        claims_of(changed(request, headers={"Signature": header}), policy=policy)


@pytest.mark.parametrize("key_id", KEY_IDS)
def test_the_same_goes_for_rfc_9421(signed, changed, policy, rsa_key, key_id):
    request = signed(rsa_key, SignatureForm.RFC9421)
    inputs = request.field("signature-input").replace(rsa_key.key_id, key_id)
    with pytest.raises(MalformedSignature):
        claims_of(changed(request, headers={"Signature-Input": inputs}), policy=policy)


@pytest.mark.parametrize("host", ["127.0.0.1:8081", "[::1]:8081", "localhost:8081"])
def test_http_key_ids_are_for_loopback_and_only_when_allowed(cavage_request, accept, rsa_key, host):
    key = type(rsa_key)(f"http://{host}/people/7#main-key", rsa_key.key)
    allowing = SignaturePolicy("https://ours.example", allow_http_loopback=True)
    with pytest.raises(MalformedSignature):
        accept(cavage_request(key=key))
    assert accept(cavage_request(key=key), policy=allowing)


def test_http_key_ids_elsewhere_stay_refused(cavage_request, accept, rsa_key):
    key = type(rsa_key)("http://there.example/people/7#main-key", rsa_key.key)
    allowing = SignaturePolicy("https://ours.example", allow_http_loopback=True)
    with pytest.raises(MalformedSignature):
        accept(cavage_request(key=key), policy=allowing)


def test_a_worthless_key_is_refused_even_when_the_signature_holds(signed, policy, rsa_key):
    weak = type(rsa_key)(rsa_key.key_id, rsa.generate_private_key(65537, 1024))  # noqa: S505 -- the point
    request = signed(weak)
    claims = claims_of(request, policy=policy)
    verify(claims, request, weak.key.public_key())  # 1024 bits are the least that is taken

    huge = rsa.RSAPublicNumbers(2**40 + 1, weak.key.public_key().public_numbers().n).public_key()
    with pytest.raises(KeyRefused):
        verify(claims, request, huge)
