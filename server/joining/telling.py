"""What joining tells the staff inside: somebody asks to join."""

from typing import Final

from sqlalchemy import func, select

from server.access.model import LoginPerson, LoginRole, StaffRole
from server.notifications.service import inform
from server.platform.i18n import Message, say
from server.platform.notices import About, Notice
from server.platform.work import Work

APPLIED: Final = "application_waiting"
DECIDES: Final = frozenset({StaffRole.MODERATOR, StaffRole.ADMIN})
"""Who decides on applications, and so hears of them."""


def tell_of_application(w: Work, application_id: int) -> None:
    """Tell everybody who decides; somebody who acts for several people hears it once."""
    deciding = select(LoginRole.login_id).where(LoginRole.role.in_(DECIDES))
    people = (
        select(func.min(LoginPerson.person_id))
        .where(LoginPerson.login_id.in_(deciding))
        .group_by(LoginPerson.login_id)
    )
    for person_id in set(w.session.scalars(people).all()):
        inform(w, person_id, APPLIED, {"application": str(application_id)})


def _text(_: About) -> Message:
    return say("Somebody asks to join.")


def _path(about: About) -> str | None:
    number = str(about.get("application") or "")
    return f"/staff/applications/{number}" if number.isdecimal() else "/staff/applications"


NOTICES: Final = (
    Notice(
        kind=APPLIED, label=say("People who ask to join"), icon="person", text=_text, path=_path
    ),
)
