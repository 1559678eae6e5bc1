"""Every way in which the protocol library says no.

One tree, so that a caller catches exactly as much as it can answer:

    ActivityPubError
    ├── DocumentError            the bytes or the JSON are not what the protocol allows
    │   └── UnknownActivity      a sound activity of a type that is not known here
    ├── SignatureError           who sent this cannot be established
    │   ├── MissingSignature     the request carries none
    │   ├── MalformedSignature   the header or the proof cannot be parsed
    │   ├── UnsupportedAlgorithm an algorithm or cryptosuite we do not speak
    │   ├── UncoveredComponent   a part that has to be signed is not
    │   ├── DigestMismatch       the body is not the one that was signed
    │   ├── StaleSignature       too old, or from the future
    │   ├── WrongHost            signed for another host
    │   ├── KeyMismatch          the key is not the claimed owner's
    │   ├── KeyRefused           the key is unreadable, too weak, or known to everybody
    │   ├── InvalidSignature     the cryptography says no
    │   └── ProofInvalid         an integrity proof (FEP-8b32) does not hold
    ├── FetchError               a remote document could not be had
    │   ├── AddressRefused       the address is not one we may contact
    │   ├── FetchTimeout         the total deadline passed
    │   ├── TooLarge             more bytes than allowed
    │   ├── TooManyRedirects     redirected too often, or in a circle
    │   ├── WrongMediaType       not an ActivityPub document
    │   ├── NotFound             404
    │   ├── Gone                 410
    │   ├── Forbidden            401 or 403
    │   ├── RemoteFailure        any other failure; `status` when there was an answer
    │   ├── IdentityMismatch     the document says that it is another one
    │   ├── RecentlyFailed       not tried, because it failed a moment ago
    │   └── BudgetExhausted      not tried, because one cause may not fetch without end
    ├── Refused                  an incoming activity is turned away, with an HTTP answer
    └── DeliveryError            an outgoing activity did not arrive

The text of an error is safe to show and to log: it names the rule that was broken, never the
content, the address or the name of anybody.
"""


class ActivityPubError(Exception):
    """Anything that the protocol library refuses or cannot do."""


class DocumentError(ActivityPubError):
    """The bytes or the JSON are not what the protocol allows (answer: 400)."""


class UnknownActivity(DocumentError):
    """A sound activity of a type that is not known here (answer: 202, and nothing is done)."""


class SignatureError(ActivityPubError):
    """Who sent this cannot be established (answer: 401 unless a subclass says otherwise)."""


class MissingSignature(SignatureError):
    """The request carries no signature."""


class MalformedSignature(SignatureError):
    """The signature header, its parameters or a proof cannot be parsed (answer: 400)."""


class UnsupportedAlgorithm(SignatureError):
    """The signature names an algorithm or a cryptosuite that we do not accept."""


class UncoveredComponent(SignatureError):
    """A part of the request that has to be signed is not among the signed parts."""


class DigestMismatch(SignatureError):
    """The digest that was signed is not the digest of the bytes that arrived."""


class StaleSignature(SignatureError):
    """The signature is expired, too old, or from the future."""


class WrongHost(SignatureError):
    """The signature was made for another host."""


class KeyMismatch(SignatureError):
    """The key does not belong to the actor it is used for, or the actor does not list it."""


class KeyRefused(SignatureError):
    """The key cannot be read, is too weak, or is printed in a specification."""


class InvalidSignature(SignatureError):
    """The signature does not verify with the key."""


class ProofInvalid(SignatureError):
    """An object integrity proof (FEP-8b32) does not hold."""


class FetchError(ActivityPubError):
    """A remote document could not be had."""


class AddressRefused(FetchError):
    """The scheme, port or network address is not one that this server may contact."""


class FetchTimeout(FetchError):
    """The total deadline of the request passed."""


class TooLarge(FetchError):
    """The answer has more bytes than allowed."""


class TooManyRedirects(FetchError):
    """The request was redirected too often, or in a circle."""


class WrongMediaType(FetchError):
    """The answer is not of the media type that was asked for."""


class NotFound(FetchError):
    """The remote server says that there is no such thing (404)."""


class Gone(FetchError):
    """The remote server says that the thing existed and was deleted (410)."""


class Forbidden(FetchError):
    """The remote server does not let us see the thing (401 or 403)."""


class RemoteFailure(FetchError):
    """The remote server failed, or could not be reached at all.

    `status` is the HTTP status, or None when there was no answer.
    """

    def __init__(self, text: str, *, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status


class IdentityMismatch(FetchError):
    """The document says that it is another one than was asked for (FEP-fe34)."""


class RecentlyFailed(FetchError):
    """The request was not made, because the same one failed a short while ago."""


class BudgetExhausted(FetchError):
    """The request was not made, because its cause has used up what it may fetch."""


class Refused(ActivityPubError):
    """An incoming activity is turned away.

    `status` is the HTTP status to answer, `code` a short stable word for metrics and for the
    problem document (FEP-c180), `text` a sentence that is safe to send to the peer.
    """

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.text = text


class DeliveryError(ActivityPubError):
    """An outgoing activity did not arrive; what to do next is the sender's decision."""
