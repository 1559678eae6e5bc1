"""Key pairs: making, storing and reading them, and deciding which ones are good enough.

Two kinds exist here: RSA for HTTP signatures, which every server understands, and Ed25519 for
integrity proofs. Making an RSA key takes some 40 ms, so callers put `generate_rsa` on a thread.
Whose key it is, and where it is kept, is not decided here. Multikey text is in `multikey`.
"""

import hashlib

from cryptography.exceptions import UnsupportedAlgorithm as UnsupportedByLibrary
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)

from activitypub.errors import KeyRefused
from activitypub.signatures.published_keys import PUBLISHED_KEYS

PrivateKey = RSAPrivateKey | Ed25519PrivateKey
PublicKey = RSAPublicKey | Ed25519PublicKey

OWN_RSA_BITS = 2048
"""Size of the RSA keys we make; larger ones cost four times the time and some peers refuse them."""
LEAST_RSA_BITS = 1024
"""Smallest RSA key accepted from elsewhere: below it, a key can be broken at home."""
MOST_RSA_BITS = 8192
"""Largest RSA key accepted: beyond it, checking one signature costs milliseconds."""
_MOST_EXPONENT_BITS = 33
_MAX_PEM_CHARACTERS = 16_384

# The encodings of Ed25519 points of small order, sign bit cleared. A signature by such a "key"
# can be made by anybody for any text.
_SMALL_ORDER_POINTS = frozenset(
    bytes.fromhex(point)
    for point in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)


def generate_rsa() -> RSAPrivateKey:
    """Make a new RSA key of 2048 bits. Takes tens of milliseconds: call it on a thread."""
    return generate_private_key(public_exponent=65537, key_size=OWN_RSA_BITS)


def generate_ed25519() -> Ed25519PrivateKey:
    """Make a new Ed25519 key, for integrity proofs and RFC 9421 signatures. Takes microseconds."""
    return Ed25519PrivateKey.generate()


def private_pem(key: PrivateKey) -> str:
    """Return the key as unencrypted PKCS #8 PEM; whoever stores it encrypts it."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode("ascii")


def public_pem(key: PublicKey) -> str:
    """Return the key as SubjectPublicKeyInfo PEM, the form that `publicKeyPem` holds."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode("ascii")


def load_own_private_key(pem: str) -> PrivateKey:
    """Read a private key that this server made itself, without checking its arithmetic.

    Checking an RSA key (are the factors prime, do they fit together?) takes 30 ms, reading it
    unchecked 0.01 ms. The check protects against keys made by somebody else in order to leak
    secrets; ours never left our encrypted storage, which would notice a changed byte. Never call
    this with a key that was handed in. Raises KeyRefused when it is not an RSA key of at least
    2048 bits or an Ed25519 key.
    """
    try:
        key = serialization.load_pem_private_key(
            pem.encode("ascii"), password=None, unsafe_skip_rsa_key_validation=True
        )
    except (ValueError, TypeError, UnsupportedByLibrary) as error:
        raise KeyRefused("the private key cannot be read") from error
    if isinstance(key, RSAPrivateKey) and key.key_size >= OWN_RSA_BITS:
        return key
    if isinstance(key, Ed25519PrivateKey):
        return key
    raise KeyRefused("the private key is neither RSA of 2048 bits or more nor Ed25519")


def load_public_key(pem: str, *, allow_published: bool = False) -> PublicKey:
    """Read somebody's `publicKeyPem`, PKCS #1 or SubjectPublicKeyInfo, and check that it is fit.

    Raises KeyRefused when it cannot be read or `check_public_key` refuses it.
    """
    if len(pem) > _MAX_PEM_CHARACTERS:
        raise KeyRefused("the public key is too long")
    try:
        key = serialization.load_pem_public_key(pem.strip().encode("ascii"))
    except (ValueError, UnsupportedByLibrary) as error:
        raise KeyRefused("the public key cannot be read") from error
    if not isinstance(key, RSAPublicKey | Ed25519PublicKey):
        raise KeyRefused("the public key is neither RSA nor Ed25519")
    check_public_key(key, allow_published=allow_published)
    return key


def check_public_key(key: PublicKey, *, allow_published: bool = False) -> None:
    """Raise KeyRefused for a key that proves nothing: too small, too odd, or known to everybody.

    Keys printed in specifications are refused because their private halves are printed too;
    `allow_published` exists for tests that check the specifications' own examples.
    """
    if isinstance(key, RSAPublicKey):
        _check_rsa(key)
    elif _point_without_sign(key) in _SMALL_ORDER_POINTS:
        raise KeyRefused("the Ed25519 key is a point of small order")
    if not allow_published and fingerprint_of(key) in PUBLISHED_KEYS:
        raise KeyRefused("the key is a published test key")


def fingerprint_of(key: PublicKey) -> str:
    """Return the SHA-256 of the key's SubjectPublicKeyInfo, in hexadecimal."""
    spki = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(spki).hexdigest()


def _check_rsa(key: RSAPublicKey) -> None:
    if not LEAST_RSA_BITS <= key.key_size <= MOST_RSA_BITS:
        raise KeyRefused("the RSA key has too few or too many bits")
    # A huge exponent makes each check as slow as a signature.
    if key.public_numbers().e.bit_length() > _MOST_EXPONENT_BITS:
        raise KeyRefused("the exponent of the RSA key is too large")


def _point_without_sign(key: Ed25519PublicKey) -> bytes:
    point = key.public_bytes_raw()
    return point[:-1] + bytes([point[-1] & 0x7F])
