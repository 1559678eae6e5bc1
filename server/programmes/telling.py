"""What people hear of programmes: staff of an application, applicants of the answer."""

from typing import Final

from sqlalchemy import func, select

from server.access.model import LoginPerson, LoginRole, StaffRole
from server.notifications.service import inform
from server.platform.i18n import Message, say
from server.platform.notices import About, Notice
from server.platform.work import Work
from server.programmes.model import ProgrammeStaff
from server.programmes.queries import ParticipationRow

APPLIED: Final = "programme_application"
ACCEPTED: Final = "programme_accepted"
REFUSED: Final = "programme_refused"
_APPLIED: Final = say("Somebody applied to a programme.")
_ACCEPTED: Final = say("A programme has accepted you.")
_REFUSED: Final = say("A programme has no place for you this time.")


def tell_of_application(w: Work, programme_id: int) -> None:
    """Tell the coordinators; somebody who acts for several people hears it once."""
    for person_id in people_of(w, coordinators_of(w, programme_id)):
        inform(w, person_id, APPLIED, {"programme": str(programme_id)})


def coordinators_of(w: Work, programme_id: int) -> set[int]:
    """Return the logins that coordinate a programme: its own, else all coordinators, or admins."""
    own = select(ProgrammeStaff.login_id).where(
        ProgrammeStaff.programme_id == programme_id, ProgrammeStaff.role == "coordinator"
    )
    for wanted in (
        own,
        select(LoginRole.login_id).where(LoginRole.role == StaffRole.COORDINATOR),
        select(LoginRole.login_id).where(LoginRole.role == StaffRole.ADMIN),
    ):
        if found := set(w.session.scalars(wanted)):
            return found
    return set()


def people_of(w: Work, logins: set[int]) -> list[int]:
    """Return one person for each login, who gets the notices."""
    first = (
        select(func.min(LoginPerson.person_id))
        .where(LoginPerson.login_id.in_(logins))
        .group_by(LoginPerson.login_id)
    )
    return sorted(set(w.session.scalars(first)))


def tell_accepted(w: Work, row: ParticipationRow) -> None:
    """Tell somebody that they take part."""
    inform(w, row.person_id, ACCEPTED, {"programme": str(row.programme_id)})


def tell_refused(w: Work, row: ParticipationRow) -> None:
    """Tell somebody that they do not take part."""
    inform(w, row.person_id, REFUSED, {"programme": str(row.programme_id)})


def _to_people(about: About) -> str | None:
    number = str(about.get("programme") or "")
    return f"/staff/programmes/{number}/people" if number.isdecimal() else "/staff/programmes"


def _to_own(_: About) -> str | None:
    return "/settings/programmes"


def _applied(_: About) -> Message:
    return _APPLIED


def _accepted(_: About) -> Message:
    return _ACCEPTED


def _refused(_: About) -> Message:
    return _REFUSED


NOTICES: Final = (
    Notice(
        kind=APPLIED,
        label=_APPLIED,
        icon="person",
        text=_applied,
        path=_to_people,
    ),
    Notice(
        kind=ACCEPTED,
        label=_ACCEPTED,
        icon="project",
        text=_accepted,
        path=_to_own,
        is_essential=True,
    ),
    Notice(
        kind=REFUSED,
        label=_REFUSED,
        icon="project",
        text=_refused,
        path=_to_own,
        is_essential=True,
    ),
)
