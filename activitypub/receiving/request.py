"""The raw request to an inbox: what can be refused before its signature is looked at.

The HTTP server calls `check_head` before it reads the body, and `inbox_request` with the bytes
exactly as they travelled: the digest is over them.
"""

from collections.abc import Iterable
from datetime import datetime

from activitypub.documents.names import MAX_DOCUMENT_BYTES, is_activity_media_type
from activitypub.errors import Refused
from activitypub.signatures.request import SignedRequest

MAX_HEADERS = 100
_ONLY_ONCE = frozenset(
    {"host", "date", "content-type", "content-length", "content-encoding", "digest"}
)

Headers = Iterable[tuple[str, str]]


def header_lines(raw: Iterable[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    """Return header lines as text, such that signatures over odd bytes can still be checked."""
    return [
        (name.decode("utf-8", "surrogateescape"), text.decode("utf-8", "surrogateescape"))
        for name, text in raw
    ]


def check_head(headers: Headers) -> None:
    """Refuse what the header lines alone forbid, so that no body is read for it.

    400 for too many lines or a decisive one twice, 413 for a body announced larger than 1 MiB,
    415 for a media type that is not ActivityPub's or for any Content-Encoding (SECURITY:
    decompression bombs).
    """
    lines = [(name.lower(), text.strip()) for name, text in headers]
    if len(lines) > MAX_HEADERS:
        raise Refused(400, "too_many_headers", "The request has too many headers.")
    names = [name for name, _ in lines if name in _ONLY_ONCE]
    if len(names) != len(set(names)):
        raise Refused(400, "header_twice", "A header that may occur once occurs twice.")
    fields = dict(lines)
    _check_length(fields.get("content-length"))
    if fields.get("content-encoding", "identity").lower() not in {"", "identity"}:
        raise Refused(415, "content_encoding", "A compressed body is not accepted.")
    if not is_activity_media_type(fields.get("content-type")):
        raise Refused(415, "media_type", "The body has to be application/activity+json.")


def inbox_request(
    path_and_query: str, headers: Headers, body: bytes, *, received_at: datetime
) -> SignedRequest:
    """Return a POST to an inbox, ready to be verified.

    `path_and_query` is the request target as it stood on the wire. Raises Refused as
    `check_head` does, and 413 for more than 1 MiB, 400 for an empty body.
    """
    lines = tuple(headers)
    check_head(lines)
    if len(body) > MAX_DOCUMENT_BYTES:
        raise _too_large()
    if not body:
        raise Refused(400, "empty", "The request has no body.")
    return SignedRequest("POST", path_and_query, lines, body, received_at)


def _check_length(announced: str | None) -> None:
    if announced is None:
        return
    if not (announced.isascii() and announced.isdigit()):
        raise Refused(400, "content_length", "The Content-Length is not a number.")
    if len(announced) > len(str(MAX_DOCUMENT_BYTES)) or int(announced) > MAX_DOCUMENT_BYTES:
        raise _too_large()


def _too_large() -> Refused:
    return Refused(413, "too_large", "The body is larger than 1 MiB.")
