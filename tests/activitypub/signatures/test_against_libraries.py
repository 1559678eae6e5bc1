"""apsig and http-message-signatures, written by others, sign for us and check what we sign.

Both read the real clock, so these tests do too. apsig is used within what it knows: it signs no
query string and reads no `@target-uri`.
"""

import copy
from datetime import UTC, datetime

import pytest
from apsig.draft.sign import Signer as ApsigSigner
from apsig.draft.verify import Verifier as ApsigVerifier
from apsig.proof.sign import ProofSigner as ApsigProofSigner
from apsig.proof.verify import ProofVerifier as ApsigProofVerifier
from apsig.rfc9421 import RFC9421Signer as ApsigMessageSigner
from apsig.rfc9421 import RFC9421Verifier as ApsigMessageVerifier
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    algorithms,
)
from http_message_signatures.exceptions import InvalidSignature as OtherInvalidSignature

from activitypub.errors import UncoveredComponent
from activitypub.signatures import messages
from activitypub.signatures.digest import content_digest_header
from activitypub.signatures.messages import SignatureParameters
from activitypub.signatures.proofs import ProofPolicy, proof_claims_of, verify_proof, with_proof
from activitypub.signatures.request import SignedRequest, target_of
from activitypub.signatures.signing import SignatureForm, sign_request
from activitypub.signatures.verifying import claims_of, verify

INBOX = "https://ours.example/inbox"
BODY = b'{"type":"Follow"}'


def accepted(request, policy, key):
    claims = claims_of(request, policy=policy)
    verify(claims, request, key.key.public_key())
    return claims


def test_we_accept_what_apsig_signs_in_the_cavage_form(rsa_key, policy):
    headers = ApsigSigner(
        {"Host": "ours.example"}, rsa_key.key, "POST", INBOX, rsa_key.key_id, BODY
    ).sign()
    request = SignedRequest("POST", "/inbox", tuple(headers.items()), BODY, datetime.now(UTC))

    assert accepted(request, policy, rsa_key).key_id == rsa_key.key_id


def test_apsig_accepts_what_we_sign_in_the_cavage_form(rsa_key):
    headers = sign_request(
        "POST",
        INBOX,
        headers={},
        body=BODY,
        key=rsa_key,
        form=SignatureForm.CAVAGE,
        now=datetime.now(UTC),
    )
    key = rsa_key.key.public_key()

    assert ApsigVerifier(key, "POST", INBOX, headers, BODY).verify() == rsa_key.key_id
    assert ApsigVerifier(key, "POST", INBOX, headers, b"{}").verify() is None


def test_we_accept_what_apsig_signs_in_the_rfc_9421_form(rsa_key, policy):
    signer = ApsigMessageSigner(rsa_key.key, rsa_key.key_id)
    signer.sign_headers = ["@method", "@path", "@authority", "content-digest"]
    digest = content_digest_header(BODY)
    headers = signer.sign(
        "POST", "/inbox", "ours.example", {"Host": "ours.example", "Content-Digest": digest}, BODY
    )
    # apsig overwrites the header after signing it, with a value that is not RFC 9530.
    headers["content-digest"] = digest
    request = SignedRequest("POST", "/inbox", tuple(headers.items()), BODY, datetime.now(UTC))

    assert accepted(request, policy, rsa_key).form is SignatureForm.RFC9421


def test_we_refuse_what_apsig_signs_without_the_digest(rsa_key, policy):
    headers = ApsigMessageSigner(rsa_key.key, rsa_key.key_id).sign(
        "POST",
        "/inbox",
        "ours.example",
        {"Host": "ours.example", "Content-Type": "application/activity+json"},
        BODY,
    )
    request = SignedRequest("POST", "/inbox", tuple(headers.items()), BODY, datetime.now(UTC))

    with pytest.raises(UncoveredComponent):
        claims_of(request, policy=policy)


