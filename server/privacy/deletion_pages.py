"""The pages on which people delete their account, change their mind, and see who was told."""

from typing import Final

from aiohttp import web

from server.access.proving import recently_proven
from server.people.cards import PersonRow
from server.people.queries import person_of
from server.people.reader import Reader, reader_of, see
from server.people.rules import HOUSE
from server.platform.http.cookies import drop_cookie
from server.platform.http.decorators import form, page
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message, say
from server.platform.work import Reading
from server.privacy.erase import Effects, effects
from server.privacy.model import PlannedErasure
from server.privacy.planning import (
    MOST_DAYS,
    erase_now,
    farewell,
    keep_account,
    plan_erasure,
    planned_erasure,
    require_owner,
)

_DAYS: Final = (0, MOST_DAYS)


@form(needs="person")
@recently_proven("privacy.delete_page")
async def delete_page(request: web.Request) -> web.StreamResponse:
    """List what a deletion does, before anything is confirmed."""
    reader, _ = await _owner(request)
    return await _shown(reader, {})


@form(needs="person")
@recently_proven("privacy.delete_page")
async def delete(request: web.Request) -> web.StreamResponse:
    """Delete the account, at once or in some days, when its name was typed and proof given."""
    reader, login_id = await _owner(request)
    person = await reader.instance.read(person_of, HOUSE, reader.me)
    faults: dict[str, Message] = {}
    typed = (reader.parameters.text("handle", max_length=200) or "").strip().removeprefix("@")
    if typed.lower() != person.username.lower():
        faults["handle"] = say("Type %(handle)s, letter for letter.", handle=person.username)
    days = reader.parameters.integer("days", least=0, most=MOST_DAYS)
    if days not in _DAYS:
        faults["days"] = say("Choose when.")
    if faults or days is None:
        return await _shown(reader, faults, status=422)
    token = await reader.instance.work(plan_erasure, reader.me, login_id, days=days)
    answer = see(path_for(request.app, "privacy.deleted", token=token))
    if days == 0:
        await erase_now(reader.instance, reader.me, login_id)
        drop_cookie(request, answer, SESSION_COOKIE)
    return answer


@form(needs="person")
async def keep(request: web.Request) -> web.StreamResponse:
    """Take a planned deletion back."""
    reader, login_id = await _owner(request)
    await reader.instance.work(keep_account, reader.me, login_id)
    return see(path_for(request.app, "privacy.delete_page"))


@page()
async def deleted(request: web.Request) -> web.StreamResponse:
    """Show which servers have confirmed a deletion; the secret in the address is the key."""
    reader = await reader_of(request)
    token = request.match_info["token"]
    found = await reader.instance.read(farewell, token)
    answer = await render(
        request, "privacy/deleted.html",
        {"farewell": found, "address": reader.instance.site.url(request.path)},
    )  # fmt: skip
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


async def _shown(
    reader: Reader, faults: dict[str, Message], *, status: int = 200
) -> web.StreamResponse:
    person, found, planned = await reader.instance.read(_everything, reader.me)
    return await render(
        reader.request,
        "privacy/delete.html",
        {
            "person": person,
            "effects": found,
            "planned": planned,
            "days": MOST_DAYS,
            "chosen": reader.parameters.text("days", max_length=10) or str(MOST_DAYS),
            "typed": reader.parameters.text("handle", max_length=200) or "",
            "faults": faults,
        },
        status=status,
    )


def _everything(r: Reading, person_id: int) -> tuple[PersonRow, Effects, PlannedErasure | None]:
    return person_of(r, HOUSE, person_id), effects(r, person_id), planned_erasure(r, person_id)


async def _owner(request: web.Request) -> tuple[Reader, int]:
    reader = await reader_of(request)
    login_id = visitor_of(request).login
    await reader.instance.read(require_owner, reader.me, login_id)
    return reader, login_id


ROUTES: Final = (
    web.get("/settings/delete", delete_page, name="privacy.delete_page"),
    web.post("/settings/delete", delete, name="privacy.delete"),
    web.post("/settings/delete/keep", keep, name="privacy.keep_account"),
    web.get("/deleted/{token}", deleted, name="privacy.deleted"),
)
