"""OAuth 2 for client applications: registering, consent turned into a code, codes into tokens.

What a client did wrong is a returned `Fault`, not a raised error, where the refusal itself has to
be kept (a code that was tried is used up). Sources: RFC 6749, RFC 7009, RFC 7636, RFC 9700 and
Mastodon's API, `methods/oauth` and `methods/apps`.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update

from server.access.model import Login, LoginPerson
from server.access.oauth import rules
from server.access.oauth.model import OAuthApp, OAuthCode, OAuthToken
from server.access.oauth.tokens import new_token, revoke_token
from server.access.rules import fingerprint
from server.people.queries import person_by_id
from server.people.rules import Viewer
from server.people.writing import rows_changed
from server.platform.errors import Invalid
from server.platform.i18n import say
from server.platform.work import Reading, Work

_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a client is refused: the code of RFC 6749 §5.2 and a sentence for its developer."""

    code: str
    description: str
    status: int = 400


INVALID_CLIENT: Final = Fault(
    "invalid_client",
    "Client authentication failed due to unknown client, no client authentication included, or "
    "unsupported authentication method.",
    401,
)
INVALID_GRANT: Final = Fault(
    "invalid_grant",
    "The authorization code is invalid, expired, revoked, used before, or was given to another "
    "client or redirect URI.",
)
INVALID_SCOPE: Final = Fault(
    "invalid_scope", "The requested scope is invalid, unknown, or malformed."
)
FOREIGN_TOKEN: Final = Fault(
    "unauthorized_client", "You are not authorized to revoke this token", 403
)


@dataclass(frozen=True, slots=True)
class App:
    """A client application as answers and pages show it."""

    id: int
    client_id: str
    name: str
    website: str | None
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Granted:
    """A token that was just made: the one moment its secret is known."""

    secret: str
    token_id: int
    scopes: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What somebody agreed to on the consent page."""

    app_id: int
    login_id: int
    person_id: int
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str | None


def register_app(
    w: Work, *, name: str, redirect_uris: Sequence[str], scopes: str | None, website: str | None
) -> tuple[App, str]:
    """Register an application and return it with its secret, which is kept nowhere.

    Anybody may; an application can do nothing until somebody consents. Raises Invalid.
    """
    wanted = rules.scopes_in(scopes)
    uris = tuple(dict.fromkeys(uri.strip() for uri in redirect_uris if uri.strip()))
    _require_sound(name, uris, wanted, website)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    row = OAuthApp(
        id=w.new_id(),
        client_id=secrets.token_urlsafe(_SECRET_BYTES),
        secret_hash=fingerprint(secret),
        name=" ".join(name.split()),
        website=website or None,
        redirect_uris=list(uris),
        scopes=" ".join(wanted or ()),
        created_at=w.now,
        used_at=w.now,
    )
    w.session.add(row)
    w.session.flush()
    return _app(row), secret


def _require_sound(
    name: str, uris: tuple[str, ...], scopes: tuple[str, ...] | None, website: str | None
) -> None:
    if not name.strip():
        raise Invalid(details={"client_name": [("ERR_BLANK", say("can't be blank"))]})
    if len(name) > rules.MOST_APP_NAME:
        raise Invalid(details={"client_name": [("ERR_TOO_LONG", say("is too long"))]})
    if not uris:
        raise Invalid(details={"redirect_uris": [("ERR_BLANK", say("can't be blank"))]})
    if len(uris) > rules.MOST_REDIRECT_URIS or not all(map(rules.is_redirect_uri, uris)):
        raise Invalid(details={"redirect_uris": [("ERR_INVALID", say("must be absolute URIs"))]})
    if scopes is None:
        raise Invalid(
            details={"scopes": [("ERR_INVALID", say("doesn't match configured on the server."))]}
        )
    if website and not _is_website(website):
        raise Invalid(details={"website": [("ERR_INVALID", say("must be a web address"))]})


def _is_website(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"} and bool(parts.hostname) and len(text) <= rules.MOST_URL
    )


def app_by_client_id(r: Reading, client_id: str | None) -> App | None:
    """Return the application that a client id names."""
    if not client_id:
        return None
    row = r.session.scalar(select(OAuthApp).where(OAuthApp.client_id == client_id))
    return _app(row) if row is not None else None


def app_by_id(r: Reading, app_id: int) -> App | None:
    """Return an application by its row; for the API's `verify_credentials` of applications."""
    row = r.session.get(OAuthApp, app_id)
    return _app(row) if row is not None else None


def verified_app(r: Reading, client_id: str | None, secret: str | None) -> App | None:
    """Return the application whose id and secret these are, or None."""
    if not client_id or not secret:
        return None
    row = r.session.scalar(select(OAuthApp).where(OAuthApp.client_id == client_id))
    if row is None or not hmac.compare_digest(row.secret_hash, fingerprint(secret)):
        return None
    return _app(row)


