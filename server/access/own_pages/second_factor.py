"""Setting up and ending the authenticator app, and making recovery codes."""

from typing import Final

from aiohttp import web

from server.access.ending import announce_change
from server.access.entering import see_other
from server.access.letters import tell_owner
from server.access.own_pages.sign_in import HERE, own_login
from server.access.proving import recently_proven
from server.access.signing_in import authenticators, recovery
from server.access.signing_in.authenticators import Setup
from server.access.signing_in.second_factor import has_second_factor
from server.access.signing_in.second_step import WRONG_CODE
from server.platform.errors import NotFound
from server.platform.http.decorators import form
from server.platform.http.limits import spend
from server.platform.http.parameters import read_parameters
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.instance import instance_of
from server.platform.work import Work

_PAGE: Final = "access.second_factor"
_MOST_CODE: Final = 60


@form(needs="login")
@recently_proven(_PAGE)
async def second_factor_page(request: web.Request) -> web.StreamResponse:
    """Show the picture to scan, or that an app is set up."""
    instance, login_id = instance_of(request), visitor_of(request).login
    own = await instance.read(own_login, login_id)
    setup = None if own.has_app else await instance.work(authenticators.begin_setup, login_id)
    return await _form(request, setup, is_wrong=False)


@form(needs="login", limit="sign_in")
@recently_proven(_PAGE)
async def confirm(request: web.Request) -> web.StreamResponse:
    """Take the first code of the app, and show recovery codes."""
    instance, login_id = instance_of(request), visitor_of(request).login
    spend(request, "second_factor", f"login {login_id}")
    own = await instance.read(own_login, login_id)
    if own.has_app:
        return see_other(path_for(request.app, _PAGE))
    code = (await read_parameters(request)).text("code", max_length=_MOST_CODE) or ""
    codes = await instance.work(_confirm, login_id, code)
    if codes is None:
        setup = await instance.work(authenticators.begin_setup, login_id)
        return await _form(request, setup, is_wrong=True)
    return await _codes(request, codes, is_new_app=True)


def _confirm(w: Work, login_id: int, code: str) -> list[str] | None:
    if not authenticators.confirm_setup(w, login_id, code):
        return None
    announce_change(w)
    tell_owner(w, login_id, "second_factor")
    return recovery.new_recovery_codes(w, login_id)


@form(needs="login")
@recently_proven(_PAGE)
async def remove(request: web.Request) -> web.StreamResponse:
    """Stop asking for codes of the app."""
    await instance_of(request).work(_remove, visitor_of(request).login)
    return see_other(path_for(request.app, HERE, query={"done": "second_factor_off"}))


def _remove(w: Work, login_id: int) -> None:
    authenticators.remove_authenticator(w, login_id)
    if not has_second_factor(w, login_id):
        recovery.forget_recovery_codes(w, login_id)
    announce_change(w)
    tell_owner(w, login_id, "second_factor_off")


@form(needs="login")
@recently_proven(HERE)
async def make_codes(request: web.Request) -> web.StreamResponse:
    """Make new recovery codes and show them, this once. Raises NotFound without a second factor."""
    codes = await instance_of(request).work(_make_codes, visitor_of(request).login)
    return await _codes(request, codes, is_new_app=False)


def _make_codes(w: Work, login_id: int) -> list[str]:
    if not has_second_factor(w, login_id):
        raise NotFound
    tell_owner(w, login_id, "recovery_codes")
    return recovery.new_recovery_codes(w, login_id)


async def _form(request: web.Request, setup: Setup | None, *, is_wrong: bool) -> web.Response:
    is_needed = visitor_of(request).lacks_second_factor
    answer = await render(
        request,
        "access/own/second_factor.html",
        {"setup": setup, "faults": [WRONG_CODE] if is_wrong else [], "is_needed": is_needed},
        status=422 if is_wrong else 200,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _codes(request: web.Request, codes: list[str], *, is_new_app: bool) -> web.Response:
    answer = await render(
        request, "access/own/recovery_codes.html", {"codes": codes, "is_new_app": is_new_app}
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


ROUTES: Final = (
    web.get("/settings/sign_in/second_factor", second_factor_page, name=_PAGE),
    web.post("/settings/sign_in/second_factor", confirm, name="access.confirm_second_factor"),
    web.post("/settings/sign_in/second_factor/remove", remove, name="access.remove_second_factor"),
    web.post("/settings/sign_in/recovery_codes", make_codes, name="access.make_recovery_codes"),
)
"""The authenticator app and recovery codes."""
