"""Pages of a list: what a client asks for, and the Link header that leads to its neighbours.

Keyset paging with `max_id`, `since_id` and `min_id` for everything with ids, offset paging for
search and trends. Source: Mastodon's API, "Pagination"; RFC 8288 for the header.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import quote

from aiohttp import web

from server.platform.errors import BadRequest
from server.platform.http.parameters import Parameters
from server.platform.i18n import say

BASE_URL: Final = web.AppKey("public base URL", str)
"""The instance's own address without a slash at the end, from the settings, never the request."""

Row = TypeVar("Row")

# A token that came in the query is a secret: it never goes into a link.
_KEYSET: Final = frozenset({"max_id", "min_id", "since_id", "access_token"})
MAX_OFFSET: Final = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows are wanted, newest first in the answer.

    `max_id` is an exclusive upper bound. `since_id` is an exclusive lower bound of the newest
    page; `min_id` is an exclusive lower bound of the page directly above it. `limit` is within
    bounds already.
    """

    limit: int
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None

    @property
    def ascends(self) -> bool:
        """Tell whether rows are to be fetched oldest first and turned round afterwards."""
        return self.min_id is not None

    @property
    def above(self) -> int | None:
        """The exclusive lower bound, whichever name it came under."""
        return self.min_id if self.min_id is not None else self.since_id


def page_asked(parameters: Parameters, *, default: int = 20, most: int = 40) -> Page:
    """Return the page a client asks for; a limit beyond `most` is clamped, nonsense is Invalid."""
    return Page(
        limit=limit_asked(parameters, default=default, most=most),
        max_id=parameters.id("max_id"),
        since_id=parameters.id("since_id"),
        min_id=parameters.id("min_id"),
    )


def limit_asked(parameters: Parameters, *, default: int = 20, most: int = 40) -> int:
    """Return how many rows are wanted: 1 to `most`; zero or less means the default."""
    asked = parameters.integer("limit")
    if asked is None or asked < 1:
        return default
    return min(asked, most)


@dataclass(frozen=True, slots=True)
class Slice:
    """A page by position: `offset` rows are passed over, `limit` rows are wanted."""

    limit: int
    offset: int = 0


def slice_asked(parameters: Parameters, *, default: int = 20, most: int = 40) -> Slice:
    """Return the page by position a client asks for; beyond 10 000 rows is BadRequest."""
    offset = parameters.integer("offset") or 0
    if not 0 <= offset <= MAX_OFFSET:
        raise BadRequest(say("The offset is out of range."))
    return Slice(limit_asked(parameters, default=default, most=most), offset)


def page_links(request: web.Request, ids: Sequence[int], limit: int) -> dict[str, str]:
    """Return the Link header of a page whose rows have these ids, newest first; {} when empty.

    The ids are those of the *relation* rows where a list pages on them. All other query
    parameters are kept. A page shorter than `limit` has a next link too: rows may have been
    filtered out, and clients stop at an empty page.
    """
    if not ids:
        return {}
    lowest, highest = min(ids), max(ids)
    following = _link(request, {"max_id": str(lowest), "limit": str(limit)}, _KEYSET)
    preceding = _link(request, {"min_id": str(highest), "limit": str(limit)}, _KEYSET)
    return {"Link": f'<{following}>; rel="next", <{preceding}>; rel="prev"'}


def slice_links(request: web.Request, asked: Slice, count: int) -> dict[str, str]:
    """Return the Link header of a page by position that has `count` rows; {} when there is none."""
    links = []
    offset = frozenset({"offset", "access_token"})
    if count >= asked.limit and asked.offset + asked.limit <= MAX_OFFSET:
        after = {"offset": str(asked.offset + asked.limit), "limit": str(asked.limit)}
        links.append(f'<{_link(request, after, offset)}>; rel="next"')
    if asked.offset:
        before = {"offset": str(max(0, asked.offset - asked.limit)), "limit": str(asked.limit)}
        links.append(f'<{_link(request, before, offset)}>; rel="prev"')
    return {"Link": ", ".join(links)} if links else {}


def _link(request: web.Request, changed: dict[str, str], dropped: frozenset[str]) -> str:
    # The raw query is kept as it came, so that `id[]=1&id[]=2` survives unchanged.
    kept = [
        part
        for part in request.rel_url.raw_query_string.split("&")
        if part and _name(part) not in dropped and _name(part) not in changed
    ]
    added = [f"{name}={quote(value, safe='')}" for name, value in changed.items()]
    query = "&".join(_header_safe(part) for part in [*kept, *added])
    return f"{public_url(request)}?{query}"


def _name(part: str) -> str:
    return part.partition("=")[0]


def _header_safe(part: str) -> str:
    # Brackets, quotes and spaces would break `<…>; rel="…"` or HTTP's header grammar.
    return quote(part, safe="=%[]+:/?@!$'()*,;-._~")


def public_url(request: web.Request) -> str:
    """Return the address of the request's path on the public host, without its query."""
    base = request.app.get(BASE_URL)
    return f"{base}{request.rel_url.raw_path}" if base else str(request.url.with_query(None))


def page_of(rows: Sequence[Row], page: Page, id_of: Callable[[Row], int]) -> list[Row]:
    """Return fetched rows in the order of the answer: newest first, at most `limit`."""
    ordered = sorted(rows, key=id_of, reverse=True)
    return ordered[-page.limit :] if page.ascends else ordered[: page.limit]
