"""Integrity proofs: made, checked, and refused when anything about them is odd."""

import copy
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activitypub.errors import (
    MalformedSignature,
    MissingSignature,
    ProofInvalid,
    StaleSignature,
    UnsupportedAlgorithm,
)
from activitypub.signatures import base58
from activitypub.signatures.keys import generate_ed25519
from activitypub.signatures.proofs import (
    ProofPolicy,
    has_proof,
    proof_claims_of,
    verify_proof,
    with_proof,
)

CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v2"]
ACTIVITY = {
    "@context": CONTEXT,
    "id": "https://there.example/activities/1",
    "type": "Delete",
    "actor": "https://there.example/people/7",
    "object": {"id": "https://there.example/notes/1", "type": "Tombstone"},
}
ANYBODY = ProofPolicy(may_sign=lambda *_: True)


@pytest.fixture
def proved(ed25519_key, now):
    def make(document=ACTIVITY):
        return with_proof(document, ed25519_key.key, key_id=ed25519_key.key_id, now=now)

    return make


@pytest.fixture
def check(ed25519_key, now):
    def judge(document, *, policy=ANYBODY, key=None, at=now):
        claims = proof_claims_of(document, policy=policy, now=at)
        verify_proof(claims, key or ed25519_key.key.public_key())
        return claims

    return judge


def test_a_proof_holds_and_says_whose_and_when(proved, check, ed25519_key, now):
    claims = check(proved())
    assert (claims.key_id, claims.created_at) == (ed25519_key.key_id, now)


def test_a_proof_is_made_as_fep_8b32_says(proved, ed25519_key):
    document = proved()
    proof = dict(document["proof"])
    assert proof.pop("proofValue").startswith("z")
    assert proof == {
        "@context": CONTEXT,
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "verificationMethod": ed25519_key.key_id,
        "proofPurpose": "assertionMethod",
        "created": "2026-11-23T12:00:00Z",
    }
    assert {name: value for name, value in document.items() if name != "proof"} == ACTIVITY
    assert has_proof(document)
    assert not has_proof(ACTIVITY)


def test_a_document_without_a_context_can_be_proved(proved, check):
    document = proved({"type": "Note", "content": "bare"})
    assert "@context" not in document["proof"]
    assert check(document)


def test_a_proof_that_is_there_already_is_replaced(proved, check):
    assert check(proved(proved() | {"summary": "new"}))


def test_a_linked_data_signature_made_later_does_not_matter(proved, check):
    assert check(proved() | {"signature": {"type": "RsaSignature2017"}})


def test_contexts_added_at_the_end_do_not_matter(proved, check):
    document = proved()
    assert check(document | {"@context": [*CONTEXT, {"x": "https://x.example/#"}]})


@pytest.mark.parametrize(
    "context",
    [
        None,
        CONTEXT[0],
        CONTEXT[:1],
        CONTEXT[::-1],
        [{"x": "https://x.example/#"}, *CONTEXT],
    ],
)
def test_a_context_that_does_not_begin_as_signed_is_refused(proved, check, context):
    with pytest.raises(ProofInvalid):
        check(proved() | {"@context": context})


def test_a_context_may_be_a_single_string(proved, check):
    document = proved(ACTIVITY | {"@context": CONTEXT[0]})
    assert check(document)
    assert check(document | {"@context": [CONTEXT[0]]})


def test_a_proof_without_its_own_context_holds_over_the_documents(proved, check, ed25519_key):
    document = proved({"type": "Note"})
    with pytest.raises(ProofInvalid):
        check(document | {"@context": CONTEXT})


@pytest.mark.parametrize(
    "change",
    [
        {"id": "https://there.example/activities/2"},
        {"actor": "https://evil.example/people/1"},
        {"object": "https://there.example/notes/2"},
        {"added": 1},
    ],
)
def test_a_changed_document_is_refused(proved, check, change):
    with pytest.raises(ProofInvalid):
        check(proved() | change)


@pytest.mark.parametrize(
    "change",
    [
        {"created": "2026-11-23T12:00:01Z"},
        {"verificationMethod": "https://evil.example/#key"},
        {"expires": "2036-11-23T12:00:01Z"},
        {"nonce": "x"},
    ],
)
def test_a_changed_proof_is_refused(proved, check, change):
    document = proved()
    with pytest.raises(ProofInvalid):
        check(document | {"proof": document["proof"] | change})


def test_another_key_is_refused(proved, check, rsa_key):
    with pytest.raises(ProofInvalid):
        check(proved(), key=generate_ed25519().public_key())
    with pytest.raises(ProofInvalid):
        check(proved(), key=rsa_key.key.public_key())


