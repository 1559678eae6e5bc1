"""Digests of a body, in the two header fields that exist for them.

`Digest` (RFC 3230) goes with draft-cavage signatures, `Content-Digest` (RFC 9530) with RFC 9421.
Both are computed over the raw bytes as they travelled, never over parsed and written JSON.
A signature says nothing about the body unless it covers one of them and the digest was compared.
"""

import base64
import binascii
import hashlib
import hmac

from activitypub.errors import DigestMismatch, MalformedSignature, UnsupportedAlgorithm
from activitypub.signatures.fields import StrictDictionary, dictionary_of

_HASHES = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}


def digest_header(body: bytes) -> str:
    """Return the value of `Digest` for these bytes (RFC 3230, SHA-256)."""
    return "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")


def content_digest_header(body: bytes, *, algorithm: str = "sha-256") -> str:
    """Return the value of `Content-Digest` for these bytes (RFC 9530, sha-256 or sha-512)."""
    field = StrictDictionary()
    field[algorithm] = _HASHES[algorithm](body).digest()
    return str(field)


def check_digest(value: str, body: bytes) -> None:
    """Compare a received `Digest` with the bytes.

    Every algorithm that we know has to match; unknown ones are passed over when a known one is
    there. Raises MalformedSignature for something unreadable or named twice, UnsupportedAlgorithm
    when nothing is known, DigestMismatch when the bytes are others.
    """
    digests: dict[str, str] = {}
    for part in value.split(","):
        algorithm, equals, encoded = part.strip().partition("=")
        name = algorithm.lower()
        if not equals or name in digests:
            raise MalformedSignature("the Digest header cannot be read")
        digests[name] = encoded
    _compare({name: _octets(text) for name, text in digests.items() if name in _HASHES}, body)


def check_content_digest(value: str, body: bytes) -> None:
    """Compare a received `Content-Digest` with the bytes; rules and errors as `check_digest`."""
    members = dictionary_of(value)
    digests: dict[str, bytes] = {}
    for name, member in members.items():
        octets = getattr(member, "value", None)
        if name in _HASHES and not isinstance(octets, bytes):
            raise MalformedSignature("a Content-Digest is not a byte sequence")
        if name in _HASHES and isinstance(octets, bytes):
            digests[name] = octets
    _compare(digests, body)


def _octets(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedSignature("a Digest is not Base64") from error


def _compare(digests: dict[str, bytes], body: bytes) -> None:
    if not digests:
        raise UnsupportedAlgorithm("no digest is SHA-256 or SHA-512")
    for name, octets in digests.items():
        if not hmac.compare_digest(octets, _HASHES[name](body).digest()):
            raise DigestMismatch("the digest does not match the body")