def _app(row: OAuthApp) -> App:
    return App(
        row.id,
        row.client_id,
        row.name,
        row.website,
        tuple(row.redirect_uris),
        tuple(row.scopes.split()),
    )


def give_code(w: Work, consent: Consent) -> str:
    """Make a code for what somebody agreed to: one use, ten minutes, bound to all of it."""
    code = secrets.token_urlsafe(_SECRET_BYTES)
    w.session.add(
        OAuthCode(
            code_hash=fingerprint(code),
            app_id=consent.app_id,
            login_id=consent.login_id,
            person_id=consent.person_id,
            redirect_uri=consent.redirect_uri,
            scopes=" ".join(consent.scopes),
            challenge=consent.challenge,
            expires_at=w.now + rules.CODE_LASTS,
        )
    )
    _note_use(w, consent.app_id)
    w.session.flush()
    return code


def exchange_code(
    w: Work, app: App, *, code: str, redirect_uri: str | None, verifier: str | None
) -> Granted | Fault:
    """Turn a code into a token. Any mistake of the client uses the code up.

    A second use revokes the token of the first: somebody has stolen the code (RFC 6749 §4.1.2).
    """
    row = w.session.get(OAuthCode, fingerprint(code), populate_existing=True)
    if row is None or row.app_id != app.id:
        return INVALID_GRANT
    first_use = w.session.execute(
        update(OAuthCode)
        .where(OAuthCode.code_hash == row.code_hash, OAuthCode.used_at.is_(None))
        .values(used_at=w.now)
    )
    if not rows_changed(first_use):
        w.session.refresh(row)  # the first use may have ended just now, in another process
        if row.token_id is not None:
            revoke_token(w, row.token_id)
        return INVALID_GRANT
    is_sound = row.expires_at > w.now and redirect_uri == row.redirect_uri
    if not is_sound or not rules.answers_challenge(verifier, row.challenge):
        return INVALID_GRANT
    if not may_still_act(w, row.login_id, row.person_id):
        return INVALID_GRANT
    granted = _grant(
        w, app.id, scopes=row.scopes.split(), login_id=row.login_id, person_id=row.person_id
    )
    row.token_id = granted.token_id
    return granted


def may_still_act(r: Reading, login_id: int, person_id: int) -> bool:
    """Tell whether a login is in order and acts for somebody who can be acted for."""
    login = r.session.get(Login, login_id)
    if login is None or login.disabled_at is not None:
        return False
    if r.session.get(LoginPerson, (login_id, person_id)) is None:
        return False
    return person_by_id(r, Viewer.member(person_id), person_id) is not None


def grant_to_app(w: Work, app: App, scopes: str | None) -> Granted | Fault:
    """Give an application a token of its own (client credentials), within its scopes."""
    wanted = rules.scopes_in(scopes)
    if wanted is None or not rules.are_within(wanted, app.scopes):
        return INVALID_SCOPE
    return _grant(w, app.id, scopes=wanted, login_id=None, person_id=None)


def _grant(
    w: Work, app_id: int, *, scopes: Sequence[str], login_id: int | None, person_id: int | None
) -> Granted:
    secret, token = new_token(
        w, app_id=app_id, login_id=login_id, person_id=person_id, scopes=scopes
    )
    _note_use(w, app_id)
    return Granted(secret, token.id, tuple(scopes), token.created_at)


def revoke_for_app(w: Work, app: App, token: str) -> Fault | None:
    """Revoke a token for the application it was given to (RFC 7009); unknown ones are no fault."""
    row = w.session.scalar(select(OAuthToken).where(OAuthToken.token_hash == fingerprint(token)))
    if row is None:
        return None
    if row.app_id != app.id:
        return FOREIGN_TOKEN
    revoke_token(w, row.id)
    return None


def _note_use(w: Work, app_id: int) -> None:
    w.session.execute(update(OAuthApp).where(OAuthApp.id == app_id).values(used_at=w.now))


def sweep(w: Work) -> None:
    """Delete codes that ran out, tokens that ended or lie idle, and applications nobody uses."""
    w.session.execute(
        delete(OAuthToken).where(
            (OAuthToken.revoked_at < w.now - rules.ENDED_TOKEN_KEPT)
            | (OAuthToken.used_at < w.now - rules.UNUSED_TOKEN_KEPT)
        )
    )
    # A used code is kept a while, because its second use must be noticed.
    w.session.execute(
        delete(OAuthCode).where(OAuthCode.expires_at < w.now - rules.ENDED_TOKEN_KEPT)
    )
    in_use = select(OAuthToken.app_id).where(OAuthToken.revoked_at.is_(None))
    w.session.execute(
        delete(OAuthApp).where(
            OAuthApp.used_at < w.now - rules.UNUSED_APP_KEPT, OAuthApp.id.not_in(in_use)
        )
    )
