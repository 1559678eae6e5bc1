"""How others see a profile: `/settings/profile/view_as`, by the very queries that they are served.

And who of the staff looked at private answers: `/settings/looked_at`.
"""

from dataclasses import dataclass
from typing import Any, Final

import orjson
from aiohttp import web

from server.people.documents import actor_document
from server.people.queries import person_of
from server.people.reader import reader_of
from server.people.rules import Viewer
from server.platform.http.decorators import page
from server.platform.http.render import render
from server.platform.i18n import Message, say
from server.platform.work import Reading
from server.profiles.looking import looks_at
from server.profiles.queries import Profile, profile_as
from server.profiles.rules import Standing

LOOKERS: Final[dict[str, tuple[Standing, Message]]] = {
    "stranger": (Standing.STRANGER, say("Anybody on the internet")),
    "member": (Standing.MEMBER, say("A member of this place")),
    "matched": (Standing.MATCHED, say("Somebody you are matched with")),
    "partner": (Standing.PARTNER, say("A member of a partner organisation")),
    "staff": (Standing.STAFF, say("Staff who help you")),
    "server": (Standing.SERVER, say("Another server")),
}
_KEYS: Final = ("publicKey", "assertionMethod", "@context")
"""What is in a document for machines alone; left out of the part that is shown."""


@dataclass(frozen=True, slots=True)
class View:
    """What one looker sees: the profile, None when there is nothing to find; and the document."""

    name: str
    seen: Profile | None
    document: str | None


@page(needs="person")
async def view_as(request: web.Request) -> web.StreamResponse:
    """Show somebody their own page as others see it."""
    reader = await reader_of(request)
    who = reader.parameters.choice("who", list(LOOKERS)) or "stranger"
    person, view = await reader.instance.read(_view, reader.me, who, reader.translator.tag)
    return await render(
        request,
        "profiles/view_as.html",
        {"person": person, "view": view, "lookers": LOOKERS},
    )


def _view(r: Reading, me: int, who: str, language: str) -> tuple[Any, View]:
    person = person_of(r, Viewer.member(me), me)
    seen = profile_as(r, LOOKERS[who][0], me, language)
    document = None
    if who == "server" and seen is not None:
        shown = {k: v for k, v in actor_document(r, seen.person).items() if k not in _KEYS}
        document = orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode()
    return person, View(who, seen, document)


@page(needs="person")
async def looked_at(request: web.Request) -> web.StreamResponse:
    """List who of the staff looked at one's private answers, when and what for."""
    reader = await reader_of(request)
    looks = await reader.instance.read(looks_at, reader.me)
    return await render(request, "profiles/looked_at.html", {"looks": looks})


ROUTES: Final = (
    web.get("/settings/profile/view_as", view_as, name="profiles.view_as"),
    web.get("/settings/looked_at", looked_at, name="profiles.looked_at"),
)
