"""What the script of passkeys calls: options before, and what the browser made of them after.

Each call is a form of ours (token in a header) and answers with JSON. A passkey whose device
checked a finger, face or PIN is both steps at once; one that was only touched stands for one.
"""

from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from server.access import sessions, tickets
from server.access.entering import (
    STEP_COOKIE,
    Arrival,
    Entered,
    arrival_of,
    cookie_of,
    enter,
    keep_entered,
    keep_session_cookie,
    way_on,
)
from server.access.letters import tell_owner
from server.access.model import Login, TicketKind
from server.access.proving import recently_proven
from server.access.signing_in import passkeys
from server.access.signing_in.doors import next_in
from server.access.signing_in.passkeys import PasskeyRefused
from server.platform.http.decorators import form
from server.platform.http.parameters import Parameters, read_parameters
from server.platform.http.render import path_for
from server.platform.http.visitor import visitor_of
from server.platform.instance import instance_of
from server.platform.work import Work

_MOST_BYTES: Final = 64 * 1024
_OWN: Final = "access.own_sign_in"


@form(needs="nobody", limit="sign_in", max_bytes=_MOST_BYTES)
async def sign_in_options(request: web.Request) -> web.StreamResponse:
    """Give what the browser needs to show a passkey."""
    return _json(await instance_of(request).work(passkeys.offer_sign_in))


@form(needs="nobody", limit="sign_in", max_bytes=_MOST_BYTES, keeps_opener=True)
async def sign_in(request: web.Request) -> web.StreamResponse:
    """Sign in with a passkey."""
    sent = await read_parameters(request)
    arrival = arrival_of(request, next_in(sent), is_shared=sent.flag("shared"))
    step = cookie_of(request, STEP_COOKIE)
    entered = await instance_of(request).work(_enter, _credential(sent), arrival, step)
    answer = _json({"going": way_on(request, entered)})
    keep_entered(request, answer, entered)
    return answer


def _enter(w: Work, credential: Mapping[str, Any], arrival: Arrival, step: str | None) -> Entered:
    shown = passkeys.read_shown(w, credential)
    before = tickets.look_at(w, TicketKind.STEP, step) if step else None
    is_second = before is not None and before.login_id == shown.login_id
    if is_second and step:
        tickets.take(w, TicketKind.STEP, step)
    return enter(w, shown.login_id, arrival, is_proven=shown.is_verified or is_second)


@form(needs="login", limit="sign_in", max_bytes=_MOST_BYTES)
async def prove(request: web.Request) -> web.StreamResponse:
    """Prove once more who one is, with a passkey."""
    sent = await read_parameters(request)
    visitor = visitor_of(request)
    token = await instance_of(request).work(
        _prove, visitor.login, int(visitor.session_id or 0), _credential(sent)
    )
    answer = _json({"going": next_in(sent)})
    keep_session_cookie(request, answer, token, is_shared=visitor.is_shared_device)
    return answer


def _prove(w: Work, login_id: int, session_id: int, credential: Mapping[str, Any]) -> str:
    shown = passkeys.read_shown(w, credential)
    login = w.session.get_one(Login, login_id)
    is_enough = shown.is_verified or login.password_hash is None
    if shown.login_id != login_id or not is_enough:
        raise PasskeyRefused
    return sessions.renew_session(w, session_id)


@form(needs="login", max_bytes=_MOST_BYTES)
@recently_proven(_OWN)
async def registration_options(request: web.Request) -> web.StreamResponse:
    """Give what the browser needs to make a passkey."""
    offered = await instance_of(request).work(
        passkeys.offer_registration, visitor_of(request).login
    )
    return _json(offered)


@form(needs="login", max_bytes=_MOST_BYTES)
@recently_proven(_OWN)
async def register(request: web.Request) -> web.StreamResponse:
    """Keep a passkey that the browser made."""
    sent = await read_parameters(request)
    name = sent.text("name", max_length=200) or ""
    await instance_of(request).work(_keep, visitor_of(request).login, _credential(sent), name)
    return _json({"going": path_for(request.app, _OWN, query={"done": "passkey"})})


def _keep(w: Work, login_id: int, credential: Mapping[str, Any], name: str) -> None:
    passkeys.keep_passkey(w, login_id, credential, name)
    tell_owner(w, login_id, "passkey")


def _credential(sent: Parameters) -> Mapping[str, Any]:
    found = sent.raw("credential")
    if not isinstance(found, dict):
        raise PasskeyRefused
    return found


def _json(told: Mapping[str, Any]) -> web.Response:
    return web.json_response(dict(told), headers={"Cache-Control": "no-store"})


ROUTES: Final = (
    web.post("/auth/passkey/options", sign_in_options, name="access.passkey_options"),
    web.post("/auth/passkey/sign_in", sign_in, name="access.passkey_sign_in"),
    web.post("/auth/passkey/prove", prove, name="access.passkey_prove"),
    web.post("/settings/sign_in/passkeys/options", registration_options, name="access.new_passkey"),
    web.post("/settings/sign_in/passkeys", register, name="access.keep_passkey"),
)
"""What the script of passkeys calls."""
