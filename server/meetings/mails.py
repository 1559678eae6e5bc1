"""What mails about meetings need, read when they are sent: one sentence, a link, the entry.

The entry goes to the reader's own address and names the instance as its organiser: neither side
learns the address of the other. The place stays on the page.
"""

from collections.abc import Mapping
from typing import Any, Final

from server.access.mailing import CALENDAR
from server.access.model import Login
from server.access.names import email_of
from server.meetings import telling
from server.meetings.calendar import Organizer, calendar_of, entry_of
from server.meetings.feeds import occasion_of
from server.meetings.model import Meeting, MeetingState
from server.meetings.notices import SAID
from server.platform.feature import MailValues
from server.platform.instance import Instance
from server.platform.mail.letters import CalendarFile
from server.platform.mail.sending import mailer_of
from server.platform.work import Reading


def _news(instance: Instance, r: Reading, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what the mail says; None when the meeting has changed again, or is gone."""
    meeting = r.session.get(Meeting, int(values["meeting"]))
    login = r.session.get(Login, int(values["login"]))
    kind, method = str(values["kind"]), str(values["method"])
    if meeting is None or login is None or kind not in SAID:
        return None
    if meeting.sequence != values["sequence"] or not _still_holds(kind, meeting):
        return None
    said = instance.languages.translator(login.locale).say(SAID[kind])
    told: dict[str, Any] = {"said": said, "meeting": str(meeting.id), "has_file": False}
    address = email_of(r, login)
    if method and meeting.starts_local and address:
        told |= {"has_file": True, CALENDAR: _file(instance, r, login, meeting, method)}
    return told


def _still_holds(kind: str, meeting: Meeting) -> bool:
    is_reminder = kind in {telling.TOMORROW, telling.SOON}
    return not is_reminder or meeting.state == MeetingState.CONFIRMED


def _file(
    instance: Instance, r: Reading, login: Login, meeting: Meeting, method: str
) -> CalendarFile:
    entry = entry_of(
        occasion_of(r, meeting),
        organizer_of(instance),
        instance.languages.translator(login.locale),
        email_of(r, login),
    )
    if method == telling.CANCEL:
        entry["STATUS"] = "CANCELLED"
    return CalendarFile(method, calendar_of([entry], method=method))


def organizer_of(instance: Instance) -> Organizer:
    """Return in whose name entries go out: the instance, from where its mails come."""
    return Organizer(str(mailer_of(instance).sender), instance.site.name)


MAIL_VALUES: Final[Mapping[str, MailValues]] = {telling.NEWS: _news}
