"""Which HTTP answer each error of the library gets, and how it is written.

One table, so that a peer gets the same answer for the same mistake wherever it is noticed.
"""

from activitypub.documents.jsonbytes import JsonObject
from activitypub.errors import (
    ActivityPubError,
    DocumentError,
    FetchError,
    FetchTimeout,
    InvalidSignature,
    MalformedSignature,
    MissingSignature,
    RecentlyFailed,
    Refused,
    RemoteFailure,
    StaleSignature,
    WrongHost,
)
from activitypub.fetching.slots import Busy

PROBLEM_JSON = "application/problem+json"

_TEMPORARY = (RemoteFailure, FetchTimeout, RecentlyFailed, Busy)
_SIGNATURE_CODES: tuple[tuple[type[ActivityPubError], str], ...] = (
    (MissingSignature, "not_signed"),
    (StaleSignature, "stale_signature"),
    (WrongHost, "wrong_host"),
    (InvalidSignature, "invalid_signature"),
)


def refusal_of(error: ActivityPubError) -> Refused:
    """Return the refusal that belongs to an error met while an activity was received.

    400 for what is malformed, 401 for a signature or key that does not hold, 503 when the key
    could not be fetched for now. A refusal stays what it is.
    """
    match error:
        case Refused():
            return error
        case DocumentError():
            return Refused(400, "malformed", _sentence(error))
        case MalformedSignature():
            return Refused(400, "malformed_signature", _sentence(error))
        case FetchError() if isinstance(error, _TEMPORARY):
            return Refused(503, "key_unavailable", "The key could not be fetched; try again.")
        case FetchError():
            return Refused(401, "key_not_found", "The key of the signature cannot be had.")
        case _:
            codes = (code for kind, code in _SIGNATURE_CODES if isinstance(error, kind))
            return Refused(401, next(codes, "bad_signature"), _sentence(error))


def problem_of(refused: Refused) -> JsonObject:
    """Return the body of a refusal: a problem document (RFC 9457, FEP-c180)."""
    return {
        "type": "about:blank",
        "title": refused.code.replace("_", " "),
        "status": refused.status,
        "detail": refused.text,
    }


def _sentence(error: ActivityPubError) -> str:
    text = str(error) or "the request is refused"
    return f"{text[0].upper()}{text[1:]}."
