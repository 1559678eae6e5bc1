"""The refusals every surface knows: a status, a code for programs, and a text for people.

Features derive their own facts from these (`class ConsentMissing(NotAllowed)`); the HTTP
middleware, the job runner and the delivery outcome are the only places that catch them.

    MeshworkError
    ├── BadRequest 400      ├── Conflict 409      ├── Invalid 422
    ├── NotSignedIn 401     ├── Gone 410          │   └── NeedsPerson
    ├── NotAllowed 403      ├── TooLarge 413      ├── TooMany 429
    │   └── OutsideScopes   ├── UnsupportedType 415
    ├── NotFound 404        ├── Misdirected 421   └── Unavailable 503
    └── TooSlow 408
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, NamedTuple

from server.platform.i18n import Message, say


class MeshworkError(Exception):
    """A refusal that may be told: what `safe` says reaches the person, nothing else does.

    `detail` goes to the log only and must hold no personal data either.
    """

    status: ClassVar[int] = 500
    code: str = "internal_error"
    text: ClassVar[Message] = say("Something went wrong on our side.")

    def __init__(self, safe: Message | str | None = None, *, detail: str | None = None) -> None:
        self.safe: Message = say(safe) if isinstance(safe, str) else safe or self.text
        self.detail = detail
        super().__init__(detail or str(self.safe))


class BadRequest(MeshworkError):
    """The request cannot be read: broken JSON, wrong shape, bad UTF-8."""

    status = 400
    code = "bad_request"
    text = say("The request could not be understood.")


class NotSignedIn(MeshworkError):
    """There is no valid token or session where one is needed (Mastodon's 401)."""

    status = 401
    code = "not_signed_in"
    text = say("The access token is invalid")


class NotAllowed(MeshworkError):
    """Somebody known may not do this; what may not even be seen is `NotFound` instead."""

    status = 403
    code = "not_allowed"
    text = say("This action is not allowed")


class OutsideScopes(NotAllowed):
    """The token is valid, its scopes do not cover the action (RFC 6750 §3.1)."""

    code = "insufficient_scope"
    text = say("This action is outside the authorized scopes")


class NotFound(MeshworkError):
    """There is no such thing, or the viewer may not know that there is."""

    status = 404
    code = "not_found"
    text = say("Record not found")


class Gone(MeshworkError):
    """The thing existed and was deleted; a Tombstone may be shown for it."""

    status = 410
    code = "gone"
    text = say("This has been deleted")


class Conflict(MeshworkError):
    """Somebody else changed it in the meantime, or it exists already."""

    status = 409
    code = "conflict"
    text = say("This was changed in the meantime. Load it again and retry.")


class TooLarge(MeshworkError):
    """The body or a file is larger than this route takes."""

    status = 413
    code = "too_large"
    text = say("The request is too large")


class UnsupportedType(MeshworkError):
    """The body is of a media type or encoding that this route does not read."""

    status = 415
    code = "unsupported_type"
    text = say("This content type is not supported")


class TooSlow(MeshworkError):
    """The body did not arrive in the time a route waits for it."""

    status = 408
    code = "too_slow"
    text = say("The request took too long to arrive")


class Misdirected(MeshworkError):
    """The request names a host that is not this instance (RFC 9110 §15.5.20)."""

    status = 421
    code = "misdirected"
    text = say("This host is not served here")


class FieldFault(NamedTuple):
    """What is wrong with one field: Mastodon's code (`ERR_BLANK`) and a sentence."""

    code: str
    description: Message


FieldFaults = Mapping[str, Iterable[tuple[str, Message | str]]]


class Invalid(MeshworkError):
    """The request was understood and its values are not acceptable.

    `details` maps a field to its faults, each a code (`ERR_BLANK`, `ERR_TOO_LONG`, `ERR_INVALID`,
    `ERR_TAKEN`, `ERR_INCLUSION`) and a description (Mastodon's 422).
    """

    status = 422
    code = "invalid"
    text = say("Validation failed")

    def __init__(
        self,
        safe: Message | str | None = None,
        details: FieldFaults | None = None,
        *,
        detail: str | None = None,
    ) -> None:
        self.details: dict[str, list[FieldFault]] = {
            name: [
                FieldFault(code, say(said) if isinstance(said, str) else said)
                for code, said in faults
            ]
            for name, faults in (details or {}).items()
        }
        super().__init__(safe or self._summary(), detail=detail)

    def _summary(self) -> Message | None:
        for name, faults in self.details.items():
            if faults:
                return say(
                    "Validation failed: %(field)s %(fault)s",
                    field=name,
                    fault=faults[0].description,
                )
        return None


class NeedsPerson(Invalid):
    """An app's own token came where a person's token is needed (Mastodon's 422)."""

    code = "needs_person"
    text = say("This method requires an authenticated user")


class TooMany(MeshworkError):
    """A rate limit was reached; `retry_after` is in whole seconds."""

    status = 429
    code = "too_many_requests"
    text = say("Too many requests")

    def __init__(self, retry_after: int, safe: Message | str | None = None) -> None:
        self.retry_after = max(1, retry_after)
        super().__init__(safe)


class Unavailable(MeshworkError):
    """We cannot do it now and a later try may work; `retry_after` is in whole seconds."""

    status = 503
    code = "unavailable"
    text = say("The service is not available at the moment")

    def __init__(self, retry_after: int = 30, safe: Message | str | None = None) -> None:
        self.retry_after = max(1, retry_after)
        super().__init__(safe)
