"""Answering with a feed: its type, how long it keeps, and 304 for who has it already (RFC 9110).

A feed has a strong tag of its bytes. Its date is when this process first saw it as it is: unlike
the date of the newest entry it also moves when an entry goes.
"""

import hashlib
from typing import Final

from aiohttp import ETag, web

from server.boards.addresses import FORMATS
from server.boards.memory import BoardMemory
from server.platform.http.paging import public_url
from server.platform.instance import instance_of

_KEEPS: Final = "public, max-age=300"
_TYPE: Final = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
}
_INERT: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"


def answer(request: web.Request, form: str, body: bytes) -> web.Response:
    """Return a feed, or 304 when the asker says truthfully that they have it."""
    instance = instance_of(request)
    tag = hashlib.sha256(body).hexdigest()[:32]
    address = f"{public_url(request)}?{request.rel_url.raw_query_string}"
    changed = instance.part(BoardMemory).changed_at(address, tag, instance.clock.now())
    headers = {
        "Content-Type": _TYPE[form],
        "Cache-Control": _KEEPS,
        "Content-Security-Policy": _INERT,
        "X-Robots-Tag": "noindex",
    }
    found = web.Response(body=body, headers=headers)
    if _has_it(request, ETag(value=tag), changed.timestamp()):
        del headers["Content-Type"]
        found = web.Response(status=304, headers=headers)
    found.etag = ETag(value=tag)
    found.last_modified = changed
    return found


def _has_it(request: web.Request, tag: ETag, changed: float) -> bool:
    """The tag decides where there is one; a date only without it (RFC 9110 §13.2.2)."""
    asked = request.if_none_match
    if asked is not None:
        return any(one.value in {"*", tag.value} for one in asked)
    since = request.if_modified_since
    return since is not None and since.timestamp() >= changed


def form_asked(request: web.Request) -> str:
    """Return which form of a feed the end of the path names."""
    form = request.match_info["form"]
    assert form in FORMATS, "the route admits these only"  # noqa: S101 - a fault of ours
    return form
