"""The signature form of RFC 9421, HTTP Message Signatures, as far as requests need it.

`Signature-Input` says what is covered and how, `Signature` holds the octets. This module knows
the format: reading the two headers and the `Accept-Signature` challenge, building the signature
base, writing the headers. Policy is in `verifying` and `signing`. Components with parameters
(`;sf`, `;key`, `;bs`, `;req`, `;tr`) and `@query-param` are refused: nobody sends them here, and
each is one more way to read a request differently.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from http_sfv.item import InnerList

from activitypub.errors import MalformedSignature, UncoveredComponent
from activitypub.signatures.algorithms import algorithm_of_key, signature_by
from activitypub.signatures.fields import StrictDictionary, dictionary_of
from activitypub.signatures.keys import PrivateKey
from activitypub.signatures.request import SignedRequest, canonical_authority

LABEL = "sig1"
"""The name under which our signatures stand when no challenge asks for another."""
MAX_COVERED = 50
"""Most components that a signature may cover."""
DERIVED = frozenset(
    {"@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query"}
)
"""The derived components of RFC 9421 §2.2 that are spoken here."""


@dataclass(frozen=True, slots=True)
class MessageSignature:
    """One signature of a request, read but not believed.

    `parameters_text` is the member of `Signature-Input`, serialised anew as §2.3 demands for the
    last line of the signature base. Times are seconds since 1970.
    """

    label: str
    components: tuple[str, ...]
    parameters_text: str
    key_id: str
    algorithm: str | None
    created: int | None
    expires: int | None
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignatureParameters:
    """What a signature of ours says about itself, beside what it covers.

    `created` and `expires` are seconds since 1970.
    """

    key_id: str
    created: int
    algorithm: str
    nonce: str | None = None
    tag: str | None = None
    label: str = LABEL
    expires: int | None = None


@dataclass(frozen=True, slots=True)
class Challenge:
    """One request for a signature from an `Accept-Signature` header (RFC 9421 §5.1).

    `wants_expiry` asks for an expiry; a time of signing is in all our signatures.
    """

    label: str
    components: tuple[str, ...]
    nonce: str | None = None
    tag: str | None = None
    key_id: str | None = None
    algorithm: str | None = None
    wants_expiry: bool = False


def parse_signature(input_header: str, signature_header: str) -> MessageSignature:
    """Read `Signature-Input` and `Signature`, which have to hold one and the same signature.

    Raises MalformedSignature when they cannot be read, hold several signatures, repeat or leave
    out something, or cover nothing or something that is not spoken here.
    """
    inputs = dictionary_of(input_header)
    signatures = dictionary_of(signature_header)
    if len(inputs) != 1 or list(inputs) != list(signatures):
        raise MalformedSignature("exactly one signature is accepted")
    label = next(iter(inputs))
    inner = inputs[label]
    octets = getattr(signatures[label], "value", None)
    if not isinstance(octets, bytes) or not octets:
        raise MalformedSignature("the signature is not a byte sequence")
    key_id = _text(inner, "keyid")
    if not key_id:
        raise MalformedSignature("the signature names no key")
    return MessageSignature(
        label=label,
        components=_components_of(inner),
        parameters_text=str(inner),
        key_id=key_id,
        algorithm=_text(inner, "alg"),
        created=_seconds(inner, "created"),
        expires=_seconds(inner, "expires"),
        signature=octets,
    )


def signature_base(
    components: Sequence[str], parameters_text: str, *, request: SignedRequest, base_url: str
) -> bytes:
    """Return the text that is signed (RFC 9421 §2.5).

    `base_url` is scheme and authority under which the outside reaches the request's target;
    behind a proxy only the settings know it. Raises UncoveredComponent when a covered header is
    not in the request, MalformedSignature for an unknown component.
    """
    lines = [
        f'"{name}": {component_value(name, request, base_url=base_url)}' for name in components
    ]
    lines.append(f'"@signature-params": {parameters_text}')
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def component_value(name: str, request: SignedRequest, *, base_url: str) -> str:
    """Return the value of one component; errors as `signature_base`."""
    if not name.startswith("@"):
        value = request.field(name)
        if value is None:
            raise UncoveredComponent("a header that the signature lists is not in the request")
        return value
    if name not in DERIVED:
        raise MalformedSignature("a signed component is not known here")
    scheme, _, authority = base_url.partition("://")
    return {
        "@method": request.method,
        "@target-uri": f"{base_url}{request.path_and_query}",
        "@authority": canonical_authority(authority, scheme=scheme),
        "@scheme": scheme,
        "@request-target": request.path_and_query,
        "@path": request.path,
        "@query": f"?{request.query or ''}",
    }[name]


def signature_headers(
    request: SignedRequest,
    key: PrivateKey,
    *,
    components: Sequence[str],
    parameters: SignatureParameters,
    base_url: str,
) -> dict[str, str]:
    """Sign a request and return its `Signature-Input` and `Signature` headers."""
    inner = _inner_list(components, parameters)
    base = signature_base(components, str(inner), request=request, base_url=base_url)
    inputs, signatures = StrictDictionary(), StrictDictionary()
    inputs[parameters.label] = inner
    signatures[parameters.label] = signature_by(key, base)
    return {"Signature-Input": str(inputs), "Signature": str(signatures)}


def parse_challenge(header: str) -> tuple[Challenge, ...]:
    """Read an `Accept-Signature` header, the server's wishes in their order.

    Raises MalformedSignature when it cannot be read or asks for something not spoken here.
    """
    challenges = []
    for label, inner in dictionary_of(header).items():
        challenges.append(
            Challenge(
                label=label,
                components=_components_of(inner),
                nonce=_text(inner, "nonce"),
                tag=_text(inner, "tag"),
                key_id=_text(inner, "keyid"),
                algorithm=_text(inner, "alg"),
                wants_expiry=inner.params.get("expires") is True,
            )
        )
    return tuple(challenges)


def satisfies(challenge: Challenge, *, key: PrivateKey, key_id: str) -> bool:
    """Tell whether this key may answer the challenge, which may name a key or an algorithm."""
    return challenge.key_id in {None, key_id} and challenge.algorithm in {
        None,
        str(algorithm_of_key(key)),
    }


def _inner_list(components: Sequence[str], parameters: SignatureParameters) -> InnerList:
    # The order is free; some readers rebuild it as created, alg, keyid instead of keeping ours.
    inner = InnerList(list(components))
    inner.params["created"] = parameters.created
    inner.params["alg"] = parameters.algorithm
    inner.params["keyid"] = parameters.key_id
    if parameters.expires is not None:
        inner.params["expires"] = parameters.expires
    if parameters.nonce is not None:
        inner.params["nonce"] = parameters.nonce
    if parameters.tag is not None:
        inner.params["tag"] = parameters.tag
    return inner


def _components_of(inner: object) -> tuple[str, ...]:
    if not isinstance(inner, InnerList):
        raise MalformedSignature("the signed components are not a list")
    names: list[str] = []
    for item in inner:
        name = item.value
        # A token or a byte sequence in place of a string is refused by its type.
        if type(name) is not str or item.params:
            raise MalformedSignature("a signed component is not known here")
        if name.startswith("@") and name not in DERIVED:
            raise MalformedSignature("a signed component is not known here")
        names.append(name)
    if not names or len(names) > MAX_COVERED:
        raise MalformedSignature("the signature covers nothing, or too much")
    if len(set(names)) != len(names) or any(name != name.lower() for name in names):
        raise MalformedSignature("the list of signed components cannot be read")
    return tuple(names)


def _text(inner: object, name: str) -> str | None:
    value = getattr(inner, "params", {}).get(name)
    if value is not None and type(value) is not str:
        raise MalformedSignature("a parameter of the signature is not a string")
    return value


def _seconds(inner: object, name: str) -> int | None:
    value = getattr(inner, "params", {}).get(name)
    if value is not None and type(value) is not int:
        raise MalformedSignature("a time of the signature is not a whole number")
    return value
