"""Colleagues of an organisation: the invitation on its way, and the login of one who is new.

Who may invite, how long a code lasts and that an owner remains is decided by `access.members`.
"""

from dataclasses import dataclass

from server.access.mailing import mail_login
from server.access.members import accept_member, invite_member
from server.access.names import login_by_email
from server.access.service import create_login
from server.people.model import PersonKind
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.platform.errors import NotFound
from server.platform.work import Work

BODIES = frozenset({PersonKind.EMPLOYER, PersonKind.ORGANISATION})


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that was just made: the code, to be passed on once."""

    code: str
    address: str


def invite(w: Work, *, person_id: int, role: str, by_login: int, email: str | None) -> Invited:
    """Make an invitation to act for an organisation, and mail it to whoever has a login here.

    Whether the address has one is told to nobody: the code is there to be passed on in any case.
    Raises NotFound for a person who is no organisation, NotAllowed and Invalid.
    """
    person = person_of(w, HOUSE, person_id)
    if person.kind not in BODIES:
        raise NotFound
    code = invite_member(w, person_id, role, by_login)
    invited = Invited(code, w.site.url(f"/members/join?code={code}"))
    known = login_by_email(w, email) if email else None
    if known is not None:
        mail_login(
            w,
            known.id,
            template="profiles/mail/invitation",
            values={"organisation": person.name, "address": invited.address, "code": code},
            topic="account",
        )
    return invited


def join_as_new(
    w: Work, *, code: str, email: str, password_hash: str, locale: str
) -> tuple[int, int]:
    """Make a login for a colleague and let it act; return login and person.

    Raises Invalid for an address that is malformed or taken, InvitationOver for the code.
    """
    login = create_login(w, email=email, password_hash=password_hash, locale=locale)
    return login.id, accept_member(w, code, login.id)
