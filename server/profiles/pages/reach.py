"""How far one is seen: `/settings/reach`, with the consequences before anything changes."""

from typing import Any, Final

from aiohttp import web

from server.federation.model import Reach
from server.people.queries import person_of
from server.people.reader import reader_of, see
from server.platform.errors import BadRequest
from server.platform.http.decorators import form, page
from server.platform.http.render import path_for, render
from server.platform.i18n import Message, say
from server.platform.work import Reading
from server.profiles import reach as reaches
from server.profiles.pages.owning import require_owner

WORDS: Final[dict[Reach, tuple[Message, Message]]] = {
    Reach.HOME: (
        say("Only this place"),
        say(
            "Members of this place can find you. Nobody else can: no other server and no search "
            "engine."
        ),
    ),
    Reach.PARTNERS: (
        say("This place and its partners"),
        say(
            "Members of this place and of partner organisations can find you. Partners have "
            "signed an agreement about your data."
        ),
    ),
    Reach.FEDIVERSE: (
        say("Everybody"),
        say(
            "Everybody on the internet can find you, and people on other servers, such as "
            "Mastodon, can follow you. Other servers keep copies of what they were sent."
        ),
    ),
}


@page(needs="person")
async def reach(request: web.Request) -> web.StreamResponse:
    """Explain the three reaches, and offer the undoing of the last change."""
    reader = await reader_of(request)
    person, last = await reader.instance.read(_now, reader.viewer, reader.me)
    return await render(
        request,
        "profiles/reach.html",
        {"person": person, "words": WORDS, "last": last, "done": reader.parameters.flag("done")},
    )


def _now(r: Reading, viewer: Any, me: int) -> tuple[Any, Any]:  # noqa: ANN401 - passed on
    return person_of(r, viewer, me), reaches.undoable(r, me)


@form(needs="person")
async def send_reach(request: web.Request) -> web.StreamResponse:
    """Show what a change means; change it when that was confirmed."""
    reader = await reader_of(request)
    await require_owner(request)
    to = reader.parameters.choice("to", list(Reach))
    if to is None:
        raise BadRequest
    if reader.parameters.flag("confirmed"):
        await reader.instance.work(reaches.switch, reader.me, Reach(to))
        return see(path_for(request.app, "profiles.reach", query={"done": 1}))
    person, _ = await reader.instance.read(_now, reader.viewer, reader.me)
    if person.reach == to:
        return see(path_for(request.app, "profiles.reach"))
    found = await reader.instance.read(reaches.consequences, reader.me, Reach(to))
    return await render(
        request,
        "profiles/reach_confirm.html",
        {"person": person, "to": Reach(to), "words": WORDS, "consequences": found},
    )


@form(needs="person")
async def undo_reach(request: web.Request) -> web.StreamResponse:
    """Go back to the former reach."""
    reader = await reader_of(request)
    await require_owner(request)
    await reader.instance.work(reaches.undo, reader.me)
    return see(path_for(request.app, "profiles.reach"))


ROUTES: Final = (
    web.get("/settings/reach", reach, name="profiles.reach"),
    web.post("/settings/reach", send_reach, name="profiles.send_reach"),
    web.post("/settings/reach/undo", undo_reach, name="profiles.undo_reach"),
)
