"""The changes of logins: made, granted people to act for, given staff roles, ended.

Sessions are in `sessions`, ways to sign in in `signing_in`, applications in `oauth`, colleagues of
an organisation in `members`. Passwords arrive here as hashes only. Whatever takes a right away ends
the sessions and tokens that carried it, in the same transaction.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import delete, select, update

from server.access.ending import announce_change
from server.access.events import StaffLeft
from server.access.model import Login, LoginPerson, LoginRole, StaffRole
from server.access.names import index_of_email, index_of_name, seal_email, seal_name
from server.access.oauth.tokens import revoke_tokens_of_login, revoke_tokens_of_person
from server.access.rules import clean_email, clean_name
from server.access.sessions import end_sessions
from server.access.tickets import forget_tickets
from server.people.model import PersonKind
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.people.writing import insert_once
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import Message, say
from server.platform.secrets import WrappedKey
from server.platform.work import Reading, Work

OWNER: Final = "owner"
EDITOR: Final = "editor"
_SHARED_KINDS: Final = frozenset({PersonKind.EMPLOYER, PersonKind.ORGANISATION})
_TAKEN: Final = say("is taken already")


def create_login(
    w: Work,
    *,
    email: str | None = None,
    name: str | None = None,
    password_hash: str | None = None,
    locale: str | None = None,
    roles: Iterable[StaffRole] = (),
) -> Login:
    """Make a login with an e-mail address, a sign-in name, or both; they are stored sealed.

    Without a password its owner signs in by link, code or passkey. Raises Invalid (`email`, `name`)
    for what is missing, malformed or taken; `ERR_TAKEN` must not be told to strangers.
    """
    if email is None and name is None:
        raise Invalid(details={"email": [("ERR_BLANK", say("can't be blank"))]})
    address = sound_email(email) if email is not None else None
    called = sound_name(name) if name is not None else None
    require_free(w, address, called)
    login_id = w.new_id()
    key = w.vault.new_key()
    made = insert_once(
        w.session,
        Login,
        {
            "id": login_id,
            "email_index": index_of_email(w, address) if address else None,
            "wrapped_key": key.sealed,
            "email_sealed": seal_email(w, key, login_id, address) if address else None,
            "name_index": index_of_name(w, called) if called else None,
            "name_sealed": seal_name(w, key, login_id, called) if called else None,
            "password_hash": password_hash,
            "locale": locale,
            "created_at": w.now,
        },
    )
    if not made:  # somebody else was quicker, this very moment
        raise _taken("email" if address else "name")
    for role in dict.fromkeys(roles):
        w.session.add(LoginRole(login_id=login_id, role=role))
    w.session.flush()
    return w.session.get_one(Login, login_id)


def sound_email(email: str) -> str:
    """Return an address as it is compared. Raises Invalid for what is none."""
    address = clean_email(email)
    if address is None:
        raise Invalid(details={"email": [("ERR_INVALID", say("is not an e-mail address"))]})
    return address


def sound_name(name: str) -> str:
    """Return a sign-in name as it is compared. Raises Invalid for what is none."""
    called = clean_name(name)
    if called is None:
        wanted: Message = say("must have 3 to 30 letters or digits")
        raise Invalid(details={"name": [("ERR_INVALID", wanted)]})
    return called


def require_free(r: Reading, address: str | None, name: str | None) -> None:
    """Raise Invalid when somebody else signs in with an address or a name already."""
    for field, column, index in (
        ("email", Login.email_index, index_of_email(r, address) if address else None),
        ("name", Login.name_index, index_of_name(r, name) if name else None),
    ):
        if index and r.session.scalar(select(Login.id).where(column == index)) is not None:
            raise _taken(field)


def _taken(field: str) -> Invalid:
    return Invalid(details={field: [("ERR_TAKEN", _TAKEN)]})


def change_email(w: Work, login_id: int, email: str) -> None:
    """Set an address that its owner has confirmed. Raises Invalid when it is malformed or taken."""
    login = existing(w, login_id)
    address = sound_email(email)
    index = index_of_email(w, address)
    if index != login.email_index:
        require_free(w, address, None)
    login.email_index = index
    login.email_sealed = seal_email(w, WrappedKey(login.wrapped_key), login.id, address)
    login.email_confirmed_at = w.now
    w.session.flush()


def change_name(w: Work, login_id: int, name: str) -> None:
    """Set the sign-in name of a login. Raises Invalid when it is malformed or taken."""
    login = existing(w, login_id)
    called = sound_name(name)
    index = index_of_name(w, called)
    if index != login.name_index:
        require_free(w, None, called)
    login.name_index = index
    login.name_sealed = seal_name(w, WrappedKey(login.wrapped_key), login.id, called)
    w.session.flush()


def mark_email_confirmed(w: Work, login_id: int) -> None:
    """Note that somebody read a mail sent to the address of a login."""
    login = existing(w, login_id)
    if login.email_sealed is not None and login.email_confirmed_at is None:
        login.email_confirmed_at = w.now


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
    announce_change(w)


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
    left = select(LoginRole.role).where(LoginRole.login_id == login_id).limit(1)
    if w.session.scalar(left) is None:
        w.emit(StaffLeft(login_id))


def change_password(w: Work, login_id: int, password_hash: str) -> None:
    """Set a new password; every session, token and code made with the old one ends."""
    existing(w, login_id).password_hash = password_hash
    end_every_way_in(w, login_id)


def end_every_way_in(w: Work, login_id: int) -> None:
    """End the sessions, tokens, links and codes of a login; it has to sign in anew."""
    end_sessions(w, login_id)
    revoke_tokens_of_login(w, login_id)
    forget_tickets(w, login_id)


def disable_login(w: Work, login_id: int) -> None:
    """Refuse a login from now on; its sessions and tokens end at once."""
    existing(w, login_id).disabled_at = w.now
    end_every_way_in(w, login_id)
    w.emit(StaffLeft(login_id))


def enable_login(w: Work, login_id: int) -> None:
    """Let a disabled login sign in again."""
    existing(w, login_id).disabled_at = None


def note_sign_in(w: Work, login_id: int, *, fresh_hash: str | None = None) -> None:
    """Note that somebody signed in, and renew a hash made with weaker settings."""
    login = existing(w, login_id)
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
            w.emit(StaffLeft(login_id))
            w.session.execute(delete(Login).where(Login.id == login_id))


def _is_left_with_nothing(w: Work, login_id: int) -> bool:
    acting = select(LoginPerson.person_id).where(LoginPerson.login_id == login_id)
    roles = select(LoginRole.role).where(LoginRole.login_id == login_id)
    return w.session.scalar(acting.limit(1)) is None and w.session.scalar(roles.limit(1)) is None


def change_locale(w: Work, login_id: int, locale: str | None) -> None:
    """Keep the language somebody reads in."""
    w.session.execute(update(Login).where(Login.id == login_id).values(locale=locale))
    announce_change(w)


def existing(w: Work, login_id: int) -> Login:
    """Return a login to change it. Raises NotFound."""
    login = w.session.get(Login, login_id)
    if login is None:
        raise NotFound
    return login
