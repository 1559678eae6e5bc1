"""The pages of signing in with a password, of signing out, and of choosing whom one acts for.

They work without a script. Wrong passwords, unknown names and disabled logins get the same answer
after the same time. Attempts are counted for each address of the network and for each account.
"""

from typing import Final

from aiohttp import web

from server.access import sessions
from server.access.entering import (
    STEP_COOKIE,
    Arrival,
    Entered,
    arrival_of,
    cookie_of,
    enter,
    keep_entered,
    see_other,
    way_on,
)
from server.access.model import Login
from server.access.names import login_called, mark_of
from server.access.passwords import Passwords
from server.access.queries import people_of_login
from server.platform.http.cookies import drop_cookie
from server.platform.http.decorators import form, page
from server.platform.http.limits import RATE_LIMITS, spend
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.http.negotiation import local_path
from server.platform.http.parameters import Parameters, read_parameters
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message, say
from server.platform.instance import instance_of
from server.platform.work import Work

_WRONG: Final = say("The name or the password is wrong.")
_DONE: Final[dict[str, Message]] = {
    "password": say("Your new password is set. Sign in with it."),
    "tries": say("Those were too many wrong codes. Start again, please."),
    "link": say("This link does not work any more. Ask for a new one, or sign in another way."),
    "out": say("You are signed out."),
}
_MOST_NEXT: Final = 20_000
_FORGET: Final = '"cache", "cookies", "storage"'


@page()
async def login_page(request: web.Request) -> web.StreamResponse:
    """Lead from the address that people try first to the sign-in page."""
    return see_other(path_for(request.app, "access.sign_in"))


@form(needs="nobody", keeps_opener=True, posts_anywhere=True)
async def sign_in_page(request: web.Request) -> web.StreamResponse:
    """Show the sign-in form; who is signed in already goes on, unless a new sign-in is wanted."""
    sent = await read_parameters(request)
    going = next_in(sent)
    if visitor_of(request).has_page_session and not sent.flag("again"):
        return see_other(going)
    return await _form(request, going, told=_DONE.get(sent.text("done", max_length=20) or ""))


@form(needs="nobody", limit="sign_in", keeps_opener=True, posts_anywhere=True)
async def sign_in(request: web.Request) -> web.StreamResponse:
    """Check name and password, and begin a session of its own or ask for the second step."""
    sent = await read_parameters(request)
    name = (sent.text("email", max_length=320) or "").strip()
    password = sent.text("password", max_length=1_000) or ""
    arrival = arrival_of(request, next_in(sent), is_shared=sent.flag("shared"))
    instance = instance_of(request)
    account = await instance.read(mark_of, name)
    spend(request, "sign_in", f"account {account}")
    login = await instance.read(login_called, name)
    verdict = await instance.part(Passwords).check(
        login.password_hash if login is not None else None, password
    )
    entered = None
    if login is not None and verdict.is_right and login.disabled_at is None:
        entered = await instance.work(begin, login, verdict.fresh_hash, arrival)
    if entered is None:
        return await _form(request, arrival.going, name, arrival.is_shared, fault=_WRONG)
    if (limits := request.app.get(RATE_LIMITS)) is not None:
        limits.forget("sign_in", f"account {account}")
    answer = see_other(way_on(request, entered))
    keep_entered(request, answer, entered)
    return answer


def begin(w: Work, checked: Login, fresh_hash: str | None, arrival: Arrival) -> Entered | None:
    """Let a login in, unless it changed while its password was being checked."""
    login = w.session.get(Login, checked.id)
    if login is None or login.disabled_at is not None:
        return None
    if login.password_hash != checked.password_hash:
        return None
    return enter(w, login.id, arrival, is_proven=False, fresh_hash=fresh_hash)


async def _form(
    request: web.Request,
    going: str,
    name: str = "",
    is_shared: bool = False,  # noqa: FBT001, FBT002 - what the form holds, in its order
    *,
    fault: Message | None = None,
    told: Message | None = None,
) -> web.Response:
    answer = await render(
        request,
        "access/sign_in.html",
        {"next": going, "email": name, "is_shared": is_shared, "error": fault, "told": told},
        status=422 if fault else 200,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@page()
async def sign_out_page(request: web.Request) -> web.StreamResponse:
    """Ask whether to sign out: a link alone must not do it."""
    if not visitor_of(request).has_page_session:
        return see_other("/")
    return await render(request, "access/sign_out.html")


@form(needs="nobody")
async def sign_out(request: web.Request) -> web.StreamResponse:
    """End this browser's session, on the server too; a shared device forgets all it kept."""
    cookie = cookie_of(request, SESSION_COOKIE)
    if cookie:
        await instance_of(request).work(sessions.end_session, cookie)
    answer = see_other("/")
    drop_cookie(request, answer, SESSION_COOKIE)
    drop_cookie(request, answer, STEP_COOKIE)
    if visitor_of(request).is_shared_device:
        answer.headers["Clear-Site-Data"] = _FORGET
    return answer


@form(needs="login")
async def act_as_page(request: web.Request) -> web.StreamResponse:
    """Show whom this sign-in acts for, to choose one."""
    visitor = visitor_of(request)
    people = await instance_of(request).read(people_of_login, visitor.login)
    going = next_in(await read_parameters(request))
    return await render(
        request,
        "access/act_as.html",
        {"people": people, "chosen": visitor.person_id, "next": going},
    )


@form(needs="login")
async def act_as(request: web.Request) -> web.StreamResponse:
    """Act for another person from now on. Raises NotFound for one the login does not act for."""
    visitor = visitor_of(request)
    sent = await read_parameters(request)
    session_id = int(visitor.session_id or 0)
    person_id = sent.id("person_id") or 0
    await instance_of(request).work(sessions.switch_person, session_id, person_id)
    return see_other(next_in(sent))


def next_in(sent: Parameters) -> str:
    """Return where to go afterwards: a path of ours, whatever was sent (open redirects)."""
    return local_path(sent.text("next", max_length=_MOST_NEXT))


ROUTES: Final = (
    web.get("/login", login_page, name="access.login"),
    web.get("/auth/sign_in", sign_in_page, name="access.sign_in"),
    web.post("/auth/sign_in", sign_in, name="access.send_sign_in"),
    web.get("/auth/sign_out", sign_out_page, name="access.sign_out"),
    web.post("/auth/sign_out", sign_out, name="access.send_sign_out"),
    web.get("/auth/act_as", act_as_page, name="access.act_as"),
    web.post("/auth/act_as", act_as, name="access.send_act_as"),
)
"""Signing in with a password, signing out, choosing whom one acts for."""
