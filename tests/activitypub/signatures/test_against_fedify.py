"""Fedify, written by others in another language, signs for us and checks what we sign.

Needs Node.js and `tests/interop/install.sh`. Without them these tests are skipped on a
developer's machine and fail where CI is set.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from activitypub.signatures.keys import private_pem, public_pem
from activitypub.signatures.multikey import multikey_object
from activitypub.signatures.proofs import ProofPolicy, proof_claims_of, verify_proof, with_proof
from activitypub.signatures.request import SignedRequest, target_of
from activitypub.signatures.signing import (
    FIRST_FORM,
    SignatureForm,
    challenge_for,
    second_knock,
    sign_request,
)
from activitypub.signatures.verifying import claims_of, verify

FOLDER = Path(__file__).parents[2] / "interop" / "fedify"
ACTOR = "https://there.example/people/7"
INBOX = "https://ours.example/inbox"
SPECS = {
    SignatureForm.CAVAGE: "draft-cavage-http-signatures-12",
    SignatureForm.RFC9421: "rfc9421",
}
BODY = '{"type":"Follow","summary":"نعم"}'

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def fedify():
    """Ask Fedify one question and return its answer."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").is_dir():
        reason = "Node.js or tests/interop/fedify/node_modules is missing"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)

    def ask(**task):
        done = subprocess.run(
            [node, "check.mjs"],
            cwd=FOLDER,
            input=json.dumps([task]),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)[0]

    return ask


@pytest.fixture(scope="module")
def documents(rsa_key, ed25519_key):
    """The actor to whom both keys belong, as the other side would fetch it."""
    actor = {
        "@context": [
            "https://www.w3.org/ns/activitystreams",
            "https://w3id.org/security/v1",
            "https://www.w3.org/ns/cid/v1",
        ],
        "id": ACTOR,
        "type": "Person",
        "inbox": f"{ACTOR}/inbox",
        "publicKey": {
            "id": rsa_key.key_id,
            "owner": ACTOR,
            "publicKeyPem": public_pem(rsa_key.key.public_key()),
        },
        "assertionMethod": [
            multikey_object(ed25519_key.key_id, ACTOR, key=ed25519_key.key.public_key())
        ],
    }
    return {ACTOR: actor}


@pytest.mark.parametrize("form", SignatureForm)
def test_we_accept_what_fedify_signs(fedify, rsa_key, policy, now, form):
    headers = {"Content-Type": "application/activity+json", "Host": "ours.example"}
    answer = fedify(
        do="sign",
        request={"method": "POST", "url": INBOX, "headers": headers, "body": BODY},
        key=private_pem(rsa_key.key),
        keyId=rsa_key.key_id,
        spec=SPECS[form],
        now=now.isoformat(),
    )
    lines = {"host": "ours.example"} | answer["headers"]
    request = SignedRequest("POST", target_of(INBOX), tuple(lines.items()), BODY.encode(), now)

    claims = claims_of(request, policy=policy)
    verify(claims, request, rsa_key.key.public_key())

    assert (claims.form, claims.key_id) == (form, rsa_key.key_id)


def ask_to_verify(fedify, rsa_key, documents, now, *, form, method, url, body, tampered=None):
    headers = sign_request(
        method,
        url,
        headers={"Content-Type": "application/activity+json"},
        body=None if body is None else body.encode(),
        key=rsa_key,
        form=form,
        now=now,
    )
    return fedify(
        do="verify",
        request={"method": method, "url": url, "headers": headers, "body": tampered or body},
        documents=documents,
        now=now.isoformat(),
    )


@pytest.mark.parametrize("form", SignatureForm)
def test_fedify_accepts_the_posts_we_sign(fedify, rsa_key, documents, now, form):
    answer = ask_to_verify(
        fedify, rsa_key, documents, now, form=form, method="POST", url=INBOX, body=BODY
    )
    assert answer == {"keyId": rsa_key.key_id}


