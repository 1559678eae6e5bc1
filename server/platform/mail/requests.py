"""Asking for a mail inside a unit of work: the names of the jobs that the access room runs.

Rooms below access ask by person. A request holds ids and short words only; what the template needs
is read when the mail is sent (`Feature.mail_values`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from server.platform.jobs.model import JobRequest

TO_LOGIN: Final = "mail.login"
TO_PERSON: Final = "mail.person"
KINDS: Final = (TO_LOGIN, TO_PERSON)

ACCOUNT: Final = "account"
"""The topic that cannot be turned off: what somebody asked for, or must know of their account."""


def mail_for_person(
    person_id: int,
    *,
    template: str,
    topic: str,
    values: Mapping[str, Any] | None = None,
    unique: str | None = None,
    not_before: datetime | None = None,
) -> JobRequest:
    """Return the request for a mail to every login that acts for a person.

    `template` is "room/mail/name"; with `unique`, a second request is the same as the first while
    that one waits.
    """
    payload = {
        "person_id": str(person_id),
        "template": template,
        "topic": topic,
        "values": dict(values or {}),
    }
    return JobRequest(kind=TO_PERSON, payload=payload, unique_key=unique, run_at=not_before)
