"""The pages of applications for staff: who waits, what they wrote, the decision and its reason."""

import asyncio
from typing import Final

from aiohttp import web

from server.federation.keys import new_keys
from server.joining.applications import AlreadyDecided, application, approve, refuse, waiting
from server.joining.pairing import Said
from server.joining.staff_pages import KIND_WORDS
from server.joining.telling import DECIDES
from server.people.reader import Reader, reader_of, see
from server.platform.errors import Invalid
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message, say


@page(needs="login", staff=DECIDES)
async def applications_page(request: web.Request) -> web.StreamResponse:
    """List who waits, the one who has waited longest first."""
    reader = await reader_of(request)
    found = await reader.instance.read(waiting)
    return await render(
        request, "joining/applications.html", {"applications": found, "kind_words": KIND_WORDS}
    )


@form(needs="login", staff=DECIDES)
async def application_page(request: web.Request) -> web.StreamResponse:
    """Show one application. Raises NotFound, and AlreadyDecided (409)."""
    return await _shown(await reader_of(request), {})


@form(needs="login", staff=DECIDES)
async def decide(request: web.Request) -> web.StreamResponse:
    """Say yes or no. Who comes second is led back to the list."""
    reader = await reader_of(request)
    answer = reader.parameters.choice("answer", ("yes", "no"))
    reason = reader.parameters.text("reason", max_length=20_000) or ""
    if answer is None:
        return await _shown(reader, {"answer": say("Choose yes or no.")}, status=422)
    decided_by = visitor_of(request).login
    try:
        if answer == "yes":
            keys = await asyncio.to_thread(new_keys)
            await reader.instance.work(
                approve, path_id(request), keys, decided_by=decided_by, reason=reason
            )
        else:
            await reader.instance.work(
                refuse, path_id(request), decided_by=decided_by, reason=reason
            )
    except AlreadyDecided:
        pass  # the list shows that nobody waits any more
    except Invalid as wrong:
        faults = {name: many[0].description for name, many in wrong.details.items()}
        return await _shown(reader, faults, status=422)
    return see(path_for(request.app, "joining.applications"))


async def _shown(
    reader: Reader, faults: dict[str, Message], *, status: int = 200
) -> web.StreamResponse:
    found = await reader.instance.read(application, path_id(reader.request))
    return await render(
        reader.request,
        "joining/application_of.html",
        {
            "asked": found,
            "kind_words": KIND_WORDS,
            "reason": reader.parameters.text("reason", max_length=20_000) or "",
            "faults": Said((name, [said]) for name, said in faults.items()),
        },
        status=status,
    )


ROUTES: Final = (
    web.get("/staff/applications", applications_page, name="joining.applications"),
    web.get("/staff/applications/{id}", application_page, name="joining.application"),
    web.post("/staff/applications/{id}", decide, name="joining.decide"),
)
