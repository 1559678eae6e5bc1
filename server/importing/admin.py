"""The staff's view of importing: every source, and the switch that stops one."""

from aiohttp import web

from server.activity_log.service import record
from server.importing import queries
from server.importing.model import ImportSource
from server.importing.service import pause
from server.people.reader import reader_of, see
from server.platform.errors import NotFound
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.work import Work
from server.posts.kinds import FACTS

STAFF = frozenset({"moderator", "admin"})


@page(needs="login", staff=STAFF)
async def all_sources(request: web.Request) -> web.StreamResponse:
    """Show where posts of this instance come from."""
    reader = await reader_of(request)
    rows = await reader.instance.read(queries.all_sources)
    return await render(request, "importing/all_sources.html", {"sources": rows, "facts": FACTS})


@form(needs="login", staff=STAFF)
async def stop(request: web.Request) -> web.StreamResponse:
    """Stop a source of somebody; its posts stay, and its owner can start it again."""
    reader = await reader_of(request)
    await reader.instance.work(_stop, visitor_of(request).login, path_id(request))
    return see(path_for(request.app, "importing.all_sources"))


def _stop(w: Work, login_id: int, source_id: int) -> None:
    source = w.session.get(ImportSource, source_id)
    if source is None:
        raise NotFound
    pause(w, source, paused=True)
    record(w, login_id=login_id, verb="stop", subject_type="import source", subject_id=source_id)
