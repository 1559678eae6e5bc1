"""Links by mail: to sign in without a password, and to set a new one.

The page says the same for every name, whether there is a login or not. A link to sign in works at
once in the browser that asked for it; anywhere else a button has to be pressed, because programs
that look into mails open links too.
"""

import secrets
from typing import Final

from aiohttp import web

from server.access import letters, service, tickets
from server.access.entering import (
    Arrival,
    Entered,
    arrival_of,
    cookie_of,
    enter,
    keep_entered,
    see_other,
    way_on,
)
from server.access.model import TicketKind
from server.access.names import mark_of
from server.access.passwords import Passwords
from server.access.rules import LINK_LASTS, fingerprint
from server.access.signing_in.doors import next_in
from server.platform.errors import Invalid
from server.platform.http.cookies import keep_cookie
from server.platform.http.decorators import form, page
from server.platform.http.limits import spend
from server.platform.http.parameters import Parameters, read_parameters
from server.platform.http.render import path_for, render
from server.platform.i18n import Message
from server.platform.instance import instance_of
from server.platform.work import Work

ASKED_COOKIE: Final = "meshwork_asked"
_MOST_PASSWORD: Final = 1_000


@form(needs="nobody")
async def link_page(request: web.Request) -> web.StreamResponse:
    """Show the form that sends a link to sign in."""
    sent = await read_parameters(request)
    return await render(request, "access/ask_link.html", {"next": next_in(sent)})


@form(needs="nobody", limit="sign_in")
async def ask_link(request: web.Request) -> web.StreamResponse:
    """Let a link be sent, and bind it to this browser."""
    return await _ask(request, TicketKind.LINK)


@form(needs="nobody")
async def forgot_page(request: web.Request) -> web.StreamResponse:
    """Show the form that sends a link for a new password."""
    return await render(request, "access/forgot.html")


@form(needs="nobody", limit="sign_in")
async def ask_reset(request: web.Request) -> web.StreamResponse:
    """Let a link for a new password be sent."""
    return await _ask(request, TicketKind.RESET)


async def _ask(request: web.Request, kind: TicketKind) -> web.StreamResponse:
    sent = await read_parameters(request)
    instance = instance_of(request)
    mark = await instance.read(mark_of, sent.required("email", max_length=320))
    spend(request, "letter", f"{kind} {mark}")
    browser = cookie_of(request, ASKED_COOKIE) or secrets.token_urlsafe(32)
    await instance.work(
        letters.ask_for_link,
        kind,
        mark,
        browser_hash=fingerprint(browser),
        going=next_in(sent),
        is_shared=sent.flag("shared"),
    )
    answer = see_other(path_for(request.app, "access.link_sent"))
    keep_cookie(request, answer, ASKED_COOKIE, browser, max_age=int(LINK_LASTS.total_seconds()))
    return answer


@page()
async def link_sent(request: web.Request) -> web.StreamResponse:
    """Say that a mail is under way, if there is a login of this name."""
    return await render(request, "access/link_sent.html")


@form(needs="nobody")
async def follow_link(request: web.Request) -> web.StreamResponse:
    """Sign in at once in the browser that asked for the link; elsewhere show a button."""
    shown = await _look(request, TicketKind.LINK)
    if shown is None:
        return _over(request)
    if shown.is_same_browser:
        return await _enter(request, shown, is_shared=bool(shown.about.get("is_shared")))
    answer = await render(request, "access/follow_link.html", {"shown": shown})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@form(needs="nobody", limit="sign_in")
async def confirm_link(request: web.Request) -> web.StreamResponse:
    """Sign in with a link in another browser than the one that asked for it."""
    shown = await _look(request, TicketKind.LINK)
    if shown is None:
        return _over(request)
    is_shared = (await read_parameters(request)).flag("shared")
    return await _enter(request, shown, is_shared=is_shared)


