"""The one door: a request to an inbox becomes `Verified`, or it is refused.

Nothing but the functions of this module can make a `Verified`, so a service that asks for one
cannot be reached by anything unchecked. They run every check before they return, and have no
side effect but the key that may be fetched. Linked-Data signatures are not looked at: who
restructures a graph says something else to a JSON reader under the same signature.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

from activitypub.documents.activity import Activity, read_activity
from activitypub.documents.jsonbytes import parse_document
from activitypub.documents.origin import host_of, same_origin, same_url
from activitypub.errors import (
    ActivityPubError,
    Gone,
    InvalidSignature,
    KeyMismatch,
    KeyRefused,
    NotFound,
    ProofInvalid,
    Refused,
    UnknownActivity,
    UnsupportedAlgorithm,
)
from activitypub.fetching.documents import FetchedDocument
from activitypub.receiving.checks import check_activity
from activitypub.receiving.keys import KeySource, KnownKey
from activitypub.receiving.refusals import refusal_of
from activitypub.signatures.keys import PublicKey
from activitypub.signatures.proofs import (
    Document,
    ProofPolicy,
    has_proof,
    proof_claims_of,
    verify_proof,
)
from activitypub.signatures.request import SignedRequest
from activitypub.signatures.verifying import SignaturePolicy, claims_of
from activitypub.signatures.verifying import verify as verify_signature

T = TypeVar("T")

_SEAL: Final = object()


class How(StrEnum):
    """Why an activity is believed; stored by value."""

    HTTP_SIGNATURE = "http_signature"
    PROOF = "proof"
    FETCHED = "fetched"
    OURS = "ours"


class Verified(Generic[T]):
    """Something whose author is established. Only this module can make one.

    `signer` is the actor that it comes from, `key_id` the key that showed it (None when it was
    fetched from its origin, or made here), `raw` the bytes as they travelled.
    """

    __slots__ = ("how", "key_id", "raw", "signer", "value")

    def __init__(
        self, seal: object, value: T, *, signer: str, key_id: str | None, how: How, raw: bytes
    ) -> None:
        if seal is not _SEAL:
            raise TypeError("only verification makes a Verified")
        self.value: Final = value
        self.signer: Final = signer
        self.key_id: Final = key_id
        self.how: Final = how
        self.raw: Final = raw


@dataclass(frozen=True, slots=True)
class NeedsRefetch:
    """Somebody passes on another's activity, without proof: only its origin can say if it is so.

    Answer 202; fetch `object_id` from its origin (for a Delete: see whether it is gone there).
    Nothing else of the activity may be used. `forwarder` is the actor who signed the request.
    """

    activity_id: str
    activity_type: str
    actor: str
    object_id: str | None
    forwarder: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Answer 202 and do nothing: there is nobody to believe, and nothing to lose."""

    why: str


Reception = Verified[Activity] | NeedsRefetch | Ignored


@dataclass(frozen=True, slots=True)
class Door:
    """What this server demands, and whom it refuses.

    `is_blocked` is asked about the host of the actor and of the key, before any fetching.
    """

    policy: SignaturePolicy
    keys: KeySource
    is_blocked: Callable[[str], bool]


async def verify(request: SignedRequest, *, door: Door) -> Reception:
    """Establish who sent an activity, and that he may; raises Refused with the HTTP answer.

    400 malformed, 401 no valid signature, 403 blocked or not the owner, 503 when the key could
    not be fetched for now. `request` comes from `request.inbox_request`. A cached key that does
    not fit is fetched anew once.
    """
    try:
        return await _verify(request, door)
    except ActivityPubError as error:
        raise refusal_of(error) from error


def verified_from_origin(fetched: FetchedDocument) -> Verified[Activity]:
    """Return an activity that was fetched from its own id; raises Refused like `verify`."""
    try:
        activity = read_activity(fetched.document)
        check_activity(activity)
    except ActivityPubError as error:
        raise refusal_of(error) from error
    return Verified(
        _SEAL, activity, signer=activity.actor, key_id=None, how=How.FETCHED, raw=fetched.raw
    )