def test_apsig_accepts_what_we_sign_in_the_rfc_9421_form(rsa_key):
    now = datetime.now(UTC)
    lines = {"Host": "ours.example", "Content-Digest": content_digest_header(BODY)}
    request = SignedRequest("POST", "/inbox", tuple(lines.items()), BODY, now)
    parameters = SignatureParameters(rsa_key.key_id, int(now.timestamp()), "rsa-v1_5-sha256")
    headers = lines | messages.signature_headers(
        request,
        rsa_key.key,
        components=["@method", "@path", "@authority", "content-digest"],
        parameters=parameters,
        base_url="https://ours.example",
    )

    def answer(path):
        verifier = ApsigMessageVerifier(
            rsa_key.key.public_key(), "POST", path, "ours.example", headers, BODY
        )
        return verifier.verify()

    assert answer("/inbox") == rsa_key.key_id
    assert answer("/other") is None


ACTIVITY = {
    "@context": ["https://www.w3.org/ns/activitystreams"],
    "id": "https://there.example/activities/1",
    "type": "Create",
    "actor": "https://there.example/people/7",
    "object": {"type": "Note", "content": "Bienvenue \u2028 😀", "latitude": 50.6333},
}


def test_we_accept_a_proof_that_apsig_makes(ed25519_key):
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "proofPurpose": "assertionMethod",
        "verificationMethod": ed25519_key.key_id,
        "created": "2026-11-23T12:00:00Z",
    }
    document = ApsigProofSigner(ed25519_key.key).sign(ACTIVITY, options)
    policy = ProofPolicy(may_sign=lambda *_: True)

    claims = proof_claims_of(document, policy=policy, now=datetime.now(UTC))
    verify_proof(claims, ed25519_key.key.public_key())

    assert claims.key_id == ed25519_key.key_id


def test_apsig_accepts_a_proof_that_we_make(ed25519_key, now):
    document = with_proof(ACTIVITY, ed25519_key.key, key_id=ed25519_key.key_id, now=now)
    verifier = ApsigProofVerifier(ed25519_key.key.public_key())
    tampered = copy.deepcopy(document)
    tampered["type"] = "Update"

    # apsig empties the proof it is given.
    assert verifier.verify(copy.deepcopy(document)) == ed25519_key.key_id
    assert verifier.verify(tampered) is None


class Message:
    """A request in the form that http-message-signatures reads."""

    def __init__(self, method, url, headers):
        self.method, self.url, self.headers = method, url, headers


class OneKey(HTTPSignatureKeyResolver):
    def __init__(self, key):
        self.key = key

    def resolve_public_key(self, _key_id):
        return self.key.public_key()

    def resolve_private_key(self, _key_id):
        return self.key


@pytest.fixture(params=["rsa_key", "ed25519_key"])
def key_and_algorithm(request):
    key = request.getfixturevalue(request.param)
    rsa = request.param == "rsa_key"
    return key, algorithms.RSA_V1_5_SHA256 if rsa else algorithms.ED25519


@pytest.mark.parametrize("include_alg", [True, False])
def test_we_accept_what_http_message_signatures_signs(key_and_algorithm, policy, include_alg):
    key, algorithm = key_and_algorithm
    url = "https://ours.example/inbox?kind=vacancy"
    headers = {"Host": "ours.example"}
    signer = HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=OneKey(key.key))
    signer.sign(
        Message("POST", url, headers),
        key_id=key.key_id,
        covered_component_ids=("@method", "@target-uri", "@scheme", "@query", "content-digest"),
        label="other",
        nonce="n1",
        tag="app",
        include_alg=include_alg,
        body=BODY,
    )
    request = SignedRequest("POST", target_of(url), tuple(headers.items()), BODY, datetime.now(UTC))

    assert accepted(request, policy, key).covered[1] == "@target-uri"


def test_http_message_signatures_accepts_what_we_sign(key_and_algorithm):
    key, algorithm = key_and_algorithm
    url = "https://ours.example/inbox?kind=vacancy"
    headers = sign_request(
        "POST",
        url,
        headers={"Content-Type": "application/activity+json"},
        body=BODY,
        key=key,
        form=SignatureForm.RFC9421,
        now=datetime.now(UTC),
    )
    verifier = HTTPMessageVerifier(signature_algorithm=algorithm, key_resolver=OneKey(key.key))

    (result,) = verifier.verify(Message("POST", url, headers), body=BODY)
    assert result.parameters["keyid"] == key.key_id

    with pytest.raises(OtherInvalidSignature):
        verifier.verify(Message("POST", url + "2", headers), body=BODY)
    with pytest.raises(OtherInvalidSignature):
        verifier.verify(Message("POST", url, headers), body=b"{}")
