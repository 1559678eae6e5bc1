"""Changing one's password and e-mail address.

A new password ends every other session. A new address counts once its owner follows the link that
was sent to it; the old one is told. Whether an address is taken shows to nobody: then the mail is
simply not sent.
"""

from typing import Final

from aiohttp import web

from server.access import letters, service, sessions, tickets
from server.access.entering import Arrival, arrival_of, keep_session_cookie, see_other
from server.access.model import Login, TicketKind
from server.access.names import email_of, login_by_email
from server.access.own_pages.sign_in import HERE, own_login
from server.access.passwords import Passwords
from server.access.proving import recently_proven
from server.access.rules import clean_email
from server.access.signing_in.doors import next_in
from server.access.signing_in.links import faults_of, new_password
from server.platform.errors import Invalid
from server.platform.http.decorators import form
from server.platform.http.limits import spend
from server.platform.http.parameters import Parameters, read_parameters
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message, say
from server.platform.instance import instance_of
from server.platform.work import Work

_NOT_AN_ADDRESS: Final = say("This is not an e-mail address.")


@form(needs="login")
@recently_proven("access.own_password")
async def own_password(request: web.Request) -> web.StreamResponse:
    """Show the form for a new password."""
    return await _password_form(request, await read_parameters(request), [])


@form(needs="login")
@recently_proven("access.own_password")
async def send_password(request: web.Request) -> web.StreamResponse:
    """Set a new password, end everything that the old one opened, and go on signed in."""
    sent = await read_parameters(request)
    instance, visitor = instance_of(request), visitor_of(request)
    try:
        password_hash = await instance.part(Passwords).hash(new_password(sent))
    except Invalid as wrong:
        return await _password_form(request, sent, faults_of(wrong, "password"))
    arrival = arrival_of(request, "/", is_shared=visitor.is_shared_device)
    token = await instance.work(
        _change_password, visitor.login, visitor.person_id, password_hash, arrival
    )
    going = path_for(request.app, HERE, query={"done": "password"})
    answer = see_other(next_in(sent) if sent.given("next") else going)
    keep_session_cookie(request, answer, token, is_shared=visitor.is_shared_device)
    return answer


def _change_password(
    w: Work, login_id: int, person_id: int | None, password_hash: str, arrival: Arrival
) -> str:
    service.change_password(w, login_id, password_hash)
    letters.tell_owner(w, login_id, "password")
    return sessions.begin_session(
        w, login_id, person_id, is_shared=arrival.is_shared, browser=arrival.browser
    )


async def _password_form(
    request: web.Request, sent: Parameters, faults: list[Message]
) -> web.Response:
    own = await instance_of(request).read(own_login, visitor_of(request).login)
    context = {
        "faults": faults,
        "own": own,
        "next": next_in(sent) if sent.given("next") else "",
    }
    return await render(request, "access/own/password.html", context, status=422 if faults else 200)


@form(needs="login")
@recently_proven("access.own_email")
async def own_email(request: web.Request) -> web.StreamResponse:
    """Show the form for a new address."""
    return await _email_form(request, "", [])


@form(needs="login")
@recently_proven("access.own_email")
async def send_email(request: web.Request) -> web.StreamResponse:
    """Send a link to the new address."""
    typed = (await read_parameters(request)).text("email", max_length=320) or ""
    address = clean_email(typed)
    if address is None:
        return await _email_form(request, typed, [_NOT_AN_ADDRESS])
    login_id = visitor_of(request).login
    spend(request, "letter", f"new_email {login_id}")
    await instance_of(request).work(_ask_new_email, login_id, address)
    return see_other(path_for(request.app, HERE, query={"done": "email"}))


def _ask_new_email(w: Work, login_id: int, address: str) -> None:
    owner = login_by_email(w, address)
    if owner is None or owner.id == login_id:
        letters.send_confirmation(w, login_id, address)


async def _email_form(request: web.Request, email: str, faults: list[Message]) -> web.Response:
    own = await instance_of(request).read(own_login, visitor_of(request).login)
    context = {"email": email, "faults": faults, "own": own}
    return await render(request, "access/own/email.html", context, status=422 if faults else 200)


@form(needs="nobody")
async def confirm_email(request: web.Request) -> web.StreamResponse:
    """Show the button that makes the new address count; opening the link alone does not."""
    secret = request.match_info["secret"]
    shown = await instance_of(request).read(tickets.look_at, TicketKind.NEW_EMAIL, secret)
    status = 200 if shown is not None else 410
    context = {"is_over": shown is None, "is_done": False}
    return await render(request, "access/confirm_email.html", context, status=status)


@form(needs="nobody", limit="sign_in")
async def send_confirm_email(request: web.Request) -> web.StreamResponse:
    """Let the new address take the place of the old one."""
    is_done = await instance_of(request).work(_confirm_email, request.match_info["secret"])
    context = {"is_over": not is_done, "is_done": is_done}
    return await render(
        request, "access/confirm_email.html", context, status=200 if is_done else 410
    )


def _confirm_email(w: Work, secret: str) -> bool:
    taken = tickets.take(w, TicketKind.NEW_EMAIL, secret)
    if taken is None or taken.login_id is None:
        return False
    address = letters.address_in(w, taken)
    owner = login_by_email(w, address)
    if owner is not None and owner.id != taken.login_id:
        return False  # somebody else took it meanwhile
    login = w.session.get_one(Login, taken.login_id)
    before = email_of(w, login)
    service.change_email(w, login.id, address)
    tickets.forget_tickets(w, login.id, TicketKind.LINK, TicketKind.RESET)
    if before is not None and before != address:
        letters.tell_owner(w, login.id, "email", address=before)
    return True


ROUTES: Final = (
    web.get("/settings/sign_in/password", own_password, name="access.own_password"),
    web.post("/settings/sign_in/password", send_password, name="access.send_password"),
    web.get("/settings/sign_in/email", own_email, name="access.own_email"),
    web.post("/settings/sign_in/email", send_email, name="access.send_email"),
    web.get("/auth/email/{secret}", confirm_email, name="access.confirm_email"),
    web.post("/auth/email/{secret}", send_confirm_email, name="access.send_confirm_email"),
)
"""Changing password and e-mail address."""
