"""Integrity proofs inside documents: FEP-8b32 with the cryptosuite `eddsa-jcs-2022`.

A proof makes a public activity checkable after it was forwarded, without asking its origin. It
signs the SHA-256 of the proof's own options and of the document without proof, both in the
canonical form of RFC 8785. Private things get none: it would make a leak provable.

Numbers: canonical JSON writes every number as JavaScript does, so a float that another language
prints otherwise breaks the proof. Our documents have no floats but latitude and longitude;
integers beyond 2^53 cannot be signed at all.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import rfc8785
from cryptography.exceptions import InvalidSignature as SignatureDoesNotHold
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from activitypub.errors import (
    MalformedSignature,
    MissingSignature,
    ProofInvalid,
    StaleSignature,
    UnsupportedAlgorithm,
)
from activitypub.signatures import base58
from activitypub.signatures.key_ids import check_key_id
from activitypub.signatures.keys import PublicKey, check_public_key

Document = Mapping[str, object]
"""A JSON object as it was parsed; proofs are made and checked on it, never on a rebuilt one."""

CRYPTOSUITE = "eddsa-jcs-2022"
MAX_PROOFS = 5
"""Most proofs that a document may carry."""
_SIGNATURE_OCTETS = 64


@dataclass(frozen=True, slots=True)
class ProofPolicy:
    """What this server demands of a proof.

    `may_sign` is asked whether a verification method may speak for the document (same origin,
    same owner, FEP-fe34); it sees the method's URL and the document. Proofs have no age limit
    unless `max_age` sets one, because a forwarded activity may be old. `allow_http_loopback` is
    for developing with two instances on one machine.
    """

    may_sign: Callable[[str, Document], bool]
    max_ahead: timedelta = timedelta(hours=1)
    max_age: timedelta | None = None
    allow_http_loopback: bool = False


@dataclass(frozen=True, slots=True)
class ProofClaims:
    """What a proof says, found acceptable but not yet verified.

    `key_id` is the verification method, to be looked up in its owner's `assertionMethod`.
    """

    key_id: str
    created_at: datetime | None
    signature: bytes
    signed: bytes


def with_proof(
    document: Document, key: Ed25519PrivateKey, *, key_id: str, now: datetime
) -> dict[str, object]:
    """Return the document with a proof by this key, made at this moment.

    A proof that is there already is replaced, and a Linked-Data `signature` is left out of what
    is signed, as FEP-8b32 has it. The document's `@context` is copied into the proof. Raises
    ProofInvalid when the document cannot be written canonically.
    """
    options: dict[str, object] = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "verificationMethod": key_id,
        "proofPurpose": "assertionMethod",
        "created": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if "@context" in document:
        options["@context"] = document["@context"]
    signature = key.sign(_hashes(options, _unsecured(document)))
    proof = options | {"proofValue": "z" + base58.encode(signature)}
    return {name: value for name, value in document.items() if name != "proof"} | {"proof": proof}


def has_proof(document: Document) -> bool:
    """Tell whether the document carries a proof of any kind."""
    return bool(document.get("proof"))


def proof_claims_of(document: Document, *, policy: ProofPolicy, now: datetime) -> ProofClaims:
    """Read the one `eddsa-jcs-2022` proof and refuse all that needs no key to be refused.

    Raises MissingSignature, MalformedSignature, UnsupportedAlgorithm (no proof of our suite),
    StaleSignature, or ProofInvalid (wrong purpose, context or signer, or not canonical).
    """
    proof = _proof_of(document)
    if proof.get("proofPurpose") != "assertionMethod":
        raise ProofInvalid("the proof is not made for assertions")
    key_id = proof.get("verificationMethod")
    if not isinstance(key_id, str):
        raise MalformedSignature("the proof names no verification method")
    check_key_id(key_id, allow_http_loopback=policy.allow_http_loopback)
    if not policy.may_sign(key_id, document):
        raise ProofInvalid("the key may not speak for the document")
    created_at = _time_in(proof, "created")
    _check_times(created_at, _time_in(proof, "expires"), now=now, policy=policy)
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    return ProofClaims(
        key_id=key_id,
        created_at=created_at,
        signature=_signature_in(proof),
        signed=_hashes(options, _in_context_of(proof, _unsecured(document))),
    )


def verify_proof(
    claims: ProofClaims, public_key: PublicKey, *, allow_published_keys: bool = False
) -> None:
    """Raise ProofInvalid unless the proof holds with the key, KeyRefused for a worthless key.

    `allow_published_keys` is for tests with the examples of specifications.
    """
    if not isinstance(public_key, Ed25519PublicKey):
        raise ProofInvalid("the key is not an Ed25519 key")
    check_public_key(public_key, allow_published=allow_published_keys)
    try:
        public_key.verify(claims.signature, claims.signed)
    except SignatureDoesNotHold as error:
        raise ProofInvalid("the proof does not verify with the key") from error


def _proof_of(document: Document) -> Document:
    if not has_proof(document):
        raise MissingSignature("the document has no proof")
    value = document["proof"]
    listed = value if isinstance(value, list) else [value]
    proofs: list[Document] = [proof for proof in listed if isinstance(proof, dict)]
    if len(listed) > MAX_PROOFS or len(proofs) != len(listed):
        raise MalformedSignature("the proof is not an object")
    ours = [
        proof
        for proof in proofs
        if proof.get("type") == "DataIntegrityProof" and proof.get("cryptosuite") == CRYPTOSUITE
    ]
    if not ours:
        raise UnsupportedAlgorithm("the proof is of a kind that is not accepted")
    if len(ours) > 1:
        raise MalformedSignature("the document has several proofs of one kind")
    return ours[0]


def _unsecured(document: Document) -> dict[str, object]:
    return {name: value for name, value in document.items() if name not in {"proof", "signature"}}


def _in_context_of(proof: Document, document: dict[str, object]) -> dict[str, object]:
    """Return the document under the context that was signed (Data Integrity EdDSA §3.3.2).

    Whoever passes a document on may add contexts at the end; what was signed has to come first.
    """
    if "@context" not in proof:
        return document
    signed, present = _listed(proof["@context"]), _listed(document.get("@context"))
    if present[: len(signed)] != signed:
        raise ProofInvalid("the context is not the one that was signed")
    return document | {"@context": proof["@context"]}


def _listed(context: object) -> list[object]:
    if context is None:
        return []
    return list(context) if isinstance(context, list) else [context]


def _hashes(options: Document, document: Document) -> bytes:
    try:
        return b"".join(
            hashlib.sha256(rfc8785.dumps(part)).digest()  # type: ignore[arg-type] # object is JSON
            for part in (options, document)
        )
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise ProofInvalid("the document has no canonical form") from error


def _time_in(proof: Document, name: str) -> datetime | None:
    value = proof.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError as error:
        raise MalformedSignature("a time of the proof cannot be read") from error
    if moment is None or moment.tzinfo is None:
        raise MalformedSignature("a time of the proof cannot be read")
    return moment


def _check_times(
    created_at: datetime | None,
    expires_at: datetime | None,
    *,
    now: datetime,
    policy: ProofPolicy,
) -> None:
    if created_at is not None and created_at > now + policy.max_ahead:
        raise StaleSignature("the proof is from the future")
    if policy.max_age is not None and (created_at is None or created_at < now - policy.max_age):
        raise StaleSignature("the proof is too old")
    if expires_at is not None and expires_at < now:
        raise StaleSignature("the proof has expired")


def _signature_in(proof: Document) -> bytes:
    value = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z"):
        raise MalformedSignature("the proof has no value in the base-58-btc alphabet")
    try:
        octets = base58.decode(value[1:])
    except ValueError as error:
        raise MalformedSignature("the value of the proof cannot be read") from error
    if len(octets) != _SIGNATURE_OCTETS:
        raise MalformedSignature("the value of the proof has the wrong length")
    return octets
