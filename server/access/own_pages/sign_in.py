"""`/settings/sign_in`: how somebody signs in, at a glance, and their language and sign-in name.

What could lock the owner out is changed only after a recent proof, see `proving`.
"""

from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from server.access import service
from server.access.entering import see_other
from server.access.model import Login
from server.access.names import email_of, name_of
from server.access.proving import recently_proven
from server.access.signing_in import passkeys
from server.access.signing_in.authenticators import has_authenticator
from server.access.signing_in.links import faults_of
from server.access.signing_in.model import Passkey
from server.access.signing_in.recovery import recovery_codes_left
from server.access.signing_in.second_factor import lacks_second_factor
from server.platform.errors import Invalid, NotFound
from server.platform.http.cookies import keep_cookie
from server.platform.http.decorators import form, page
from server.platform.http.locales import LANGUAGES, LOCALE_COOKIE
from server.platform.http.parameters import path_id, read_parameters
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message, say
from server.platform.instance import instance_of
from server.platform.work import Reading, Work

HERE: Final = "access.own_sign_in"
_YEAR: Final = 365 * 24 * 3600
_DONE: Final[dict[str, Message]] = {
    "password": say("Your new password is set. You are signed out everywhere else."),
    "email": say("We sent a mail to the new address. Press the button in it."),
    "name": say("Your sign-in name is set."),
    "passkey": say("Your passkey is ready. Next time you can sign in with it."),
    "passkey_deleted": say("The passkey is deleted."),
    "second_factor_off": say("The authenticator app is not asked for any more."),
    "language": say("Your language is set."),
}


@dataclass(frozen=True, slots=True)
class OwnLogin:
    """What the owner of a login sees of it."""

    email: str | None
    is_confirmed: bool
    name: str | None
    has_password: bool
    has_app: bool
    passkeys: list[Passkey]
    codes_left: int
    locale: str | None
    lacks_second_factor: bool


def own_login(r: Reading, login_id: int) -> OwnLogin:
    """Return what the owner of a login sees of it; for nobody else."""
    login = r.session.get_one(Login, login_id)
    return OwnLogin(
        email=email_of(r, login),
        is_confirmed=login.email_confirmed_at is not None,
        name=name_of(r, login),
        has_password=login.password_hash is not None,
        has_app=has_authenticator(r, login_id),
        passkeys=passkeys.passkeys_of(r, login_id),
        codes_left=recovery_codes_left(r, login_id),
        locale=login.locale,
        lacks_second_factor=lacks_second_factor(r, login_id),
    )


@page(needs="login")
async def own_sign_in(request: web.Request) -> web.StreamResponse:
    """Show how somebody signs in."""
    own = await instance_of(request).read(own_login, visitor_of(request).login)
    told = _DONE.get(request.rel_url.query.get("done", ""))
    return await render(request, "access/own/sign_in.html", {"own": own, "told": told})


@form(needs="login")
async def send_language(request: web.Request) -> web.StreamResponse:
    """Keep the language somebody reads in, with the login and in this browser."""
    languages = request.app.get(LANGUAGES)
    sent = await read_parameters(request)
    tag = languages.match(sent.text("language", max_length=35) or "") if languages else None
    if tag is None:
        raise NotFound
    await instance_of(request).work(service.change_locale, visitor_of(request).login, tag)
    answer = see_other(path_for(request.app, HERE, query={"done": "language"}))
    keep_cookie(request, answer, LOCALE_COOKIE, tag, max_age=_YEAR)
    return answer


@form(needs="login")
@recently_proven("access.own_name")
async def own_name(request: web.Request) -> web.StreamResponse:
    """Show the form for a sign-in name."""
    own = await instance_of(request).read(own_login, visitor_of(request).login)
    return await _name_form(request, own.name or "", [])


@form(needs="login", limit="sign_in")
@recently_proven("access.own_name")
async def send_name(request: web.Request) -> web.StreamResponse:
    """Set the sign-in name."""
    name = (await read_parameters(request)).text("name", max_length=200) or ""
    try:
        await instance_of(request).work(service.change_name, visitor_of(request).login, name)
    except Invalid as wrong:
        return await _name_form(request, name, faults_of(wrong, "name"))
    return see_other(path_for(request.app, HERE, query={"done": "name"}))


async def _name_form(request: web.Request, name: str, faults: list[Message]) -> web.Response:
    context: dict[str, Any] = {"name": name, "faults": faults}
    return await render(request, "access/own/name.html", context, status=422 if faults else 200)


@form(needs="login")
@recently_proven(HERE)
async def delete_passkey(request: web.Request) -> web.StreamResponse:
    """Delete a passkey."""
    passkey_id, login_id = path_id(request), visitor_of(request).login
    await instance_of(request).work(_delete_passkey, login_id, passkey_id)
    return see_other(path_for(request.app, HERE, query={"done": "passkey_deleted"}))


def _delete_passkey(w: Work, login_id: int, passkey_id: int) -> None:
    login = w.session.get_one(Login, login_id)
    others = [one for one in passkeys.passkeys_of(w, login_id) if one.id != passkey_id]
    if not others and login.password_hash is None and login.email_sealed is None:
        raise Invalid(say("This is your only way to sign in. Set a password first."))
    passkeys.delete_passkey(w, login_id, passkey_id)


ROUTES: Final = (
    web.get("/settings/sign_in", own_sign_in, name=HERE),
    web.post("/settings/sign_in/language", send_language, name="access.send_language"),
    web.get("/settings/sign_in/name", own_name, name="access.own_name"),
    web.post("/settings/sign_in/name", send_name, name="access.send_name"),
    web.post(
        "/settings/sign_in/passkeys/{id}/delete", delete_passkey, name="access.delete_passkey"
    ),
)
"""How somebody signs in."""
