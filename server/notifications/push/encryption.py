"""Encrypting a push for one receiver, and saying who sends it: pure, without I/O.

Standard: RFC 8291 (`aes128gcm`) with RFC 8292 (`vapid t=…, k=…`). Apps that subscribed without
`standard` get the drafts before: `aesgcm` with `Encryption` and `Crypto-Key`, and `WebPush <jwt>`.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid01, Vapid02

from server.platform.secrets import Vault
from server.platform.vapid import CURVE, packed_point, vapid_key

_POINT_BYTES: Final = 65
_SECRET_BYTES: Final = 16
_PROOF_LASTS: Final = timedelta(hours=12)
_KEPT_BY_THE_SERVICE: Final = timedelta(days=2)
_RECORD: Final = 4096
MOST_BYTES: Final = 3_800
"""The largest text that fits into one record of 4096 bytes, which push services take."""


@dataclass(frozen=True, slots=True)
class ReceiverKeys:
    """What a browser gives with its subscription: its public key and a shared secret."""

    p256dh: bytes
    auth: bytes


def read_keys(p256dh: str, auth: str) -> ReceiverKeys | None:
    """Return the keys of a subscription (base64url, padded or not), or None for unsound ones."""
    point, secret = unpacked(p256dh), unpacked(auth)
    if point is None or secret is None:
        return None
    if len(point) != _POINT_BYTES or len(secret) != _SECRET_BYTES:
        return None
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    except ValueError:
        return None
    return ReceiverKeys(point, secret)


def packed(raw: bytes) -> str:
    """Return bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unpacked(text: str) -> bytes | None:
    """Return the bytes of base64 in either alphabet, padded or not; None for what is none."""
    plain = text.strip().rstrip("=").replace("+", "-").replace("/", "_")
    try:
        raw = base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        return None
    return raw if packed(raw) == plain else None


class Sender:
    """Who sends: the instance's key, and where its operator can be reached."""

    def __init__(self, vault: Vault, contact: str) -> None:
        self._key = vapid_key(vault)
        self._contact = contact

    def proof(self, endpoint: str, now: datetime, *, standard: bool) -> Mapping[str, str]:
        """Return the headers that say who sends, to the origin of an endpoint, for 12 hours."""
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((now + _PROOF_LASTS).timestamp()),
            "sub": self._contact,
        }
        kind = Vapid02 if standard else Vapid01
        signed: Mapping[str, str] = kind(self._key, conf={"no-strict": True}).sign(claims)
        return signed


def encrypted(text: bytes, keys: ReceiverKeys, *, standard: bool) -> tuple[bytes, dict[str, str]]:
    """Return the body of a push and the headers that belong to its encoding."""
    own, salt = ec.generate_private_key(CURVE), os.urandom(16)
    encoding = "aes128gcm" if standard else "aesgcm"
    body: bytes = http_ece.encrypt(
        text,
        salt=salt,
        private_key=own,
        dh=keys.p256dh,
        auth_secret=keys.auth,
        version=encoding,
        rs=_RECORD,
    )
    headers = {"Content-Encoding": encoding, "Content-Type": "application/octet-stream"}
    if not standard:
        headers |= {
            "Encryption": f"salt={packed(salt)}",
            "Crypto-Key": f"dh={packed_point(own.public_key())}",
        }
    return body, headers


def request_of(
    text: bytes, keys: ReceiverKeys, sender: Sender, *, endpoint: str, now: datetime, standard: bool
) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of the whole request to a push service."""
    body, headers = encrypted(text, keys, standard=standard)
    proof = dict(sender.proof(endpoint, now, standard=standard))
    if "Crypto-Key" in proof and "Crypto-Key" in headers:
        proof["Crypto-Key"] = f"{headers['Crypto-Key']};{proof['Crypto-Key']}"
    seconds = int(_KEPT_BY_THE_SERVICE.total_seconds())
    return body, {**headers, **proof, "TTL": str(seconds), "Urgency": "normal"}
