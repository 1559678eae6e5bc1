"""The signature form of draft-cavage-http-signatures-12, which the whole network speaks.

One `Signature` header with `keyId`, `algorithm`, `headers` and `signature`. This module knows
the format: reading the header, building the text that is signed, writing the header. What has to
be covered, and when it is too old, is decided in `verifying`; what we send, in `signing`.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from activitypub.errors import MalformedSignature, UncoveredComponent
from activitypub.signatures.algorithms import signature_by
from activitypub.signatures.fields import MAX_FIELD_CHARACTERS
from activitypub.signatures.keys import PrivateKey
from activitypub.signatures.request import SignedRequest

REQUEST_TARGET = "(request-target)"
CREATED = "(created)"
EXPIRES = "(expires)"
MAX_COVERED = 50
"""Most headers that a signature may list."""

_PARAMETER = re.compile(r'[ \t]*([A-Za-z]+)[ \t]*=[ \t]*(?:"([^"\\]*)"|([0-9.]+))[ \t]*(?:,|$)')
_NAME = re.compile(r"\([a-z-]+\)|[a-z0-9!#$%&'*+.^_`|~-]+")
_INTEGER = re.compile(r"[0-9]{1,12}")
_DECIMAL = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?")
# draft-cavage-12 §2.3: (created) and (expires) do not go with the algorithms that name a hash.
_WITHOUT_TIMES = ("rsa", "hmac", "ecdsa")


@dataclass(frozen=True, slots=True)
class CavageSignature:
    """A `Signature` header, read but not believed.

    `headers` are in lower case and in signing order. `created` and `expires` are the digits as
    they stand in the header, seconds since 1970; `expires` may have decimals.
    """

    key_id: str
    algorithm: str | None
    headers: tuple[str, ...]
    signature: bytes
    created: str | None = None
    expires: str | None = None


def parse_signature(header: str) -> CavageSignature:
    """Read a `Signature` header.

    The word `Signature` before it belongs to `Authorization`; PeerTube's library wrote it here as
    well for years. Raises MalformedSignature when it cannot be read, misses a part, names a
    parameter or a header twice, or covers nothing.
    """
    parameters = _parameters_of(header.removeprefix("Signature "))
    key_id = parameters.get("keyId", "")
    if not key_id:
        raise MalformedSignature("the signature names no key")
    algorithm = parameters.get("algorithm")
    signature = CavageSignature(
        key_id=key_id,
        algorithm=algorithm.lower() if algorithm else None,
        headers=_covered_by(parameters),
        signature=_octets(parameters.get("signature", "")),
        created=_matching(_INTEGER, parameters.get("created")),
        expires=_matching(_DECIMAL, parameters.get("expires")),
    )
    _check_times(signature)
    return signature


def signing_text(
    signature: CavageSignature, request: SignedRequest, *, with_query: bool = True
) -> bytes:
    """Return the text that is signed (§2.3), in the order of the header list.

    Without the query is how some servers sign a target that has one. Raises UncoveredComponent
    when a listed header is not in the request.
    """
    target = request.path_and_query if with_query else request.path
    lines = []
    for name in signature.headers:
        value = {
            REQUEST_TARGET: f"{request.method.lower()} {target}",
            CREATED: signature.created,
            EXPIRES: signature.expires,
        }.get(name)
        if value is None and not name.startswith("("):
            value = request.field(name)
        if value is None:
            raise UncoveredComponent("a header that the signature lists is not in the request")
        lines.append(f"{name}: {value}")
    # Header bytes beyond ASCII reach us as surrogates or Latin-1; they go back as they came.
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def signature_header(
    request: SignedRequest, key: PrivateKey, *, key_id: str, algorithm: str, headers: Sequence[str]
) -> str:
    """Sign a request and return the value of its `Signature` header."""
    unsigned = CavageSignature(key_id, algorithm, tuple(headers), b"")
    octets = signature_by(key, signing_text(unsigned, request))
    encoded = base64.b64encode(octets).decode("ascii")
    return (
        f'keyId="{key_id}",algorithm="{algorithm}",'
        f'headers="{" ".join(headers)}",signature="{encoded}"'
    )


def _parameters_of(header: str) -> dict[str, str]:
    if len(header) > MAX_FIELD_CHARACTERS:
        raise MalformedSignature("the Signature header is too long")
    parameters: dict[str, str] = {}
    position = 0
    while position < len(header):
        match = _PARAMETER.match(header, position)
        if match is None:
            raise MalformedSignature("the Signature header cannot be read")
        name, quoted, bare = match.groups()
        if name in parameters:
            raise MalformedSignature("a parameter of the Signature header occurs twice")
        parameters[name] = bare if quoted is None else quoted
        position = match.end()
    return parameters


def _covered_by(parameters: dict[str, str]) -> tuple[str, ...]:
    if "headers" not in parameters:
        # §2.1.6 says (created); the older algorithms meant the Date header, as appendix C does.
        named = parameters.get("algorithm", "").lower().startswith(_WITHOUT_TIMES)
        return ("date",) if named else (CREATED,)
    names = tuple(parameters["headers"].lower().split())
    if not names or len(names) > MAX_COVERED:
        raise MalformedSignature("the signature covers nothing, or too much")
    if len(set(names)) != len(names) or not all(_NAME.fullmatch(name) for name in names):
        raise MalformedSignature("the list of signed headers cannot be read")
    return names


def _octets(encoded: str) -> bytes:
    try:
        octets = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedSignature("the signature is not Base64") from error
    if not octets:
        raise MalformedSignature("the signature is empty")
    return octets


def _matching(pattern: re.Pattern[str], text: str | None) -> str | None:
    if text is not None and not pattern.fullmatch(text):
        raise MalformedSignature("a time in the Signature header is not a number")
    return text


def _check_times(signature: CavageSignature) -> None:
    for name, value in ((CREATED, signature.created), (EXPIRES, signature.expires)):
        if name not in signature.headers:
            continue
        if value is None:
            raise MalformedSignature("a signed time is not in the Signature header")
        if (signature.algorithm or "").startswith(_WITHOUT_TIMES):
            raise MalformedSignature("the algorithm does not go with (created) or (expires)")
