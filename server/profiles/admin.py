"""Pages of the staff: checking organisations, and the look at a profile that leaves a trace."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web
from sqlalchemy import select

from server.federation.model import Actor
from server.people.cards import PersonRow, cards_seen_by, person_row
from server.people.model import Person
from server.people.queries import person_of
from server.people.reader import Reader, reader_of, see
from server.people.rules import Viewer
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import form, page
from server.platform.http.paging import Page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message
from server.platform.work import Reading
from server.profiles.model import Verification
from server.profiles.queries import Profile, VerifiedMark, VisibleAnswer, profile_of, verified_mark
from server.profiles.service import IN_CHARGE, PURPOSES, look_as_staff
from server.profiles.verifying import BODIES, CHECKS, verify, withdraw

CHECKERS: Final = frozenset({"admin", "coordinator"})
_PAGE: Final = 20
_SHOWN: Final = ("legal_name", "number", "helix", "sectors", "website", "mailbox", "phone")


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation as staff check it: what everybody may see of it, and the mark."""

    person: PersonRow
    answers: tuple[VisibleAnswer, ...]
    verified: VerifiedMark | None


@page(needs="login", staff=CHECKERS)
async def organisations(request: web.Request) -> web.StreamResponse:
    """List the organisations, those that nobody has checked first."""
    return await _rendered(await reader_of(request))


async def _rendered(
    reader: Reader, *, faults: dict[int, list[Message]] | None = None, status: int = 200
) -> web.StreamResponse:
    asked = reader.page(_PAGE)
    which = reader.parameters.choice("which", ["open", "checked"]) or "open"
    bodies = await reader.instance.read(_bodies, which, asked, reader.translator.tag)
    return await render(
        reader.request,
        "profiles/staff_organisations.html",
        {
            "bodies": bodies[:_PAGE],
            "older": {"max_id": bodies[_PAGE - 1].person.id} if len(bodies) > _PAGE else None,
            "which": which,
            "checks": CHECKS,
            "faults": faults or {},
        },
        status=status,
    )


def _bodies(r: Reading, which: str, asked: Page, language: str) -> list[Body]:
    is_checked = Person.id.in_(select(Verification.person_id))
    rows = cards_seen_by(Viewer.member(None)).where(
        Actor.host == "",
        Person.kind.in_(sorted(BODIES)),
        is_checked if which == "checked" else ~is_checked,
    )
    if asked.max_id is not None:
        rows = rows.where(Person.id < asked.max_id)
    found = r.session.execute(rows.order_by(Person.id.desc()).limit(_PAGE + 1))
    return [_body(r, person_row(row), language) for row in found]


def _body(r: Reading, person: PersonRow, language: str) -> Body:
    seen = profile_of(r, Viewer.member(None), person.id, language)
    shown = tuple(one for one in seen.answers if one.field in _SHOWN)
    return Body(person, shown, verified_mark(r, person.id))


@form(needs="login", staff=CHECKERS)
async def check(request: web.Request) -> web.StreamResponse:
    """Mark an organisation as checked, or take that back."""
    reader = await reader_of(request)
    login, person_id = visitor_of(request).login, path_id(request)
    try:
        if request.match_info["verb"] == "verify":
            checked = reader.parameters.texts("checked", most=20, max_length=40)
            await reader.instance.work(verify, login_id=login, person_id=person_id, checked=checked)
        else:
            await reader.instance.work(withdraw, login_id=login, person_id=person_id)
    except Invalid as refused:
        faults = [fault.description for found in refused.details.values() for fault in found]
        return await _rendered(reader, faults={person_id: faults}, status=422)
    return see(path_for(request.app, "profiles.organisations"))


@page(needs="login", staff=IN_CHARGE)
async def ask_to_look(request: web.Request) -> web.StreamResponse:
    """Ask staff what they want to look at a profile for; nothing private is shown yet."""
    reader = await reader_of(request)
    person = await reader.instance.read(_asked, path_id(request))
    return await _look(reader, person, None)


def _asked(r: Reading, person_id: int) -> PersonRow:
    person = person_of(r, Viewer.member(None), person_id)
    if not person.is_local:
        raise NotFound
    return person


@form(needs="login", staff=IN_CHARGE)
async def look(request: web.Request) -> web.StreamResponse:
    """Show staff everything that somebody answered; the person can read that they looked."""
    reader = await reader_of(request)
    visitor = visitor_of(request)
    person = await reader.instance.read(_asked, path_id(request))
    try:
        seen = await reader.instance.work(
            look_as_staff,
            login_id=visitor.login,
            roles=visitor.staff_roles,
            person_id=person.id,
            purpose=reader.parameters.text("purpose", max_length=40) or "",
            language=reader.translator.tag,
        )
    except Invalid:
        return await _look(reader, person, None, is_wrong=True, status=422)
    return await _look(reader, person, seen)


async def _look(
    reader: Reader,
    person: PersonRow,
    seen: Profile | None,
    *,
    is_wrong: bool = False,
    status: int = 200,
) -> web.StreamResponse:
    answer = await render(
        reader.request,
        "profiles/staff_look.html",
        {"person": person, "seen": seen, "purposes": PURPOSES, "is_wrong": is_wrong},
        status=status,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


ROUTES: Final = (
    web.get("/staff/organisations", organisations, name="profiles.organisations"),
    web.post(
        "/staff/organisations/{id:[0-9]+}/{verb:verify|withdraw}", check, name="profiles.check"
    ),
    web.get("/staff/profiles/{id:[0-9]+}", ask_to_look, name="profiles.ask_to_look"),
    web.post("/staff/profiles/{id:[0-9]+}", look, name="profiles.look"),
)
