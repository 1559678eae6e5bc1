"""The pages of signing in and out, and of choosing whom one acts for. They work without a script.

Wrong passwords, unknown addresses and disabled logins get the same answer after the same time.
Attempts are counted for each address of the network and for each account.
"""

from typing import Final

from aiohttp import web

from server.access import consent_routes, oauth_routes, service
from server.access.model import Login
from server.access.passwords import Passwords
from server.access.queries import people_of_login
from server.access.rules import SESSION_LASTS, clean_email
from server.platform.http.cookies import drop_cookie, keep_cookie
from server.platform.http.decorators import form, page
from server.platform.http.limits import RATE_LIMITS, spend
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.http.negotiation import local_path
from server.platform.http.parameters import Parameters, read_parameters
from server.platform.http.render import render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import say
from server.platform.instance import instance_of
from server.platform.work import Work

_AUTHORIZE: Final = "/oauth/authorize"
_WRONG: Final = say("The e-mail address or the password is wrong.")
_MOST_NEXT: Final = 20_000


@page()
async def login_page(request: web.Request) -> web.StreamResponse:
    """Lead from the address that people try first to the sign-in page."""
    return _see_other(str(request.app.router["access.sign_in"].url_for()))


@form(needs="nobody", keeps_opener=True, posts_anywhere=True)
async def sign_in_page(request: web.Request) -> web.StreamResponse:
    """Show the sign-in form; who is signed in already goes on, unless a new sign-in is wanted."""
    sent = await read_parameters(request)
    going = _next(sent)
    if visitor_of(request).has_page_session and not sent.flag("again"):
        return _see_other(going)
    return await _form(request, going)


@form(needs="nobody", limit="sign_in", keeps_opener=True, posts_anywhere=True)
async def sign_in(request: web.Request) -> web.StreamResponse:
    """Check e-mail and password, and begin a session of its own."""
    sent = await read_parameters(request)
    email = sent.text("email", max_length=320) or ""
    password = sent.text("password", max_length=1_000) or ""
    going = _next(sent)
    instance = instance_of(request)
    account = instance.vault.blind_index(f"attempts {clean_email(email) or email}")
    spend(request, "sign_in", f"account {account}")
    login = await instance.read(service.login_by_email, email)
    verdict = await instance.part(Passwords).check(
        login.password_hash if login is not None else None, password
    )
    if login is None or not verdict.is_right or login.disabled_at is not None:
        return await _form(request, going, email=email, is_wrong=True)
    begun = await instance.work(_begin, login, verdict.fresh_hash, _old_cookie(request))
    if begun is None:
        return await _form(request, going, email=email, is_wrong=True)
    if (limits := request.app.get(RATE_LIMITS)) is not None:
        limits.forget("sign_in", f"account {account}")
    token, must_choose = begun
    if must_choose and not going.startswith(_AUTHORIZE):
        going = str(request.app.router["access.act_as"].url_for().with_query({"next": going}))
    answer = _see_other(going)
    keep_cookie(request, answer, SESSION_COOKIE, token, max_age=int(SESSION_LASTS.total_seconds()))
    return answer


def _begin(
    w: Work, checked: Login, fresh_hash: str | None, old_cookie: str | None
) -> tuple[str, bool] | None:
    """Begin the session, unless the login changed while its password was being checked.

    The browser's session before, if any, ends: its cookie is worth nothing afterwards.
    """
    login = w.session.get(Login, checked.id)
    if login is None or login.disabled_at is not None:
        return None
    if login.password_hash != checked.password_hash:
        return None
    service.note_sign_in(w, login.id, fresh_hash=fresh_hash)
    if old_cookie:
        service.end_session(w, old_cookie)
    people = people_of_login(w, login.id)
    alone = people[0].id if len(people) == 1 else None
    return service.begin_session(w, login.id, alone), len(people) > 1


async def _form(
    request: web.Request, going: str, *, email: str = "", is_wrong: bool = False
) -> web.Response:
    answer = await render(
        request,
        "access/sign_in.html",
        {"next": going, "email": email, "error": _WRONG if is_wrong else None},
        status=422 if is_wrong else 200,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@page()
async def sign_out_page(request: web.Request) -> web.StreamResponse:
    """Ask whether to sign out: a link alone must not do it."""
    if not visitor_of(request).has_page_session:
        return _see_other("/")
    return await render(request, "access/sign_out.html")


@form(needs="nobody")
async def sign_out(request: web.Request) -> web.StreamResponse:
    """End this browser's session, on the server too."""
    cookie = _old_cookie(request)
    if cookie:
        await instance_of(request).work(service.end_session, cookie)
    answer = _see_other("/")
    drop_cookie(request, answer, SESSION_COOKIE)
    return answer


@form(needs="login")
async def act_as_page(request: web.Request) -> web.StreamResponse:
    """Show whom this sign-in acts for, to choose one."""
    visitor = visitor_of(request)
    people = await instance_of(request).read(people_of_login, visitor.login)
    going = _next(await read_parameters(request))
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
    await instance_of(request).work(service.switch_person, session_id, person_id)
    return _see_other(_next(sent))


def _next(sent: Parameters) -> str:
    """Return where to go afterwards: a path of ours, whatever was sent (open redirects)."""
    return local_path(sent.text("next", max_length=_MOST_NEXT))


def _old_cookie(request: web.Request) -> str | None:
    cookie = request.cookies.get(SESSION_COOKIE, "")
    return cookie if 0 < len(cookie) <= 512 else None  # noqa: PLR2004 - as the middleware's bound


def _see_other(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path, "Cache-Control": "no-store"})


ROUTES: Final = (
    web.get("/login", login_page, name="access.login"),
    web.get("/auth/sign_in", sign_in_page, name="access.sign_in"),
    web.post("/auth/sign_in", sign_in, name="access.send_sign_in"),
    web.get("/auth/sign_out", sign_out_page, name="access.sign_out"),
    web.post("/auth/sign_out", sign_out, name="access.send_sign_out"),
    web.get("/auth/act_as", act_as_page, name="access.act_as"),
    web.post("/auth/act_as", act_as, name="access.send_act_as"),
    *consent_routes.ROUTES,
    *oauth_routes.ROUTES,
)
"""The addresses of access."""
