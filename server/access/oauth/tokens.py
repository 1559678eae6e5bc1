"""Access tokens: made for a person or an application, kept as fingerprints, revoked for good."""

import hashlib
import secrets
from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, delete, select, update

from server.access.ending import announce_token_end
from server.access.model import LoginPerson
from server.access.oauth.model import OAuthApp, OAuthCode, OAuthToken
from server.access.oauth.rules import MOST_APP_NAME, scopes_in
from server.access.rules import fingerprint
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.people.writing import insert_once
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import say
from server.platform.work import Work

_TOKEN_BYTES: Final = 32


def new_token(
    w: Work, *, app_id: int, login_id: int | None, person_id: int | None, scopes: Sequence[str]
) -> tuple[str, OAuthToken]:
    """Make a token; the secret is returned once and kept nowhere."""
    secret = secrets.token_urlsafe(_TOKEN_BYTES)
    token = OAuthToken(
        id=w.new_id(),
        token_hash=fingerprint(secret),
        app_id=app_id,
        login_id=login_id,
        person_id=person_id,
        scopes=" ".join(scopes),
        created_at=w.now,
        used_at=w.now,
    )
    w.session.add(token)
    w.session.flush()
    return secret, token


def create_token(
    w: Work, person_id: int, login_id: int | None, scopes: str, app_name: str = "meshwork"
) -> str:
    """Make a token for somebody here without the pages, for the command line; return its secret.

    Raises NotFound for somebody who is not here or for whom the login may not act, Invalid for an
    unknown scope.
    """
    wanted = scopes_in(scopes)
    if wanted is None:
        raise Invalid(details={"scopes": [("ERR_INCLUSION", say("names an unknown scope"))]})
    person = person_of(w, HOUSE, person_id)
    if not person.is_local or person.gone:
        raise NotFound
    if login_id is not None and w.session.get(LoginPerson, (login_id, person_id)) is None:
        raise NotFound
    app_id = _own_app(w, app_name[:MOST_APP_NAME])
    secret, _ = new_token(w, app_id=app_id, login_id=login_id, person_id=person_id, scopes=wanted)
    return secret


def _own_app(w: Work, name: str) -> int:
    """Return the application that stands for tokens made by staff; nobody can sign in with it."""
    client_id = "own-" + hashlib.sha256(name.encode()).hexdigest()[:32]
    insert_once(
        w.session,
        OAuthApp,
        {
            "id": w.new_id(),
            "client_id": client_id,
            "secret_hash": fingerprint(secrets.token_urlsafe(_TOKEN_BYTES)),
            "name": name,
            "website": None,
            "redirect_uris": [],
            "scopes": "",
            "created_at": w.now,
            "used_at": w.now,
        },
    )
    return w.session.scalars(select(OAuthApp.id).where(OAuthApp.client_id == client_id)).one()


def revoke_token(w: Work, token_id: int) -> None:
    """End one token; a second time changes nothing."""
    _revoke(w, OAuthToken.id == token_id)


def revoke_tokens_of_login(w: Work, login_id: int, *, person_id: int | None = None) -> None:
    """End every token and code that a login gave, or only those for one person."""
    of_login = OAuthToken.login_id == login_id
    codes = delete(OAuthCode).where(OAuthCode.login_id == login_id)
    if person_id is not None:
        of_login &= OAuthToken.person_id == person_id
        codes = codes.where(OAuthCode.person_id == person_id)
    w.session.execute(codes)
    _revoke(w, of_login)


def revoke_tokens_of_person(w: Work, person_id: int) -> None:
    """End every token that acts for somebody, whoever gave it."""
    _revoke(w, OAuthToken.person_id == person_id)


def revoke_grant(w: Work, login_id: int, token_id: int) -> None:
    """Take back what a login let an application do for a person: all its tokens for both.

    Raises NotFound when the token is not this login's, or of no person it acts for.
    """
    token = w.session.get(OAuthToken, token_id)
    if token is None or token.revoked_at is not None or not _is_theirs(w, login_id, token):
        raise NotFound
    _revoke(
        w,
        (OAuthToken.app_id == token.app_id)
        & (OAuthToken.person_id == token.person_id)
        & (OAuthToken.login_id.is_(None) | (OAuthToken.login_id == login_id)),
    )


def _is_theirs(w: Work, login_id: int, token: OAuthToken) -> bool:
    if token.person_id is None:
        return False
    if token.login_id is not None:
        return token.login_id == login_id
    return w.session.get(LoginPerson, (login_id, token.person_id)) is not None


def _revoke(w: Work, which: ColumnElement[bool]) -> None:
    in_force = OAuthToken.revoked_at.is_(None)
    ids = w.session.scalars(select(OAuthToken.id).where(which, in_force)).all()
    if ids:
        w.session.execute(update(OAuthToken).where(OAuthToken.id.in_(ids)).values(revoked_at=w.now))
        announce_token_end(w, ids)
