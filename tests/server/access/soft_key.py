"""A security key made of software, for tests: makes passkeys and signs as a browser would."""

import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

FLAG = AuthenticatorData.FLAG


class SoftKey:
    """One passkey for one site; says that it checked who holds it unless told otherwise."""

    def __init__(self, origin: str = "https://ours.example", party: str = "ours.example") -> None:
        self.origin, self.party = origin, party
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = secrets.token_bytes(32)
        self.user: str | None = None
        self.counter = 0

    def made(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer options of a registration."""
        self.user = options["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.credential_id, public)
        told = AuthenticatorData.create(
            sha256(self.party.encode()), FLAG.UP | FLAG.UV | FLAG.AT, self.counter, credential
        )
        attested = AttestationObject.create("none", told, {})
        return self._answer(
            {
                "clientDataJSON": self._client("webauthn.create", options["challenge"]),
                "attestationObject": websafe_encode(attested),
            }
        )

    def shown(self, options: dict[str, Any], *, is_verified: bool = True) -> dict[str, Any]:
        """Answer options of a sign-in."""
        flags = FLAG.UP | (FLAG.UV if is_verified else FLAG(0))
        self.counter += 1
        told = AuthenticatorData.create(sha256(self.party.encode()), flags, self.counter)
        client = self._client("webauthn.get", options["challenge"])
        signed = self.key.sign(told + sha256(websafe_decode(client)), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": client,
                "authenticatorData": websafe_encode(told),
                "signature": websafe_encode(signed),
                "userHandle": self.user,
            }
        )

    def _client(self, kind: str, challenge: str) -> str:
        said = {"type": kind, "challenge": challenge, "origin": self.origin}
        return websafe_encode(json.dumps(said).encode())

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        known = websafe_encode(self.credential_id)
        return {"id": known, "rawId": known, "type": "public-key", "response": response}
