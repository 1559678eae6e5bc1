"""The pages of saved searches: `/settings/searches`, and the form on every board that saves one."""

from typing import Final

from aiohttp import web

from server.boards.addresses import FORMATS, board_path
from server.boards.filters import kind_of, wanted_in_text
from server.boards.model import Rhythm
from server.boards.searches import Ways, change_search, delete_search, save_search, searches_of
from server.people.reader import Reader, reader_of, see
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import say
from server.posts.kinds import FACTS

_MAX_NAME: Final = 120
_MAX_QUERY: Final = 2_000
RHYTHMS: Final = (
    (Rhythm.AT_ONCE.value, say("At once")),
    (Rhythm.DAILY.value, say("Once a day")),
    (Rhythm.WEEKLY.value, say("Once a week")),
)


@page(needs="person")
async def searches(request: web.Request) -> web.StreamResponse:
    """Show one's saved searches."""
    reader = await reader_of(request)
    kept = await reader.instance.read(searches_of, reader.me)
    site = reader.instance.site
    return await render(
        request,
        "boards/searches.html",
        {
            "searches": kept,
            "rhythms": RHYTHMS,
            "board_path": board_path,
            "labels": {kind: facts.plural for kind, facts in FACTS.items()},
            "feeds": {
                one.id: {
                    end: site.url(board_path(one.wanted, form=end, lang=reader.translator.tag))
                    for end in FORMATS
                }
                for one in kept
            },
        },
    )


@form(needs="person")
async def save(request: web.Request) -> web.StreamResponse:
    """Keep the filter of a board."""
    reader = await reader_of(request)
    sent = reader.parameters
    name = sent.required("name", max_length=_MAX_NAME).strip()
    query = sent.text("query", max_length=_MAX_QUERY) or ""
    wanted = wanted_in_text(query, kind_of(sent.text("kind", max_length=20)))
    login_id = visitor_of(request).login_id
    await reader.instance.work(save_search, reader.me, login_id, name, wanted, Ways())
    return see(path_for(request.app, "boards.searches"))


@form(needs="person")
async def change(request: web.Request) -> web.StreamResponse:
    """Change how one hears of a search."""
    reader = await reader_of(request)
    name = reader.parameters.required("name", max_length=_MAX_NAME).strip()
    await reader.instance.work(change_search, reader.me, path_id(request), name, _ways(reader))
    return see(path_for(request.app, "boards.searches"))


@form(needs="person")
async def remove(request: web.Request) -> web.StreamResponse:
    """Delete a search."""
    reader = await reader_of(request)
    await reader.instance.work(delete_search, reader.me, path_id(request))
    return see(path_for(request.app, "boards.searches"))


def _ways(reader: Reader) -> Ways:
    sent = reader.parameters
    rhythm = sent.choice("rhythm", [one.value for one in Rhythm]) or Rhythm.AT_ONCE
    return Ways(
        by_notice=sent.flag("by_notice"), by_email=sent.flag("by_email"), rhythm=Rhythm(rhythm)
    )


ROUTES: Final = (
    web.get("/settings/searches", searches, name="boards.searches"),
    web.post("/settings/searches", save, name="boards.save_search"),
    web.post("/settings/searches/{id:[0-9]+}", change, name="boards.change_search"),
    web.post("/settings/searches/{id:[0-9]+}/delete", remove, name="boards.delete_search"),
)
