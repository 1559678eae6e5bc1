"""Colleagues: `/settings/members` for those who own an organisation, `/members/join` for the rest.

An invitation is a link or a code to pass on. Whoever has a login signs in with it; whoever has none
makes one here.
"""

from typing import Final

from aiohttp import web

from server.access.entering import start_session
from server.access.members import (
    InvitationOver,
    Member,
    accept_member,
    change_member,
    members_of,
    remove_member,
    role_of,
)
from server.access.passwords import Passwords
from server.access.rules import is_password
from server.access.service import EDITOR, OWNER
from server.people.cards import PersonRow
from server.people.queries import person_of
from server.people.reader import Reader, reader_of, see
from server.people.rules import Viewer
from server.platform.errors import Conflict, Invalid
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message, say
from server.platform.work import Reading
from server.profiles.inviting import BODIES, Invited, invite, join_as_new

ROLES: Final[tuple[tuple[str, Message], ...]] = (
    (EDITOR, say("Colleague: writes and answers for the organisation")),
    (OWNER, say("Owner: also invites colleagues and changes settings")),
)
_SET_UP: Final = say(
    "We could not set this up. If you have an account here already, sign in first."
)


@page(needs="person")
async def members(request: web.Request) -> web.StreamResponse:
    """List the colleagues, with what an owner can do about each."""
    return await _rendered(await reader_of(request))


async def _rendered(
    reader: Reader,
    *,
    invited: Invited | None = None,
    fault: Message | None = None,
    status: int = 200,
) -> web.StreamResponse:
    login = visitor_of(reader.request).login
    person, found, role = await reader.instance.read(_members, reader.me, login)
    answer = await render(
        reader.request,
        "profiles/members.html",
        {
            "person": person,
            "members": found,
            "me": login,
            "is_body": person.kind in BODIES,
            "is_owner": role == OWNER,
            "roles": ROLES,
            "invited": invited,
            "fault": fault,
        },
        status=status,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _members(
    r: Reading, person_id: int, login_id: int
) -> tuple[PersonRow, list[Member], str | None]:
    person = person_of(r, Viewer.member(person_id), person_id)
    if person.kind not in BODIES:
        return person, [], None
    return person, members_of(r, person_id), role_of(r, person_id, login_id)


@form(needs="person", limit="letter")
async def send_invitation(request: web.Request) -> web.StreamResponse:
    """Make an invitation and show its code, this once."""
    reader = await reader_of(request)
    role = reader.parameters.choice("role", [EDITOR, OWNER]) or EDITOR
    invited = await reader.instance.work(
        invite,
        person_id=reader.me,
        role=role,
        by_login=visitor_of(request).login,
        email=reader.parameters.text("email", max_length=254),
    )
    return await _rendered(reader, invited=invited)


@form(needs="person")
async def send_member(request: web.Request) -> web.StreamResponse:
    """Change the role of a colleague, or let them go; one may go oneself."""
    reader = await reader_of(request)
    by, other = visitor_of(request).login, path_id(request)
    try:
        if request.match_info["verb"] == "remove":
            await reader.instance.work(remove_member, reader.me, other, by)
        else:
            role = reader.parameters.choice("role", [EDITOR, OWNER]) or EDITOR
            await reader.instance.work(change_member, reader.me, other, role, by)
    except Conflict as refused:
        return await _rendered(reader, fault=refused.safe, status=409)
    if other == by and request.match_info["verb"] == "remove":
        return see("/")
    return see(path_for(request.app, "profiles.members"))


@page()
async def join(request: web.Request) -> web.StreamResponse:
    """Show what an invitation is for, and the ways to accept it."""
    return await _join(await reader_of(request))


async def _join(
    reader: Reader, *, fault: Message | None = None, status: int = 200
) -> web.StreamResponse:
    sent = reader.parameters
    code = sent.text("code", max_length=60) or ""
    back = path_for(reader.request.app, "profiles.join", query={"code": code or None})
    answer = await render(
        reader.request,
        "profiles/join.html",
        {
            "code": code,
            "email": sent.text("email", max_length=254) or "",
            "is_signed_in": visitor_of(reader.request).has_page_session,
            "back": back,
            "fault": fault,
        },
        status=status,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@form(needs="nobody", limit="sign_up")
async def send_join(request: web.Request) -> web.StreamResponse:
    """Accept an invitation: with the login one has, or with a new one."""
    reader = await reader_of(request)
    visitor = visitor_of(request)
    code = reader.parameters.text("code", max_length=60) or ""
    try:
        if visitor.has_page_session:
            await reader.instance.work(accept_member, code, visitor.login)
            return see(path_for(request.app, "access.act_as"))
        return await _join_as_new(reader, code)
    except InvitationOver as refused:
        return await _join(reader, fault=refused.safe, status=404)
    except Invalid as refused:
        # The same words for an address that is taken: it is nobody's business who has a login.
        known = {"password"} & refused.details.keys()
        fault = refused.details["password"][0].description if known else _SET_UP
        return await _join(reader, fault=fault, status=422)


async def _join_as_new(reader: Reader, code: str) -> web.StreamResponse:
    email = reader.parameters.text("email", max_length=254) or ""
    password = reader.parameters.text("password", max_length=1_000) or ""
    if not is_password(password):
        too_short = say("Choose a longer password: ten characters or more.")
        raise Invalid(details={"password": [("ERR_INVALID", too_short)]})
    hashed = await reader.instance.part(Passwords).hash(password)
    login_id, person_id = await reader.instance.work(
        join_as_new,
        code=code,
        email=email,
        password_hash=hashed,
        locale=reader.translator.tag,
    )
    answer = see("/me")
    await start_session(reader.request, answer, login_id=login_id, person_id=person_id)
    return answer


ROUTES: Final = (
    web.get("/settings/members", members, name="profiles.members"),
    web.post("/settings/members", send_invitation, name="profiles.invite"),
    web.post(
        "/settings/members/{id:[0-9]+}/{verb:role|remove}", send_member, name="profiles.member"
    ),
    web.get("/members/join", join, name="profiles.join"),
    web.post("/members/join", send_join, name="profiles.send_join"),
)
