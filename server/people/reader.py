"""Who reads a page and what they asked: one frozen `Reader` per request, for every room with pages.

A bearer token is not a page session: whoever comes with one reads pages as anybody does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web

from server.people.rules import ANYBODY, Viewer
from server.platform.errors import NotSignedIn
from server.platform.http.locales import translator_of
from server.platform.http.paging import Page, page_asked
from server.platform.http.parameters import Parameters, read_parameters
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Translator
from server.platform.instance import Instance, instance_of

Row = TypeVar("Row")
PAGE_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Reader:
    """A request for a page, read once."""

    request: web.Request
    instance: Instance
    viewer: Viewer
    parameters: Parameters
    translator: Translator

    @property
    def me(self) -> int:
        """The id of the person who is signed in. Raises NotSignedIn when there is none."""
        if self.viewer.person_id is None:
            raise NotSignedIn
        return self.viewer.person_id

    @property
    def is_person(self) -> bool:
        """Tell whether a person is signed in, who can follow, like and write."""
        return self.viewer.person_id is not None

    def page(self, length: int = PAGE_LENGTH) -> Page:
        """Return which part of a list is wanted. Raises Invalid for nonsense."""
        return page_asked(self.parameters, default=length, most=length)


async def reader_of(request: web.Request) -> Reader:
    """Read a request: session, query and body."""
    visitor = visitor_of(request)
    viewer = Viewer.member(visitor.person_id) if visitor.has_page_session else ANYBODY
    parameters = await read_parameters(request)
    return Reader(request, instance_of(request), viewer, parameters, translator_of(request))


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where the pages before and after this one begin, as parts of the query; None for no page."""

    older: dict[str, int] | None = None
    newer: dict[str, int] | None = None


def neighbours_of(ids: Sequence[int], page: Page) -> Neighbours:
    """Return the neighbours of a page whose rows have these ids.

    There is a newer page when one was asked for from the middle; whether it is empty shows then.
    """
    if not ids:
        return Neighbours()
    is_full = len(ids) >= page.limit
    has_older = is_full or page.ascends
    has_newer = page.max_id is not None or (page.ascends and is_full)
    return Neighbours(
        {"max_id": min(ids)} if has_older else None,
        {"min_id": max(ids)} if has_newer else None,
    )


def see(path: str) -> web.Response:
    """Lead the browser to a page with GET, after a form did its work."""
    return web.Response(status=303, headers={"Location": path})
