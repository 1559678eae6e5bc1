"""Colleagues: the logins that act for one organisation or employer, and the codes that invite them.

An owner invites and removes; an editor acts. There is always an owner left. Pages of it belong to
the room of profiles.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from server.access import service, tickets
from server.access.model import Login, LoginPerson, TicketKind
from server.access.names import email_of, name_of
from server.access.rules import INVITATION_LASTS, code_as_typed, new_code
from server.access.service import EDITOR, OWNER
from server.activity_log.service import record
from server.platform.errors import Conflict, Invalid, NotAllowed, NotFound
from server.platform.i18n import say
from server.platform.work import Reading, Work


class LastOwner(Conflict):
    """The last owner of an organisation cannot go or become an editor: nobody could follow."""

    code = "last_owner"
    text = say("Somebody must remain who owns this page. Make another member an owner first.")


class InvitationOver(NotFound):
    """An invitation code is unknown, used, or too old."""

    code = "invitation_over"
    text = say("This code is not valid (any more). Ask for a new one.")


@dataclass(frozen=True, slots=True)
class Member:
    """A login that acts for a person, as owners see it."""

    login_id: int
    called: str
    role: str
    signed_in_at: datetime | None


def members_of(r: Reading, person_id: int) -> list[Member]:
    """Return who acts for a person, owners first. For its members and the staff only."""
    rows = r.session.execute(
        select(Login, LoginPerson.role)
        .join(LoginPerson, LoginPerson.login_id == Login.id)
        .where(LoginPerson.person_id == person_id)
        .order_by(LoginPerson.role.desc(), Login.id)
    )
    return [
        Member(login.id, email_of(r, login) or name_of(r, login) or "", role, login.signed_in_at)
        for login, role in rows
    ]


def role_of(r: Reading, person_id: int, login_id: int) -> str | None:
    """Return how a login acts for a person: `owner`, `editor` or not at all."""
    known = r.session.get(LoginPerson, (login_id, person_id))
    return known.role if known is not None else None


def invite_member(w: Work, person_id: int, role: str, by_login: int) -> str:
    """Return a code with which one login becomes a member: two weeks, one use.

    Raises NotAllowed when the login that invites does not own the page, Invalid for a role that
    there is none of.
    """
    _require_owner(w, person_id, by_login)
    if role not in {OWNER, EDITOR}:
        raise Invalid(details={"role": [("ERR_INCLUSION", say("is not included in the list"))]})
    code = tickets.issue(
        w,
        TicketKind.INVITATION,
        INVITATION_LASTS,
        secret=new_code(),
        person_id=person_id,
        about={"role": role},
    )
    _log(w, by_login, "invite_member", person_id)
    return code


def accept_member(w: Work, code: str, login_id: int) -> int:
    """Let a login act for whom a code invites it to; return that person's id.

    Raises InvitationOver. Whoever is a member already keeps the higher of the two roles.
    """
    taken = tickets.take(w, TicketKind.INVITATION, code_as_typed(code))
    if taken is None or taken.person_id is None:
        raise InvitationOver
    role = str(taken.about.get("role", EDITOR))
    if role_of(w, taken.person_id, login_id) != OWNER:
        service.grant_person(w, login_id, taken.person_id, role)
    _log(w, login_id, "accept_invitation", taken.person_id)
    return taken.person_id


def change_member(w: Work, person_id: int, login_id: int, role: str, by_login: int) -> None:
    """Give a member another role. Raises NotAllowed, NotFound, Invalid, LastOwner."""
    _require_owner(w, person_id, by_login)
    if role_of(w, person_id, login_id) is None:
        raise NotFound
    if role != OWNER:
        _require_other_owner(w, person_id, login_id)
    service.grant_person(w, login_id, person_id, role)
    _log(w, by_login, "change_member", person_id)


def remove_member(w: Work, person_id: int, login_id: int, by_login: int) -> None:
    """Let a login act for a person no more; owners remove anybody, editors themselves.

    Raises NotAllowed, NotFound, LastOwner.
    """
    if by_login != login_id:
        _require_owner(w, person_id, by_login)
    if role_of(w, person_id, login_id) is None:
        raise NotFound
    _require_other_owner(w, person_id, login_id)
    service.withdraw_person(w, login_id, person_id)
    _log(w, by_login, "remove_member", person_id)


def _require_owner(r: Reading, person_id: int, login_id: int) -> None:
    if role_of(r, person_id, login_id) != OWNER:
        raise NotAllowed


def _require_other_owner(r: Reading, person_id: int, login_id: int) -> None:
    if role_of(r, person_id, login_id) != OWNER:
        return
    # Locked, so that two owners who remove each other at once do not both succeed.
    owners = r.session.scalars(
        select(LoginPerson.login_id)
        .where(LoginPerson.person_id == person_id, LoginPerson.role == OWNER)
        .with_for_update()
    ).all()
    if len(owners) < 2:  # noqa: PLR2004 - one besides the one who goes
        raise LastOwner


def _log(w: Work, login_id: int, verb: str, person_id: int) -> None:
    record(w, login_id=login_id, verb=verb, subject_type="person", subject_id=person_id)
