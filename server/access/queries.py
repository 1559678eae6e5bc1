"""Reads of access: whom a login acts for, who acts for a person, which applications may."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from server.access.model import LoginPerson, OAuthApp, OAuthToken
from server.people.cards import PersonRow, cards_seen_by, person_row
from server.people.model import Person
from server.people.rules import Place, Viewer
from server.platform.work import Reading


def people_of_login(r: Reading, login_id: int) -> list[PersonRow]:
    """Return whom a login can act for now, by handle; who is suspended or gone is left out."""
    rows = r.session.execute(
        cards_seen_by(Viewer(None, Place.LOCAL))
        .join(LoginPerson, LoginPerson.person_id == Person.id)
        .where(LoginPerson.login_id == login_id)
        .order_by(Person.id)
    )
    return [person_row(row) for row in rows]


def logins_of_person(r: Reading, person_id: int) -> dict[int, str]:
    """Return the logins that act for somebody, with the role of each."""
    rows = r.session.execute(
        select(LoginPerson.login_id, LoginPerson.role).where(LoginPerson.person_id == person_id)
    )
    return {login_id: role for login_id, role in rows}  # noqa: C416 - the type checker reads rows so


@dataclass(frozen=True, slots=True)
class Permission:
    """An application that may act for somebody, as they see it in their settings."""

    token_id: int
    app_name: str
    website: str | None
    scopes: tuple[str, ...]
    created_at: datetime
    used_at: datetime


def permissions_of(r: Reading, person_id: int) -> list[Permission]:
    """Return the applications that may act for somebody, the newest first."""
    rows = r.session.execute(
        select(
            OAuthToken.id, OAuthApp.name, OAuthApp.website, OAuthToken.scopes,
            OAuthToken.created_at, OAuthToken.used_at,
        )
        .join(OAuthApp, OAuthApp.id == OAuthToken.app_id)
        .where(OAuthToken.person_id == person_id, OAuthToken.revoked_at.is_(None))
        .order_by(OAuthToken.id.desc())
    )  # fmt: skip
    return [
        Permission(token_id, name, website, tuple(scopes.split()), created_at, used_at)
        for token_id, name, website, scopes, created_at, used_at in rows
    ]


@dataclass(frozen=True, slots=True)
class AppOfToken:
    """The application behind a token, as posts name it."""

    name: str
    website: str | None


def app_of_token(r: Reading, token_id: int) -> AppOfToken | None:
    """Return the application that a token was given to."""
    row = r.session.execute(
        select(OAuthApp.name, OAuthApp.website)
        .join(OAuthToken, OAuthToken.app_id == OAuthApp.id)
        .where(OAuthToken.id == token_id)
    ).one_or_none()
    return None if row is None else AppOfToken(*row)
