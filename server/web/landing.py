"""The start page: who runs this place and what is open here, for everybody who may see it."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from aiohttp import web

from server.access.service import change_locale
from server.boards import queries
from server.boards.filters import Wanted
from server.people.reader import Reader, reader_of
from server.platform.errors import NotFound
from server.platform.http.cookies import keep_cookie
from server.platform.http.decorators import page
from server.platform.http.locales import LANGUAGES, LOCALE_COOKIE
from server.platform.http.negotiation import local_path
from server.platform.http.paging import Slice
from server.platform.http.render import render
from server.platform.http.visitor import visitor_of
from server.platform.work import Reading
from server.posts.boards import board_counts
from server.posts.rows import PostRow

_LATEST = 8
_YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Overview:
    """What the start page shows: how many of each kind are open, and the latest of all."""

    counts: dict[str, int]
    latest: list[PostRow]


@page()
async def landing(request: web.Request) -> web.StreamResponse:
    """Show who runs this instance and what is here."""
    reader = await reader_of(request)
    found = await reader.instance.read(_overview, reader)
    settings = reader.instance.settings.instance
    return await render(
        request,
        "web/landing.html",
        {"overview": found, "description": settings.description},
    )


def _overview(r: Reading, reader: Reader) -> Overview:
    zone = ZoneInfo(reader.instance.settings.instance.time_zone)
    latest = queries.found_posts(r, reader.viewer, Wanted(), Slice(_LATEST), zone)
    return Overview(board_counts(r, reader.viewer), latest)


@page()
async def language(request: web.Request) -> web.StreamResponse:
    """Keep the language that a reader chose, and lead them back to their page."""
    reader = await reader_of(request)
    languages = request.app.get(LANGUAGES)
    tag = languages.match(request.match_info["tag"]) if languages else None
    if tag is None:
        raise NotFound
    back = local_path(reader.parameters.text("back", max_length=2_000))
    visitor = visitor_of(request)
    if visitor.has_page_session:  # what the login holds comes before the cookie
        await reader.instance.work(change_locale, visitor.login, tag)
    answer = web.Response(status=303, headers={"Location": back})
    keep_cookie(request, answer, LOCALE_COOKIE, tag, max_age=_YEAR)
    return answer


ROUTES = (
    web.get("/", landing, name="web.landing"),
    web.get("/language/{tag}", language, name="web.language"),
)