async def _look(request: web.Request, kind: TicketKind) -> tickets.Shown | None:
    browser = cookie_of(request, ASKED_COOKIE) or ""
    secret = request.match_info["secret"]
    return await instance_of(request).read(tickets.look_at, kind, secret, browser)


async def _enter(
    request: web.Request, shown: tickets.Shown, *, is_shared: bool
) -> web.StreamResponse:
    arrival = arrival_of(request, str(shown.about.get("going", "/")), is_shared=is_shared)
    secret = request.match_info["secret"]
    entered = await instance_of(request).work(_use_link, secret, arrival)
    if entered is None:
        return _over(request)
    answer = see_other(way_on(request, entered))
    keep_entered(request, answer, entered)
    return answer


def _use_link(w: Work, secret: str, arrival: Arrival) -> Entered | None:
    taken = tickets.take(w, TicketKind.LINK, secret)
    if taken is None or taken.login_id is None:
        return None
    service.mark_email_confirmed(w, taken.login_id)
    return enter(w, taken.login_id, arrival, is_proven=False)


def _over(request: web.Request) -> web.Response:
    return see_other(path_for(request.app, "access.sign_in", query={"done": "link"}))


@form(needs="nobody")
async def reset_page(request: web.Request) -> web.StreamResponse:
    """Show the form for a new password."""
    if await _look(request, TicketKind.RESET) is None:
        return _over(request)
    return await _reset_form(request, [])


@form(needs="nobody", limit="sign_in")
async def reset(request: web.Request) -> web.StreamResponse:
    """Set a new password; whoever is signed in with the old one is signed out."""
    if await _look(request, TicketKind.RESET) is None:
        return _over(request)
    instance = instance_of(request)
    try:
        password = new_password(await read_parameters(request))
        password_hash = await instance.part(Passwords).hash(password)
    except Invalid as wrong:
        return await _reset_form(request, faults_of(wrong, "password"))
    is_done = await instance.work(_use_reset, request.match_info["secret"], password_hash)
    if not is_done:
        return _over(request)
    return see_other(path_for(request.app, "access.sign_in", query={"done": "password"}))


def _use_reset(w: Work, secret: str, password_hash: str) -> bool:
    taken = tickets.take(w, TicketKind.RESET, secret)
    if taken is None or taken.login_id is None:
        return False
    service.mark_email_confirmed(w, taken.login_id)
    service.change_password(w, taken.login_id, password_hash)
    letters.tell_owner(w, taken.login_id, "password")
    return True


async def _reset_form(request: web.Request, faults: list[Message]) -> web.Response:
    answer = await render(
        request, "access/reset.html", {"faults": faults}, status=422 if faults else 200
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def new_password(sent: Parameters) -> str:
    """Return the new password that was sent; whether it is long enough shows when it is hashed."""
    return sent.text("new_password", max_length=_MOST_PASSWORD) or ""


def faults_of(wrong: Invalid, field: str) -> list[Message]:
    """Return what is wrong with a field, to be shown beside it."""
    return [fault.description for fault in wrong.details.get(field, [])] or [wrong.safe]


ROUTES: Final = (
    web.get("/auth/link", link_page, name="access.link"),
    web.post("/auth/link", ask_link, name="access.ask_link"),
    web.get("/auth/link_sent", link_sent, name="access.link_sent"),
    # Not by HEAD: programs that look whether a link is there would use it up.
    web.get("/auth/link/{secret}", follow_link, name="access.follow_link", allow_head=False),
    web.post("/auth/link/{secret}", confirm_link, name="access.confirm_link"),
    web.get("/auth/forgot", forgot_page, name="access.forgot"),
    web.post("/auth/forgot", ask_reset, name="access.ask_reset"),
    web.get("/auth/reset/{secret}", reset_page, name="access.reset"),
    web.post("/auth/reset/{secret}", reset, name="access.send_reset"),
)
"""Links to sign in, and for a new password."""
