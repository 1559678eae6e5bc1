"""Boards inside other people's pages: a list without cookies, scripts or anything that follows.

It shows what anybody may see, also to somebody who is signed in. It alone of all pages may be
framed; its links open in a window of their own.
"""

from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web

from server.boards import queries
from server.boards.addresses import board_path
from server.boards.filters import Wanted, kind_of, wanted_of
from server.people.reader import reader_of
from server.people.rules import ANYBODY
from server.platform.http.decorators import page
from server.platform.http.paging import Slice, limit_asked
from server.platform.http.render import render
from server.platform.work import Reading
from server.posts.kinds import FACTS
from server.posts.rows import PostRow

_USUAL: Final = 10
_MOST: Final = 30


@page(framed=True)
async def embedded(request: web.Request) -> web.StreamResponse:
    """Show a board as a bare list."""
    reader = await reader_of(request)
    wanted = wanted_of(request, kind_of(request.match_info.get("kind")))
    length = limit_asked(reader.parameters, default=_USUAL, most=_MOST)
    zone = ZoneInfo(reader.instance.settings.instance.time_zone)
    posts = await reader.instance.read(_posts, wanted, length, zone)
    return await render(
        request,
        "boards/embedded.html",
        {
            "kind": FACTS[wanted.kind] if wanted.kind else None,
            "posts": posts,
            "whole": reader.instance.site.url(board_path(wanted)),
        },
    )


def _posts(r: Reading, wanted: Wanted, length: int, zone: ZoneInfo) -> list[PostRow]:
    return queries.found_posts(r, ANYBODY, wanted.without("closed"), Slice(length), zone)


ROUTES: Final = (
    web.get("/embed/board", embedded, name="boards.embed_all"),
    web.get("/embed/board/{kind}", embedded, name="boards.embed"),
)
