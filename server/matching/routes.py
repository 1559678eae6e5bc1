"""The pages of the two people: their matches, one match, and every answer they can give.

A step that cannot be taken back is asked for twice: the first press shows what happens, the second
does it. The staff's pages are in `desk`.
"""

from collections.abc import Callable, Sequence
from typing import Final

from aiohttp import web

from server.matching import service
from server.matching.events import Wish
from server.matching.forms import end_of_day
from server.matching.queries import MatchRow
from server.matching.rules import By
from server.matching.views import match_list, match_page
from server.people.reader import Reader, reader_of, see
from server.platform.errors import Invalid
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.i18n import say
from server.platform.work import Work

_ANSWERS: Final = ("yes", "no")


@page(needs="person")
async def show_matches(request: web.Request) -> web.StreamResponse:
    """List one's matches; what waits for an answer stands first."""
    reader = await reader_of(request)
    found = await reader.instance.read(match_list, reader.me, reader.translator.tag)
    return await render(request, "matching/matches.html", {"matches": found})


@page(needs="person")
async def show_match(request: web.Request) -> web.StreamResponse:
    """Show one match as far as one may know it."""
    reader = await reader_of(request)
    return await _page(reader, "matching/match.html", was_asked=reader.parameters.flag("asked"))


@form(needs="person")
async def answer(request: web.Request) -> web.StreamResponse:
    """Say yes or no, once."""
    reader = await reader_of(request)
    said = reader.parameters.choice("answer", _ANSWERS)
    if said is None:
        raise Invalid(details={"answer": [("ERR_BLANK", say("can't be blank"))]})
    if not reader.parameters.flag("sure"):
        return await _page(reader, "matching/sure.html", ask=said)
    return await _done(
        reader, lambda w: service.answer(w, path_id(request), reader.me, yes=said == "yes")
    )


@form(needs="person")
async def agree(request: web.Request) -> web.StreamResponse:
    """Accept the agreement in the version that was shown."""
    reader = await reader_of(request)
    version = reader.parameters.integer("version", least=1)
    if version is None:
        raise Invalid(details={"version": [("ERR_BLANK", say("can't be blank"))]})
    return await _done(reader, lambda w: service.agree(w, path_id(request), reader.me, version))


@form(needs="person")
async def note_met(request: web.Request) -> web.StreamResponse:
    """Note that the two have met."""
    reader = await reader_of(request)

    def unit(w: Work) -> MatchRow:
        return service.note_first_meeting(w, path_id(request), By.person(reader.me))

    return await _done(reader, unit)


@form(needs="person")
async def pause(request: web.Request) -> web.StreamResponse:
    """Let the match rest, until a day or without one."""
    reader = await reader_of(request)
    until = end_of_day(reader.parameters.text("until", max_length=20))

    def unit(w: Work) -> MatchRow:
        return service.pause(w, path_id(request), By.person(reader.me), until)

    return await _done(reader, unit)


@form(needs="person")
async def resume(request: web.Request) -> web.StreamResponse:
    """Go on after a rest."""
    reader = await reader_of(request)
    by = By.person(reader.me)
    return await _done(reader, lambda w: service.resume(w, path_id(request), by))


@form(needs="person")
async def end(request: web.Request) -> web.StreamResponse:
    """Bring the match to an end; the coordinators help with the last steps."""
    reader = await reader_of(request)
    if not reader.parameters.flag("sure"):
        return await _page(reader, "matching/sure.html", ask="end")
    by = By.person(reader.me)
    return await _done(reader, lambda w: service.begin_closing(w, path_id(request), by))


@form(needs="person")
async def stop(request: web.Request) -> web.StreamResponse:
    """End the match at once, or take a yes back."""
    reader = await reader_of(request)
    if not reader.parameters.flag("sure"):
        return await _page(reader, "matching/sure.html", ask="stop")

    def unit(w: Work) -> MatchRow:
        return service.stop(w, path_id(request), reader.me)

    return await _done(reader, unit)


@form(needs="person")
async def ask_staff(request: web.Request) -> web.StreamResponse:
    """Ask the staff for another pair, or to look again at how this one was chosen."""
    reader = await reader_of(request)
    wish = reader.parameters.choice("wish", tuple(Wish))
    if wish is None:
        raise Invalid(details={"wish": [("ERR_BLANK", say("can't be blank"))]})
    row = await reader.instance.work(service.ask_staff, path_id(request), reader.me, Wish(wish))
    return see(path_for(request.app, "matching.match", id=row.id, query={"asked": "1"}))


async def _page(reader: Reader, template: str, **more: object) -> web.StreamResponse:
    shown = await reader.instance.read(
        match_page, path_id(reader.request), reader.me, reader.translator.tag
    )
    return await render(reader.request, template, {"match": shown, **more})


async def _done(reader: Reader, unit: Callable[[Work], MatchRow]) -> web.StreamResponse:
    """Make a change and lead back to the match."""
    row = await reader.instance.work(unit)
    return see(path_for(reader.request.app, "matching.match", id=row.id))


ROUTES: Final[Sequence[web.RouteDef]] = (
    web.get("/matches", show_matches, name="matching.matches"),
    web.get("/matches/{id:[0-9]+}", show_match, name="matching.match"),
    web.post("/matches/{id:[0-9]+}/answer", answer, name="matching.answer"),
    web.post("/matches/{id:[0-9]+}/agree", agree, name="matching.agree"),
    web.post("/matches/{id:[0-9]+}/met", note_met, name="matching.met"),
    web.post("/matches/{id:[0-9]+}/pause", pause, name="matching.pause"),
    web.post("/matches/{id:[0-9]+}/resume", resume, name="matching.resume"),
    web.post("/matches/{id:[0-9]+}/end", end, name="matching.end"),
    web.post("/matches/{id:[0-9]+}/ask", ask_staff, name="matching.ask_staff"),
    web.post("/matches/{id:[0-9]+}/stop", stop, name="matching.stop"),
)