def test_who_may_sign_is_asked_before_any_key_is_needed(proved, now):
    asked = []

    def may_sign(key_id, document):
        asked.append((key_id, document["actor"]))
        return False

    with pytest.raises(ProofInvalid):
        proof_claims_of(proved(), policy=ProofPolicy(may_sign), now=now)
    assert asked == [("https://there.example/people/7#ed25519-key", ACTIVITY["actor"])]


@pytest.mark.parametrize("proof", [None, {}, [], "", 0])
def test_a_document_without_a_proof_is_refused(check, proof):
    with pytest.raises(MissingSignature):
        check(ACTIVITY | {"proof": proof})
    with pytest.raises(MissingSignature):
        check(ACTIVITY)


@pytest.mark.parametrize("proof", ["https://there.example/proofs/1", 7, [1], [{}, "x"], [{}] * 6])
def test_a_proof_that_is_no_object_is_refused(check, proof):
    with pytest.raises(MalformedSignature):
        check(ACTIVITY | {"proof": proof})


@pytest.mark.parametrize(
    "change",
    [
        {"cryptosuite": "eddsa-rdfc-2022"},
        {"cryptosuite": "mldsa44-jcs-2024"},
        {"cryptosuite": None},
        {"type": "Ed25519Signature2020"},
        {"type": ["DataIntegrityProof"]},
    ],
)
def test_other_kinds_of_proof_are_refused(proved, check, change):
    document = proved()
    with pytest.raises(UnsupportedAlgorithm):
        check(document | {"proof": document["proof"] | change})


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"proofPurpose": "authentication"}, ProofInvalid),
        ({"proofPurpose": None}, ProofInvalid),
        ({"verificationMethod": None}, MalformedSignature),
        ({"verificationMethod": {"id": "https://there.example/#k"}}, MalformedSignature),
        ({"verificationMethod": "did:key:z6Mk#z6Mk"}, MalformedSignature),
        ({"verificationMethod": "http://there.example/#k"}, MalformedSignature),
        ({"created": "yesterday"}, MalformedSignature),
        ({"created": "2026-11-23T12:00:00"}, MalformedSignature),
        ({"created": 1795435200}, MalformedSignature),
        ({"expires": "soon"}, MalformedSignature),
        ({"proofValue": None}, MalformedSignature),
        ({"proofValue": ""}, MalformedSignature),
        ({"proofValue": "uAAAA"}, MalformedSignature),
        ({"proofValue": "z0OIl"}, MalformedSignature),
        ({"proofValue": "z" + base58.encode(b"x" * 63)}, MalformedSignature),
        ({"proofValue": "z" + "2" * 5000}, MalformedSignature),
        ({"nonce": 2**60}, ProofInvalid),
    ],
)
def test_a_proof_with_an_odd_part_is_refused_before_any_key_is_needed(proved, now, change, error):
    document = proved()
    odd = document | {"proof": document["proof"] | change}
    with pytest.raises(error):
        proof_claims_of(odd, policy=ANYBODY, now=now)


def test_one_of_several_proofs_is_enough_if_it_is_the_only_one_of_our_kind(proved, check):
    document = proved()
    other = {"type": "DataIntegrityProof", "cryptosuite": "mldsa44-jcs-2024"}
    assert check(document | {"proof": [other, document["proof"]]})
    with pytest.raises(MalformedSignature):
        check(document | {"proof": [document["proof"], document["proof"]]})


def test_a_proof_from_the_future_is_refused(proved, check, now):
    assert check(proved(), at=now - timedelta(hours=1))
    with pytest.raises(StaleSignature):
        check(proved(), at=now - timedelta(hours=1, seconds=1))


def test_an_old_proof_holds_unless_an_age_is_set(proved, check, now):
    later = now + timedelta(days=400)
    strict = ProofPolicy(may_sign=lambda *_: True, max_age=timedelta(days=30))
    assert check(proved(), at=later)
    assert check(proved(), policy=strict)
    with pytest.raises(StaleSignature):
        check(proved(), at=later, policy=strict)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, -(2**60), "\ud800"])
def test_what_has_no_canonical_form_can_neither_be_proved_nor_checked(proved, check, value):
    with pytest.raises(ProofInvalid):
        proved(ACTIVITY | {"object": value})
    with pytest.raises(ProofInvalid):
        check(proved() | {"object": value})


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=json_values, other=json_values)
def test_any_json_can_be_proved_and_no_other_json_passes_for_it(proved, check, value, other):
    document = proved(ACTIVITY | {"object": value})
    assert check(copy.deepcopy(document))
    # JSON knows no difference between 1, 1.0 and, in Python's comparison, true.
    if repr(other) != repr(value) and other != value:
        with pytest.raises(ProofInvalid):
            check(document | {"object": other})
