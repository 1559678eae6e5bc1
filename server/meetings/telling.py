"""Telling the two sides of a meeting: a notice each, and a mail with what their calendar needs.

What is said holds no name, time or place: only that there is something. The mail is written when
it is sent (`mails`), and is left out when the meeting has changed again in the meantime.
"""

from typing import Final

from server.access.mailing import mail_login
from server.access.queries import logins_of_person
from server.meetings.model import Meeting, Side
from server.meetings.parties import own_person_of
from server.notifications.service import inform
from server.platform.work import Work

ASKED: Final = "meeting_asked"
PLANNED: Final = "meeting_planned"
MOVED: Final = "meeting_moved"
CANCELLED: Final = "meeting_cancelled"
TOMORROW: Final = "meeting_tomorrow"
SOON: Final = "meeting_soon"
AGAIN: Final = "meeting_again"

NEWS: Final = "meetings/mail/news"
TOPIC: Final = "meetings"
REQUEST: Final = "REQUEST"
CANCEL: Final = "CANCEL"


def tell(w: Work, meeting: Meeting, side: Side, kind: str, method: str = "") -> None:
    """Tell one side by notice and mail; `method` sends the calendar entry along (RFC 5546)."""
    person_id = _person_of(w, meeting, side)
    if person_id is not None:
        inform(w, person_id, kind, {"meeting": str(meeting.id)})
    mail(w, meeting, side, kind, method)


def mail(w: Work, meeting: Meeting, side: Side, kind: str, method: str = "") -> None:
    """Send one side a mail alone: whoever did something needs no notice of it."""
    for login_id in _logins_of(w, meeting, side):
        values = {
            "meeting": str(meeting.id),
            "login": str(login_id),
            "kind": kind,
            "method": method,
            "sequence": meeting.sequence,
        }
        mail_login(w, login_id, template=NEWS, values=values, topic=TOPIC)


def _logins_of(w: Work, meeting: Meeting, side: Side) -> list[int]:
    if side is Side.SECOND and meeting.with_staff:
        return [meeting.login_id] if meeting.login_id is not None else []
    person_id = meeting.first_id if side is Side.FIRST else meeting.second_id
    return sorted(logins_of_person(w, person_id)) if person_id is not None else []


def _person_of(w: Work, meeting: Meeting, side: Side) -> int | None:
    if side is Side.FIRST:
        return meeting.first_id
    if not meeting.with_staff:
        return meeting.second_id
    return own_person_of(w, meeting.login_id) if meeting.login_id is not None else None
