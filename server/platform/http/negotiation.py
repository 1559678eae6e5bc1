"""Which form of a thing a caller wants: ActivityPub, JSON or a page.

Reads the Accept header of RFC 9110 §12.5.1 in all forms fediverse servers send: the bare types,
the JSON-LD type with its profile, and lists that end in `text/html;q=0.1`.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from aiohttp import web

ACTIVITY_TYPE: Final = "application/activity+json"
LD_TYPE: Final = "application/ld+json"
AS_PROFILE: Final = "https://www.w3.org/ns/activitystreams"
_MAX_ACCEPT: Final = 2_000

# Quoted strings hold no commas or semicolons that divide; each alternative starts differently.
_PIECES: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[^",;]+|[,;]|"')


class Form(StrEnum):
    """The forms in which this server shows things."""

    ACTIVITY = "activity"
    HTML = "html"
    JSON = "json"


class MediaRange(NamedTuple):
    """One entry of Accept: its type in lower case, its parameters, its weight and its place."""

    type: str
    parameters: dict[str, str]
    weight: float
    place: int


def accepted(header: str) -> list[MediaRange]:
    """Return the entries of an Accept header, best first; weight zero and nonsense are left out."""
    ranges = []
    for place, entry in enumerate(_entries(header[:_MAX_ACCEPT])):
        kind, *rest = entry
        parameters = dict(_parameter(text) for text in rest)
        weight = _weight(parameters.pop("q", "1"))
        if "/" in kind and weight > 0:
            ranges.append(MediaRange(kind.strip().lower(), parameters, weight, place))
    return sorted(ranges, key=lambda one: (-one.weight, one.place))


def _entries(header: str) -> list[list[str]]:
    entries: list[list[str]] = [[""]]
    for piece in _PIECES.findall(header):
        if piece == ",":
            entries.append([""])
        elif piece == ";":
            entries[-1].append("")
        else:
            entries[-1][-1] += piece
    return entries


def _parameter(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().lower(), value.strip().strip('"')


def _weight(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        return 0.0
    return found if 0 <= found <= 1 else 0.0


def form_of(wanted: MediaRange) -> Form | None:
    """Return the form that one media range names, or None when it names none of ours.

    JSON-LD without a profile is ActivityPub, as Mastodon asks for it bare; with another profile
    it is not.
    """
    if wanted.type == ACTIVITY_TYPE:
        return Form.ACTIVITY
    if wanted.type == LD_TYPE:
        profiles = wanted.parameters.get("profile", AS_PROFILE).split()
        return Form.ACTIVITY if AS_PROFILE in profiles else None
    if wanted.type in {"text/html", "application/xhtml+xml"}:
        return Form.HTML
    if wanted.type == "application/json":
        return Form.JSON
    return None


def form_wanted(request: web.Request, default: Form = Form.HTML) -> Form:
    """Return the form the caller likes best; without a preference among ours, `default`."""
    for wanted in accepted(", ".join(request.headers.getall("Accept", ()))):
        form = form_of(wanted)
        if form is not None:
            return form
        if wanted.type == "*/*":
            return default
    return default


def wants_activity(request: web.Request) -> bool:
    """Tell whether the ActivityPub document is wanted rather than the page.

    The answer of a route that asks this needs `Vary: Accept`, which `vary_on_accept` adds.
    """
    return form_wanted(request) is Form.ACTIVITY


def vary_on_accept(response: web.StreamResponse) -> None:
    """Say that the answer depends on Accept and on the signature (authorised fetch)."""
    response.headers["Vary"] = "Accept, Signature"


def local_path(text: str | None, default: str = "/") -> str:
    """Return a path on this instance to go back to; anything else becomes `default`.

    Refuses other schemes and hosts, `//host`, backslashes and control characters, which browsers
    read as one of these (open redirects).
    """
    if not text or not text.startswith("/") or text.startswith("//"):
        return default
    if "\\" in text or not text.isprintable() or len(text) > _MAX_ACCEPT:
        return default
    try:
        parts = urlsplit(text)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else text
