"""The key that this instance signs its web pushes with (VAPID, RFC 8292).

It is derived from the instance key, so that there is nothing more to store or to lose, and every
process has the same one. A new instance key ends all subscriptions: apps then subscribe anew.
"""

import base64
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.platform.secrets import Vault

CURVE: Final = ec.SECP256R1()
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@lru_cache(maxsize=8)
def vapid_key(vault: Vault) -> ec.EllipticCurvePrivateKey:
    """Return the private key; 512 bits of derived chance leave no bias in it."""
    chance = vault.mark("vapid key", "1") + vault.mark("vapid key", "2")
    return ec.derive_private_key(int(chance, 16) % (_ORDER - 1) + 1, CURVE)


def vapid_public_key(vault: Vault) -> str:
    """Return the public key that subscriptions name: the uncompressed point in base64url."""
    return packed_point(vapid_key(vault).public_key())


def packed_point(key: ec.EllipticCurvePublicKey) -> str:
    """Return a public key as an uncompressed point in base64url without padding."""
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")
