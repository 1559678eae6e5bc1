"""Multikey: a public key as one short text, and the object that publishes it in an actor.

FEP-521a (with W3C Controlled Identifiers 1.0): `publicKeyMultibase` is the letter z, then Base58
of a Multicodec number and the key. Ed25519 keys stand as their 32 octets, RSA keys as PKCS #1 DER.
"""

from cryptography.exceptions import UnsupportedAlgorithm as UnsupportedByLibrary
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from activitypub.errors import KeyRefused
from activitypub.signatures import base58
from activitypub.signatures.keys import PublicKey, check_public_key

_ED25519 = b"\xed\x01"  # Multicodec ed25519-pub, 0xed as a varint
_RSA = b"\x85\x24"  # Multicodec rsa-pub, 0x1205 as a varint
_BASE58BTC = "z"


def multikey_of(key: PublicKey) -> str:
    """Return the key as `publicKeyMultibase`."""
    if isinstance(key, Ed25519PublicKey):
        return _BASE58BTC + base58.encode(_ED25519 + key.public_bytes_raw())
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    return _BASE58BTC + base58.encode(_RSA + der)


def load_multikey(text: str, *, allow_published: bool = False) -> PublicKey:
    """Read a `publicKeyMultibase`. Raises KeyRefused when it is none, or not a fit key."""
    if not text.startswith(_BASE58BTC):
        raise KeyRefused("the Multikey is not in the base-58-btc alphabet")
    try:
        octets = base58.decode(text[1:])
        key = _key_of(octets[:2], octets[2:])
    except (ValueError, UnsupportedByLibrary) as error:
        raise KeyRefused("the Multikey cannot be read") from error
    check_public_key(key, allow_published=allow_published)
    return key


def multikey_object(key_id: str, controller: str, *, key: PublicKey) -> dict[str, str]:
    """Return the verification method to list in an actor's `assertionMethod` (FEP-521a)."""
    return {
        "id": key_id,
        "type": "Multikey",
        "controller": controller,
        "publicKeyMultibase": multikey_of(key),
    }


def _key_of(codec: bytes, octets: bytes) -> PublicKey:
    if codec == _ED25519:
        return Ed25519PublicKey.from_public_bytes(octets)
    if codec == _RSA:
        key = serialization.load_der_public_key(octets)
        if isinstance(key, RSAPublicKey):
            return key
    raise ValueError("the Multikey is of a kind that is not spoken here")