@pytest.mark.parametrize("form", SignatureForm)
def test_fedify_accepts_the_fetches_we_sign(fedify, rsa_key, documents, now, form):
    url = "https://ours.example/people/1/outbox"
    answer = ask_to_verify(
        fedify, rsa_key, documents, now, form=form, method="GET", url=url, body=None
    )
    assert answer == {"keyId": rsa_key.key_id}


def test_a_fetch_with_a_query_reaches_fedify_at_the_second_knock(fedify, rsa_key, documents, now):
    # Fedify 2.3.6 leaves the query out of the draft's (request-target), others demand it there.
    url = "https://ours.example/people/1/outbox?page=true&max_id=9"

    def knock(form):
        return ask_to_verify(
            fedify, rsa_key, documents, now, form=form, method="GET", url=url, body=None
        )

    assert knock(FIRST_FORM) == {"keyId": None}
    assert knock(second_knock(FIRST_FORM, status=401)) == {"keyId": rsa_key.key_id}


def test_we_accept_a_fetch_that_fedify_signs_without_its_query(fedify, rsa_key, policy, now):
    url = "https://ours.example/people/1/outbox?page=true"
    answer = fedify(
        do="sign",
        request={"method": "GET", "url": url, "headers": {"Host": "ours.example"}},
        key=private_pem(rsa_key.key),
        keyId=rsa_key.key_id,
        spec=SPECS[SignatureForm.CAVAGE],
        now=now.isoformat(),
    )
    lines = {"host": "ours.example"} | answer["headers"]
    request = SignedRequest("GET", target_of(url), tuple(lines.items()), b"", now)

    verify(claims_of(request, policy=policy), request, rsa_key.key.public_key())


@pytest.mark.parametrize("form", SignatureForm)
def test_fedify_refuses_our_signature_over_another_body(fedify, rsa_key, documents, now, form):
    answer = ask_to_verify(
        fedify,
        rsa_key,
        documents,
        now,
        form=form,
        method="POST",
        url=INBOX,
        body=BODY,
        tampered='{"type":"Block"}',
    )
    assert answer == {"keyId": None}


def test_we_accept_a_proof_that_fedify_makes(fedify, ed25519_key, now):
    document = fedify(
        do="prove",
        actor=ACTOR,
        key=private_pem(ed25519_key.key),
        keyId=ed25519_key.key_id,
        now=now.isoformat(),
    )["document"]
    policy = ProofPolicy(may_sign=lambda key_id, _: key_id == ed25519_key.key_id)

    claims = proof_claims_of(document, policy=policy, now=now)
    verify_proof(claims, ed25519_key.key.public_key())

    assert claims.created_at == now


def test_fedify_accepts_a_proof_that_we_make(fedify, ed25519_key, documents, now):
    activity = {
        "@context": [
            "https://www.w3.org/ns/activitystreams",
            "https://w3id.org/security/data-integrity/v2",
        ],
        "id": f"{ACTOR}/activities/1",
        "type": "Create",
        "actor": ACTOR,
        "object": {
            "id": f"{ACTOR}/notes/1",
            "type": "Note",
            "attributedTo": ACTOR,
            "content": "Tervetuloa töihin, مرحبا",
        },
    }
    proved = with_proof(activity, ed25519_key.key, key_id=ed25519_key.key_id, now=now)
    tampered = proved | {"id": f"{ACTOR}/activities/2"}

    assert fedify(do="checkProof", document=proved, documents=documents) == {"id": activity["id"]}
    assert fedify(do="checkProof", document=tampered, documents=documents) == {"id": None}


def test_fedify_reads_a_challenge_as_we_do(fedify, rsa_key):
    header = 'sig7=("@method" "@target-uri" "date");created;nonce="n1";tag="app"'

    (member,) = fedify(do="parseChallenge", header=header)["members"]
    challenge = challenge_for(rsa_key, accept_signature=header)

    assert challenge is not None
    assert member["label"] == challenge.label
    assert [part["value"] for part in member["components"]] == list(challenge.components)
    assert member["parameters"] == {"created": True, "nonce": "n1", "tag": "app"}
    assert (challenge.nonce, challenge.tag) == ("n1", "app")
