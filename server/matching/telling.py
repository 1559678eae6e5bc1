"""Telling the two people, and the staff, that there is something about a match; never more.

A notice here and a mail, both without the name of anybody: before both have agreed nobody is to
learn from a screen that others see who was proposed, and after it the page says it better.
"""

from typing import Final

from sqlalchemy import select

from server.access.mailing import mail_login
from server.access.model import LoginPerson, LoginRole, StaffRole
from server.notifications.service import inform
from server.platform.mail.requests import mail_for_person
from server.platform.work import Reading, Work
from server.programmes.model import ProgrammeStaff

MATCH_ASKED: Final = "match_asked"
MATCH_REMINDER: Final = "match_reminder"
MATCH_AGREED: Final = "match_agreed"
MATCH_OVER: Final = "match_over"
"""A proposal did not come about: said in the same words whatever the cause."""
MATCH_CHANGED: Final = "match_changed"
MATCH_ENDED: Final = "match_ended"
MATCH_DESK: Final = "match_desk"
"""For coordinators: a match wants to be looked at."""

KINDS: Final = (
    MATCH_ASKED,
    MATCH_REMINDER,
    MATCH_AGREED,
    MATCH_OVER,
    MATCH_CHANGED,
    MATCH_ENDED,
)
"""What the two people are told; these also reach who only uses a Mastodon client."""
TOPIC: Final = "matching"
TEMPLATE: Final = "matching/mail/news"


def tell(w: Work, person_id: int, kind: str, match_id: int) -> None:
    """Tell one of the two that there is something; nothing to people elsewhere."""
    if inform(w, person_id, kind, {"match": str(match_id)}) is None:
        return
    values = {"kind": kind, "match": str(match_id)}
    w.enqueue(mail_for_person(person_id, template=TEMPLATE, topic=TOPIC, values=values))


def tell_staff(w: Work, programme_id: int, match_id: int) -> None:
    """Tell the coordinators of a programme that one of its matches wants to be looked at."""
    for login_id in coordinators_of(w, programme_id):
        people = select(LoginPerson.person_id).where(LoginPerson.login_id == login_id)
        for person_id in w.session.scalars(people).all():
            inform(w, person_id, MATCH_DESK, {"match": str(match_id)})
        values = {"kind": MATCH_DESK, "match": str(match_id)}
        mail_login(w, login_id, template=TEMPLATE, topic=TOPIC, values=values)


def coordinators_of(r: Reading, programme_id: int) -> list[int]:
    """Return the logins that match in a programme: its own, or every coordinator when it has none.

    The programme's coordinators are those of its staff with that role.
    """
    own = select(ProgrammeStaff.login_id).where(
        ProgrammeStaff.programme_id == programme_id, ProgrammeStaff.role == "coordinator"
    )
    named = r.session.scalars(own.order_by(ProgrammeStaff.login_id)).all()
    if named:
        return list(named)
    every = select(LoginRole.login_id).where(LoginRole.role == StaffRole.COORDINATOR)
    return list(r.session.scalars(every.order_by(LoginRole.login_id)))
