"""The changes of logins: made, granted people to act for, given staff roles, ended.

Sessions are in `sessions`, tokens in `tokens`, applications and their codes in `oauth`. Passwords
arrive here as hashes only. Whatever takes a right away ends the sessions and tokens that carried
it, in the same transaction.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import delete, select, update

from server.access.ending import announce_change
from server.access.model import Login, LoginPerson, LoginRole, StaffRole
from server.access.rules import clean_email
from server.access.sessions import (
    begin_session,
    end_session,
    end_sessions,
    switch_person,
)
from server.access.tokens import create_token, revoke_tokens_of_login, revoke_tokens_of_person
from server.people.model import PersonKind
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.people.writing import insert_once
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import say
from server.platform.secrets import WrappedKey
from server.platform.work import Reading, Work

__all__ = [
    "EDITOR",
    "OWNER",
    "begin_session",
    "change_locale",
    "change_password",
    "create_login",
    "create_token",
    "disable_login",
    "email_of",
    "enable_login",
    "end_session",
    "end_sessions",
    "forget_person",
    "give_role",
    "grant_person",
    "login_by_email",
    "note_sign_in",
    "switch_person",
    "take_role",
    "withdraw_person",
]

OWNER: Final = "owner"
EDITOR: Final = "editor"
_SHARED_KINDS: Final = frozenset({PersonKind.EMPLOYER, PersonKind.ORGANISATION})


def create_login(
    w: Work,
    email: str,
    password_hash: str,
    roles: Iterable[StaffRole] = (),
    *,
    locale: str | None = None,
) -> Login:
    """Make a login; the address is stored sealed, and found by a keyed fingerprint only.

    Raises Invalid for an address that is malformed or taken.
    """
    address = clean_email(email)
    if address is None:
        raise Invalid(details={"email": [("ERR_INVALID", say("is not an e-mail address"))]})
    login_id = w.new_id()
    key = w.vault.new_key()
    made = insert_once(
        w.session,
        Login,
        {
            "id": login_id,
            "email_index": _index_of(w, address),
            "wrapped_key": key.sealed,
            "email_sealed": w.vault.seal(key, address.encode(), _about(login_id)),
            "password_hash": password_hash,
            "locale": locale,
            "created_at": w.now,
        },
    )
    if not made:
        raise Invalid(details={"email": [("ERR_TAKEN", say("is taken already"))]})
    for role in dict.fromkeys(roles):
        w.session.add(LoginRole(login_id=login_id, role=role))
    w.session.flush()
    return w.session.get_one(Login, login_id)


def grant_person(w: Work, login_id: int, person_id: int, role: str = OWNER) -> None:
    """Let a login act for somebody here; a second time sets the role anew.

    Several logins, as owners or editors, only act for an employer or an organisation: a private
    person's account is one human's. Raises NotFound, Invalid.
    """
    if role not in {OWNER, EDITOR}:
        raise Invalid(details={"role": [("ERR_INCLUSION", say("is not included in the list"))]})
    person = person_of(w, HOUSE, person_id)
    if not person.is_local or person.gone or w.session.get(Login, login_id) is None:
        raise NotFound
    others = w.session.scalar(
        select(LoginPerson.login_id)
        .where(LoginPerson.person_id == person_id, LoginPerson.login_id != login_id)
        .limit(1)
    )
    if person.kind not in _SHARED_KINDS and (others is not None or role == EDITOR):
        raise Invalid(say("Only employers and organisations can have several logins."))
    known = w.session.get(LoginPerson, (login_id, person_id))
    if known is None:
        w.session.add(LoginPerson(login_id=login_id, person_id=person_id, role=role))
    else:
        known.role = role
    w.session.flush()


def withdraw_person(w: Work, login_id: int, person_id: int) -> None:
    """Let a login act for somebody no more; its sessions and tokens for them end."""
    w.session.execute(
        delete(LoginPerson).where(
            LoginPerson.login_id == login_id, LoginPerson.person_id == person_id
        )
    )
    end_sessions(w, login_id, person_id=person_id)
    revoke_tokens_of_login(w, login_id, person_id=person_id)


def give_role(w: Work, login_id: int, role: StaffRole) -> None:
    """Give a login a staff role. Raises NotFound."""
    if w.session.get(Login, login_id) is None:
        raise NotFound
    insert_once(w.session, LoginRole, {"login_id": login_id, "role": role})
    announce_change(w)


def take_role(w: Work, login_id: int, role: StaffRole) -> None:
    """Take a staff role away; sessions end, so that no open page keeps it."""
    w.session.execute(
        delete(LoginRole).where(LoginRole.login_id == login_id, LoginRole.role == role)
    )
    end_sessions(w, login_id)


def change_password(w: Work, login_id: int, password_hash: str) -> None:
    """Set a new password; every session and token made with the old one ends."""
    _existing(w, login_id).password_hash = password_hash
    end_sessions(w, login_id)
    revoke_tokens_of_login(w, login_id)


def disable_login(w: Work, login_id: int) -> None:
    """Refuse a login from now on; its sessions and tokens end at once."""
    _existing(w, login_id).disabled_at = w.now
    end_sessions(w, login_id)
    revoke_tokens_of_login(w, login_id)


def enable_login(w: Work, login_id: int) -> None:
    """Let a disabled login sign in again."""
    _existing(w, login_id).disabled_at = None


def note_sign_in(w: Work, login_id: int, *, fresh_hash: str | None) -> None:
    """Note that somebody signed in, and renew a hash made with weaker settings."""
    login = _existing(w, login_id)
    login.signed_in_at = w.now
    if fresh_hash is not None:
        login.password_hash = fresh_hash


def forget_person(w: Work, person_id: int) -> None:
    """Delete every right to act for somebody who goes, and the logins that are left with none.

    A login of the staff stays: it has work to do without acting for anybody.
    """
    revoke_tokens_of_person(w, person_id)
    logins = w.session.scalars(
        select(LoginPerson.login_id).where(LoginPerson.person_id == person_id)
    ).all()
    for login_id in logins:
        withdraw_person(w, login_id, person_id)
        if _is_left_with_nothing(w, login_id):
            end_sessions(w, login_id)
            w.session.execute(delete(Login).where(Login.id == login_id))


def _is_left_with_nothing(w: Work, login_id: int) -> bool:
    acting = select(LoginPerson.person_id).where(LoginPerson.login_id == login_id)
    roles = select(LoginRole.role).where(LoginRole.login_id == login_id)
    return w.session.scalar(acting.limit(1)) is None and w.session.scalar(roles.limit(1)) is None


def login_by_email(r: Reading, email: str) -> Login | None:
    """Return the login with an address, in any spelling that means the same."""
    address = clean_email(email)
    if address is None:
        return None
    return r.session.scalar(select(Login).where(Login.email_index == _index_of(r, address)))


def email_of(r: Reading, login: Login) -> str:
    """Return the address of a login, opened; for its owner and for mail only."""
    sealed = r.vault.open(WrappedKey(login.wrapped_key), login.email_sealed, _about(login.id))
    return sealed.decode()


def change_locale(w: Work, login_id: int, locale: str | None) -> None:
    """Keep the language somebody reads in."""
    w.session.execute(update(Login).where(Login.id == login_id).values(locale=locale))


def _existing(w: Work, login_id: int) -> Login:
    login = w.session.get(Login, login_id)
    if login is None:
        raise NotFound
    return login


def _index_of(r: Reading, address: str) -> str:
    return r.vault.blind_index(f"e-mail {address}")


def _about(login_id: int) -> str:
    return f"e-mail of login {login_id}"
