"""Reads of access: whom a login acts for, who acts for a person, which applications may."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from server.access.model import LoginPerson
from server.access.oauth.model import OAuthApp, OAuthToken
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
class Grant:
    """What one application may do for one person, whatever number of tokens it has for that."""

    token_id: int
    """The newest token; revoking it revokes them all."""
    app_name: str
    website: str | None
    person: PersonRow
    scopes: tuple[str, ...]
    created_at: datetime
    used_at: datetime


def grants_of(r: Reading, login_id: int) -> list[Grant]:
    """Return what applications may do for the people a login acts for, the last used first.

    Also what the staff gave out for these people without a login; not what colleagues gave.
    """
    people = {person.id: person for person in people_of_login(r, login_id)}
    rows = r.session.execute(
        select(OAuthToken, OAuthApp)
        .join(OAuthApp, OAuthApp.id == OAuthToken.app_id)
        .where(
            OAuthToken.person_id.in_(people),
            OAuthToken.revoked_at.is_(None),
            OAuthToken.login_id.is_(None) | (OAuthToken.login_id == login_id),
        )
        .order_by(OAuthToken.id)
    )
    found: dict[tuple[int, int], list[tuple[OAuthToken, OAuthApp]]] = {}
    for token, app in rows:
        found.setdefault((app.id, token.person_id or 0), []).append((token, app))
    grants = [_grant(people[person_id], given) for (_, person_id), given in found.items()]
    return sorted(grants, key=lambda grant: grant.used_at, reverse=True)


def _grant(person: PersonRow, given: list[tuple[OAuthToken, OAuthApp]]) -> Grant:
    newest, app = given[-1]
    scopes = dict.fromkeys(scope for token, _ in given for scope in token.scopes.split())
    return Grant(
        token_id=newest.id,
        app_name=app.name,
        website=app.website,
        person=person,
        scopes=tuple(scopes),
        created_at=min(token.created_at for token, _ in given),
        used_at=max(token.used_at for token, _ in given),
    )


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
