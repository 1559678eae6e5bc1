"""The one door for signed requests: what a signature claims, whether it may, whether it holds.

Two steps, because the key has to be fetched in between. `claims_of` refuses everything that can
be refused without a key, so that a bad request costs no outgoing one; `verify` then asks the
cryptography. Neither says whose the key is: comparing key, owner and `actor` is the receiver's
work, and nothing may be stored or queued before that is done too.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from activitypub.errors import (
    InvalidSignature,
    MalformedSignature,
    MissingSignature,
    StaleSignature,
    UncoveredComponent,
    WrongHost,
)
from activitypub.signatures import cavage, messages
from activitypub.signatures.algorithms import (
    Algorithm,
    algorithm_of_cavage,
    algorithm_of_message,
    check_signature,
)
from activitypub.signatures.digest import check_content_digest, check_digest
from activitypub.signatures.key_ids import check_key_id
from activitypub.signatures.keys import PublicKey, check_public_key
from activitypub.signatures.request import SignedRequest, base_of, canonical_authority
from activitypub.signatures.signing import SignatureForm

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_DIGESTS = ("digest", "content-digest")
_ONCE = ("host", "date", "signature", "signature-input", *_DIGESTS)
_LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z, the last that a datetime can hold


@dataclass(frozen=True, slots=True)
class SignaturePolicy:
    """What this server demands of every signature.

    `base_url` is scheme and authority under which the outside reaches us: behind a proxy the
    request itself does not know the scheme. `authorities` are further names that are ours.
    A signature is taken from `max_age` back to `max_ahead` ahead; an expiry is honoured with
    `max_ahead` for clocks that run apart. `allow_http_loopback` takes http key ids on loopback
    addresses, for developing with two instances on one machine.
    """

    base_url: str
    authorities: frozenset[str] = frozenset()
    max_age: timedelta = timedelta(hours=12)
    max_ahead: timedelta = timedelta(hours=1)
    allow_http_loopback: bool = False

    @property
    def scheme(self) -> str:
        """The scheme of `base_url`."""
        return self.base_url.partition("://")[0].lower()

    def is_ours(self, authority: str) -> bool:
        """Tell whether this canonical authority is one of our names."""
        own = {canonical_authority(name, scheme=self.scheme) for name in self.authorities}
        return authority == base_of(self.base_url).partition("://")[2] or authority in own


@dataclass(frozen=True, slots=True)
class SignatureClaims:
    """What a signature says, found acceptable but not yet verified.

    `covered` are the signed components in order, in the words of their form. `signed_at` is the
    moment the signature names. `texts` are the texts that may have been signed; one will do.
    """

    request: SignedRequest
    form: SignatureForm
    key_id: str
    algorithm: Algorithm | None
    covered: tuple[str, ...]
    signed_at: datetime
    expires_at: datetime | None
    signature: bytes
    texts: tuple[bytes, ...]


def claims_of(request: SignedRequest, *, policy: SignaturePolicy) -> SignatureClaims:
    """Read the signature of a request and refuse all that needs no key to be refused.

    Covered have to be: method and target, our host, a time, and on a request with a body the
    digest, which has to match the raw bytes. The header `Signature-Input` decides the form.
    Raises MissingSignature, MalformedSignature, UnsupportedAlgorithm, UncoveredComponent,
    WrongHost, DigestMismatch or StaleSignature.
    """
    for name in _ONCE:
        if len(request.lines(name)) > 1:
            raise MalformedSignature("a header that decides about the signature occurs twice")
    header = request.field("signature")
    if header is None:
        raise MissingSignature("the request is not signed")
    host = _own_host(request, policy)
    inputs = request.field("signature-input")
    if inputs is None:
        claims = _cavage_claims(request, cavage.parse_signature(header), policy=policy)
    else:
        signature = messages.parse_signature(inputs, header)
        base_url = f"{policy.scheme}://{host}"
        claims = _message_claims(request, signature, policy=policy, base_url=base_url)
    _check_digests(request, claims.covered)
    return claims


def verify(
    claims: SignatureClaims,
    request: SignedRequest,
    public_key: PublicKey,
    *,
    allow_published_keys: bool = False,
) -> None:
    """Raise InvalidSignature unless the claims of exactly this request hold with the key.

    Raises KeyRefused for a key that proves nothing (see `keys.check_public_key`);
    `allow_published_keys` is for tests with the examples of specifications. When a cached
    key fails, the caller fetches the actor once more and tries again: keys are rotated.
    """
    if claims.request is not request:
        raise InvalidSignature("the claims are those of another request")
    check_public_key(public_key, allow_published=allow_published_keys)
    *others, last = claims.texts
    for text in others:
        try:
            check_signature(public_key, claims.signature, text=text, algorithm=claims.algorithm)
        except InvalidSignature:
            continue
        return
    check_signature(public_key, claims.signature, text=last, algorithm=claims.algorithm)


def _own_host(request: SignedRequest, policy: SignaturePolicy) -> str:
    host = request.field("host")
    if host is None:
        raise WrongHost("the request names no host")
    authority = canonical_authority(host, scheme=policy.scheme)
    if not policy.is_ours(authority):
        raise WrongHost("the request is for another host")
    return authority


def _cavage_claims(
    request: SignedRequest, signature: cavage.CavageSignature, *, policy: SignaturePolicy
) -> SignatureClaims:
    check_key_id(signature.key_id, allow_http_loopback=policy.allow_http_loopback)
    covered = set(signature.headers)
    _demand(covered >= {cavage.REQUEST_TARGET, "host"}, "the request target and the host")
    _demand(not covered.isdisjoint({"date", cavage.CREATED}), "a time")
    moments = []
    if "date" in covered:
        moments.append(_moment_of_date(request))
    if cavage.CREATED in covered and signature.created is not None:
        moments.append(_moment(float(signature.created)))
    expires_at = None if signature.expires is None else _moment(float(signature.expires))
    for moment in moments:
        _check_time(moment, expires_at, now=request.received_at, policy=policy)
    texts = [cavage.signing_text(signature, request)]
    if request.query is not None:
        # Some servers sign the path only; Mastodon and GoToSocial take both as well.
        texts.append(cavage.signing_text(signature, request, with_query=False))
    return SignatureClaims(
        request=request,
        form=SignatureForm.CAVAGE,
        key_id=signature.key_id,
        algorithm=algorithm_of_cavage(signature.algorithm),
        covered=signature.headers,
        signed_at=min(moments),
        expires_at=expires_at,
        signature=signature.signature,
        texts=tuple(texts),
    )


def _message_claims(
    request: SignedRequest,
    signature: messages.MessageSignature,
    *,
    policy: SignaturePolicy,
    base_url: str,
) -> SignatureClaims:
    check_key_id(signature.key_id, allow_http_loopback=policy.allow_http_loopback)
    _demand("@method" in signature.components, "the method")
    _demand(_covers_target(set(signature.components), request), "the whole target")
    _demand(signature.created is not None, "a time")
    signed_at = _moment(signature.created or 0)
    expires_at = None if signature.expires is None else _moment(signature.expires)
    _check_time(signed_at, expires_at, now=request.received_at, policy=policy)
    base = messages.signature_base(
        signature.components, signature.parameters_text, request=request, base_url=base_url
    )
    return SignatureClaims(
        request=request,
        form=SignatureForm.RFC9421,
        key_id=signature.key_id,
        algorithm=algorithm_of_message(signature.algorithm),
        covered=signature.components,
        signed_at=signed_at,
        expires_at=expires_at,
        signature=signature.signature,
        texts=(base,),
    )


def _covers_target(covered: set[str], request: SignedRequest) -> bool:
    if "@target-uri" in covered:
        return True
    if covered.isdisjoint({"@authority", "host"}):
        return False
    if "@request-target" in covered:
        return True
    return "@path" in covered and (request.query is None or "@query" in covered)


def _check_digests(request: SignedRequest, covered: tuple[str, ...]) -> None:
    signed = [name for name in _DIGESTS if name in covered]
    if request.body or request.method.upper() in _WITH_BODY:
        # tags.pub broke by looking for one of the two only; both say the same about the bytes.
        _demand(bool(signed), "the digest of the body")
    for name in signed:
        check = check_digest if name == "digest" else check_content_digest
        check(request.field(name) or "", request.body)


def _demand(is_covered: bool, what: str) -> None:  # noqa: FBT001 -- reads as a sentence
    if not is_covered:
        raise UncoveredComponent(f"the signature does not cover {what}")


def _check_time(
    signed_at: datetime,
    expires_at: datetime | None,
    *,
    now: datetime,
    policy: SignaturePolicy,
) -> None:
    if not now - policy.max_age <= signed_at <= now + policy.max_ahead:
        raise StaleSignature("the signature is too old, or from the future")
    if expires_at is None:
        return
    if expires_at < signed_at:
        raise MalformedSignature("the signature expires before it was made")
    if expires_at < now - policy.max_ahead:  # an expiry may be the last second there is
        raise StaleSignature("the signature has expired")


def _moment_of_date(request: SignedRequest) -> datetime:
    text = request.field("date") or ""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        raise MalformedSignature("the Date header cannot be read") from error
    if moment.tzinfo is None or not text.endswith("GMT"):
        raise MalformedSignature("the Date header is not in GMT")
    return moment


def _moment(seconds: float) -> datetime:
    if not 0 <= seconds <= _LAST_SECOND:
        raise MalformedSignature("a time of the signature is out of range")
    return datetime.fromtimestamp(seconds, tz=UTC)
