"""The pages on which people see what they agreed to, and change their mind."""

from typing import Final

from aiohttp import web

from server.people.reader import Reader, reader_of, see
from server.platform.errors import NotFound
from server.platform.http.decorators import form, page
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.work import Reading
from server.privacy.ledger import Manner, Standing, history, standings, write_decision
from server.privacy.model import Consent
from server.privacy.texts import PURPOSES, shown


@page(needs="person")
async def consents(request: web.Request) -> web.StreamResponse:
    """List every question with the answer of today, and every decision so far."""
    reader = await reader_of(request)
    standing, past = await reader.instance.read(_everything, reader.me)
    return await render(
        request,
        "privacy/consents.html",
        {"standings": standing, "history": past, "purposes": PURPOSES},
    )


def _everything(r: Reading, person_id: int) -> tuple[list[Standing], list[Consent]]:
    return standings(r, person_id), history(r, person_id)


@form(needs="person")
async def decide_page(request: web.Request) -> web.StreamResponse:
    """Show one question in full, with what a change of mind would do."""
    reader = await reader_of(request)
    return await render(
        request, "privacy/decide.html", {"standing": await _standing_of(reader), "problem": None}
    )


@form(needs="person")
async def decide(request: web.Request) -> web.StreamResponse:
    """Write a yes or a no. A text that changed while it was read is shown again, in its new form.

    Raises NotFound for a question that somebody of this kind is not asked.
    """
    reader = await reader_of(request)
    standing = await _standing_of(reader)
    read = reader.parameters.integer("version", least=0, most=1_000_000)
    answer = reader.parameters.choice("answer", ("yes", "no"))
    if answer is None or read != standing.purpose.version:
        return await render(
            request,
            "privacy/decide.html",
            {"standing": standing, "problem": "unanswered" if answer is None else "changed"},
            status=422 if answer is None else 409,
        )
    await reader.instance.work(
        write_decision,
        reader.me,
        shown(standing.purpose, reader.translator),
        given=answer == "yes",
        manner=Manner(login_id=visitor_of(request).login_id),
    )
    return see(path_for(request.app, "privacy.consents"))


async def _standing_of(reader: Reader) -> Standing:
    name = reader.request.match_info["purpose"]
    for standing in await reader.instance.read(standings, reader.me):
        if standing.purpose.name == name:
            return standing
    raise NotFound


ROUTES: Final = (
    web.get("/settings/consents", consents, name="privacy.consents"),
    web.get("/settings/consents/{purpose}", decide_page, name="privacy.decide_page"),
    web.post("/settings/consents/{purpose}", decide, name="privacy.decide"),
)
