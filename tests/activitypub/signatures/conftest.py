"""Keys, clock and requests that the signature tests share."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from activitypub.signatures import cavage, messages
from activitypub.signatures.algorithms import Algorithm
from activitypub.signatures.digest import content_digest_header, digest_header
from activitypub.signatures.keys import generate_ed25519, generate_rsa
from activitypub.signatures.messages import SignatureParameters
from activitypub.signatures.request import SignedRequest, target_of
from activitypub.signatures.signing import SignatureForm, SigningKey, sign_request
from activitypub.signatures.verifying import SignaturePolicy, claims_of, verify
from tests.activitypub.signatures.by_hand import BASE, BODY

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], dict[str, Any]]:
    """Read a file of published examples by its name."""
    folder = Path(__file__).parent / "vectors"
    return lambda name: json.loads((folder / f"{name}.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def rsa_key() -> SigningKey:
    return SigningKey("https://there.example/people/7#main-key", generate_rsa())


@pytest.fixture(scope="session")
def ed25519_key() -> SigningKey:
    return SigningKey("https://there.example/people/7#ed25519-key", generate_ed25519())


@pytest.fixture(scope="session")
def policy() -> SignaturePolicy:
    return SignaturePolicy("https://ours.example")


@pytest.fixture(scope="session")
def signed() -> Callable[..., SignedRequest]:
    """Sign a request as a peer would, and hand it over as it arrives here."""

    def sign(
        key: SigningKey,
        form: SignatureForm = SignatureForm.CAVAGE,
        *,
        method: str = "POST",
        url: str = "https://ours.example/inbox",
        body: bytes | None = b'{"type":"Like"}',
        at: datetime = NOW,
        received_at: datetime = NOW,
    ) -> SignedRequest:
        headers = sign_request(
            method,
            url,
            headers={"Content-Type": "application/activity+json"},
            body=body,
            key=key,
            form=form,
            now=at,
        )
        return SignedRequest(
            method, target_of(url), tuple(headers.items()), body or b"", received_at
        )

    return sign


@pytest.fixture(scope="session")
def changed() -> Callable[..., SignedRequest]:
    """Return a request with some headers replaced (None removes) or other parts changed."""

    def change(request: SignedRequest, **parts: Any) -> SignedRequest:
        headers = parts.pop("headers", {})
        replaced = {name.lower() for name in headers}
        lines = [line for line in request.headers if line[0].lower() not in replaced]
        lines += [(name, value) for name, value in headers.items() if value is not None]
        lines += parts.pop("extra", [])
        fields = {
            "method": request.method,
            "path_and_query": request.path_and_query,
            "body": request.body,
            "received_at": request.received_at,
        } | parts
        return SignedRequest(headers=tuple(lines), **fields)

    return change


@pytest.fixture
def cavage_request(rsa_key, now):
    """Sign by hand, with any list of headers and any algorithm name."""

    def make(covered=BASE, *, algorithm="rsa-sha256", key=rsa_key, target="/inbox", **headers):
        lines = {
            "Host": "ours.example",
            "Date": "Mon, 23 Nov 2026 12:00:00 GMT",
            "Digest": digest_header(BODY),
        } | headers
        bare = SignedRequest("POST", target, tuple(lines.items()), BODY, now)
        signature = cavage.signature_header(
            bare, key.key, key_id=key.key_id, algorithm=algorithm, headers=covered
        )
        lines["Signature"] = signature
        return SignedRequest("POST", target, tuple(lines.items()), BODY, now)

    return make


@pytest.fixture
def message_request(rsa_key, now):
    """Sign by hand in the RFC 9421 form, with any list of components."""

    def make(components, *, target="/inbox", method="POST", key=rsa_key, body=BODY):
        lines = {
            "Host": "ours.example",
            "Digest": digest_header(body),
            "Content-Digest": content_digest_header(body),
        }
        bare = SignedRequest(method, target, tuple(lines.items()), body, now)
        algorithm = Algorithm.RSA_V1_5_SHA256
        lines |= messages.signature_headers(
            bare,
            key.key,
            components=components,
            parameters=SignatureParameters(key.key_id, int(now.timestamp()), str(algorithm)),
            base_url="https://ours.example",
        )
        return SignedRequest(method, target, tuple(lines.items()), body, now)

    return make


@pytest.fixture
def accept(policy, rsa_key):
    def judge(request, key=rsa_key, policy=policy):
        claims = claims_of(request, policy=policy)
        verify(claims, request, key.key.public_key())
        return claims

    return judge
