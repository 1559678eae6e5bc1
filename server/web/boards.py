"""The start page and the boards: what is open here, for everybody who may see it."""

from dataclasses import dataclass

from aiohttp import web

from server.people.reader import Reader, neighbours_of, reader_of
from server.people.rules import Viewer
from server.platform.errors import NotFound
from server.platform.http.cookies import keep_cookie
from server.platform.http.decorators import page
from server.platform.http.locales import LANGUAGES, LOCALE_COOKIE
from server.platform.http.negotiation import local_path
from server.platform.http.paging import Page
from server.platform.http.render import render
from server.platform.work import Reading
from server.posts import boards
from server.posts.boards import BoardFilter, Standing
from server.posts.kinds import FACTS, Kind
from server.posts.rows import PostRow

_LATEST = 8
_YEAR = 365 * 24 * 60 * 60
_MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class Overview:
    """What the start page shows: how many of each kind are open, and the latest of all."""

    counts: dict[str, int]
    latest: list[PostRow]


@page()
async def landing(request: web.Request) -> web.StreamResponse:
    """Show who runs this instance and what is here."""
    reader = await reader_of(request)
    found = await reader.instance.read(_overview, reader.viewer)
    settings = reader.instance.settings.instance
    return await render(
        request,
        "web/landing.html",
        {"overview": found, "description": settings.description},
    )


def _overview(r: Reading, viewer: Viewer) -> Overview:
    counts = boards.board_counts(r, viewer)
    latest = [post for kind in counts for post in boards.board(r, viewer, kind, Page(_LATEST))]
    latest.sort(key=lambda post: post.published_at, reverse=True)
    return Overview(counts, latest[:_LATEST])


@page()
async def all_boards(request: web.Request) -> web.StreamResponse:
    """Lead to the board of a kind: forms and old links name the kind in the query."""
    reader = await reader_of(request)
    found = await reader.instance.read(_overview, reader.viewer)
    return await render(request, "web/boards.html", {"overview": found})


@page()
async def board(request: web.Request) -> web.StreamResponse:
    """Show the posts of one kind, filtered by words, region, language and whether they are open."""
    reader = await reader_of(request)
    kind = _kind(request)
    wanted, asked = _filter(reader), reader.page()
    posts = await reader.instance.read(boards.board, reader.viewer, kind.value, asked, wanted)
    return await render(
        request,
        "web/board.html",
        {
            "kind": FACTS[kind],
            "posts": posts,
            "wanted": wanted,
            "is_filtered": wanted != BoardFilter(),
            "languages": reader.instance.site.languages,
            "neighbours": neighbours_of([post.id for post in posts], asked),
        },
    )


def _kind(request: web.Request) -> Kind:
    try:
        return Kind(request.match_info["kind"])
    except ValueError as unknown:
        raise NotFound from unknown


def _filter(reader: Reader) -> BoardFilter:
    sent = reader.parameters
    standing = Standing.ANY if sent.flag("closed") else Standing.OPEN
    region = sent.text("region", max_length=_MAX_TEXT)
    return BoardFilter(
        standing=standing,
        region=region.strip().upper() if region and region.strip() else None,
        language=sent.text("language", max_length=_MAX_TEXT),
        text=sent.text("text", max_length=_MAX_TEXT),
    )


@page()
async def language(request: web.Request) -> web.StreamResponse:
    """Keep the language that a reader chose, and lead them back to their page."""
    reader = await reader_of(request)
    languages = request.app.get(LANGUAGES)
    tag = languages.match(request.match_info["tag"]) if languages else None
    if tag is None:
        raise NotFound
    back = local_path(reader.parameters.text("back", max_length=2_000))
    answer = web.Response(status=303, headers={"Location": back})
    keep_cookie(request, answer, LOCALE_COOKIE, tag, max_age=_YEAR)
    return answer


ROUTES = (
    web.get("/", landing, name="web.landing"),
    web.get("/board", all_boards, name="web.boards"),
    web.get("/board/{kind}", board, name="web.board"),
    web.get("/language/{tag}", language, name="web.language"),
)
