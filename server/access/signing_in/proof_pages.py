"""The page that asks once more who one is, before something that is hard to take back.

A password, and the code of the app for who has one; or a passkey. The session gets a new cookie.
"""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server.access import sessions
from server.access.entering import keep_session_cookie, see_other
from server.access.model import Login
from server.access.passwords import Passwords
from server.access.signing_in.authenticators import has_authenticator
from server.access.signing_in.doors import next_in
from server.access.signing_in.passkeys import has_passkey
from server.access.signing_in.second_factor import is_second_factor
from server.platform.http.decorators import form
from server.platform.http.limits import spend
from server.platform.http.parameters import read_parameters
from server.platform.http.render import render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import say
from server.platform.instance import instance_of
from server.platform.work import Reading, Work

_WRONG: Final = say("That was not right. Try again.")
_MOST_CODE: Final = 60


@dataclass(frozen=True, slots=True)
class Means:
    """With what somebody can prove who they are."""

    password_hash: str | None
    has_password: bool
    has_app: bool
    has_passkey: bool


def means_of(r: Reading, login_id: int) -> Means:
    """Return with what a login can prove itself."""
    login = r.session.get_one(Login, login_id)
    return Means(
        password_hash=login.password_hash,
        has_password=login.password_hash is not None,
        has_app=has_authenticator(r, login_id),
        has_passkey=has_passkey(r, login_id),
    )


@form(needs="login")
async def prove_page(request: web.Request) -> web.StreamResponse:
    """Ask for the password, the code, or a passkey."""
    going = next_in(await read_parameters(request))
    means = await instance_of(request).read(means_of, visitor_of(request).login)
    return await _form(request, going, means, is_wrong=False)


@form(needs="login", limit="sign_in")
async def prove(request: web.Request) -> web.StreamResponse:
    """Check what was given and renew the session."""
    visitor, instance = visitor_of(request), instance_of(request)
    spend(request, "second_factor", f"login {visitor.login}")
    sent = await read_parameters(request)
    means = await instance.read(means_of, visitor.login)
    password = sent.text("password", max_length=1_000) or ""
    verdict = await instance.part(Passwords).check(means.password_hash, password)
    is_right = (verdict.is_right or not means.has_password) and (
        means.has_password or means.has_app
    )
    token = None
    if is_right:
        code = sent.text("code", max_length=_MOST_CODE) or ""
        token = await instance.work(
            _renew, visitor.login, int(visitor.session_id or 0), code if means.has_app else None
        )
    if token is None:
        return await _form(request, next_in(sent), means, is_wrong=True)
    answer = see_other(next_in(sent))
    keep_session_cookie(request, answer, token, is_shared=visitor.is_shared_device)
    return answer


def _renew(w: Work, login_id: int, session_id: int, code: str | None) -> str | None:
    if code is not None and not is_second_factor(w, login_id, code):
        return None
    return sessions.renew_session(w, session_id)


async def _form(request: web.Request, going: str, means: Means, *, is_wrong: bool) -> web.Response:
    answer = await render(
        request,
        "access/prove.html",
        {"next": going, "means": means, "error": _WRONG if is_wrong else None},
        status=422 if is_wrong else 200,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


ROUTES: Final = (
    web.get("/auth/prove", prove_page, name="access.prove"),
    web.post("/auth/prove", prove, name="access.send_prove"),
)
"""Proving once more who one is."""