def verified_of_ours(raw: bytes, *, base_url: str) -> Verified[Activity]:
    """Return an activity that this server made itself, so that local recipients take one road.

    For the bytes that go to the others, in the same process: never for anything that came in.
    Raises Refused like `verify`, and when the actor is not on the origin of `base_url`.
    """
    try:
        activity = read_activity(parse_document(raw))
        check_activity(activity)
    except ActivityPubError as error:
        raise refusal_of(error) from error
    if not same_origin(activity.actor, base_url):
        raise Refused(403, "not_ours", "The actor does not live here.")
    return Verified(_SEAL, activity, signer=activity.actor, key_id=None, how=How.OURS, raw=raw)


async def _verify(request: SignedRequest, door: Door) -> Reception:
    claims = claims_of(request, policy=door.policy)
    try:
        activity = read_activity(parse_document(request.body))
    except UnknownActivity:
        # No key is fetched for it, and no 400 given, which would only make the sender knock twice.
        _refuse_blocked((claims.key_id,), door)
        return Ignored("an activity of a type that is not known here")
    check_activity(activity)
    _refuse_blocked((activity.actor, claims.key_id), door)

    def holds_with(key: PublicKey) -> None:
        verify_signature(claims, request, key)

    try:
        known = await _key_that_holds(claims.key_id, door.keys, holds_with)
    except (Gone, NotFound):
        if _is_farewell(activity):
            return Ignored("an actor unknown here has deleted itself")
        raise
    if same_url(known.owner, activity.actor):
        return _sealed(request, activity, known.id, How.HTTP_SIGNATURE)
    return await _forwarded(request, activity, forwarder=known.owner, door=door)


async def _key_that_holds(
    key_id: str, keys: KeySource, holds_with: Callable[[PublicKey], None]
) -> KnownKey:
    """Return the key that the signature holds with, fetching it anew once if need be."""
    known = await _checked_key(key_id, keys, refresh=False)
    try:
        holds_with(known.key)
    except (InvalidSignature, ProofInvalid, KeyRefused):
        if known.is_fresh:
            raise
    else:
        return known
    known = await _checked_key(key_id, keys, refresh=True)
    holds_with(known.key)
    return known


async def _checked_key(key_id: str, keys: KeySource, *, refresh: bool) -> KnownKey:
    """Ask the source, and hold its answer against the question."""
    known = await keys.key(key_id, refresh=refresh)
    if not same_url(known.id, key_id) or not same_origin(known.id, known.owner):
        raise KeyMismatch("the key and its owner are not on the same host")
    return known


async def _forwarded(
    request: SignedRequest, activity: Activity, *, forwarder: str, door: Door
) -> Reception:
    """What an activity is worth that somebody else than its actor sends: its proof, or nothing."""
    unproven = NeedsRefetch(
        activity.id, activity.type, activity.actor, activity.object_id, forwarder
    )
    if not has_proof(activity.document):
        return unproven
    policy = ProofPolicy(
        may_sign=_shares_actors_origin,
        allow_http_loopback=door.policy.allow_http_loopback,
    )
    try:
        claims = proof_claims_of(activity.document, policy=policy, now=request.received_at)
    except UnsupportedAlgorithm:
        return unproven

    def holds_with(key: PublicKey) -> None:
        verify_proof(claims, key)

    known = await _key_that_holds(claims.key_id, door.keys, holds_with)
    if not same_url(known.owner, activity.actor):
        raise KeyMismatch("the proof is not made with a key of the actor")
    return _sealed(request, activity, known.id, How.PROOF)


def _sealed(
    request: SignedRequest, activity: Activity, key_id: str, how: How
) -> Verified[Activity]:
    return Verified(
        _SEAL, activity, signer=activity.actor, key_id=key_id, how=how, raw=request.body
    )


def _shares_actors_origin(key_id: str, document: Document) -> bool:
    return same_origin(key_id, read_activity(document).actor)


def _is_farewell(activity: Activity) -> bool:
    """A Delete of the actor itself: sent to everybody, often by somebody we never heard of."""
    target = activity.object_id
    return activity.type == "Delete" and target is not None and same_url(target, activity.actor)


def _refuse_blocked(urls: tuple[str, ...], door: Door) -> None:
    if any(door.is_blocked(host_of(url)) for url in urls):
        raise Refused(403, "blocked", "This server does not accept anything from there.")
