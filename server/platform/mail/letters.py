"""A mail as it goes over the wire: text and HTML in one, and the headers that belong to it.

Nothing in it follows the reader: no pictures from elsewhere, no counted links.
"""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address as NamedAddress
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from server.platform.mail.rules import Address, one_line


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar that goes with a letter; `method` is the one that it states itself (RFC 5546)."""

    method: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is said: subject, plain text and HTML, in one language."""

    subject: str
    text: str
    html: str
    language: str
    calendar: CalendarFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who writes to whom, when, and how the reader ends it.

    `message_id` stays the same when a mail is tried again, so that a copy is recognisable.
    `unsubscribe` is the address of the one-click page (RFC 8058), None for what cannot be ended.
    """

    sender: Address
    sender_name: str
    recipient: Address
    message_id: str
    at: datetime
    unsubscribe: str | None = None


def message_of(letter: Letter, envelope: Envelope) -> EmailMessage:
    """Return the message. Its headers hold no line end, whatever the texts are."""
    message = EmailMessage(policy=SMTPUTF8 if envelope.recipient.needs_utf8 else SMTP)
    message["Message-ID"] = f"<{envelope.message_id}>"
    message["Date"] = format_datetime(envelope.at)
    message["Subject"] = one_line(letter.subject)
    message["From"] = NamedAddress(
        display_name=one_line(envelope.sender_name),
        username=envelope.sender.local,
        domain=envelope.sender.domain,
    )
    message["To"] = NamedAddress(
        username=envelope.recipient.local, domain=envelope.recipient.domain
    )
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no "out of office" comes back
    message["X-Auto-Response-Suppress"] = "All"
    if envelope.unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{envelope.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.calendar is not None:
        _add_calendar(message, letter.calendar)
    # Last: what is set before becomes a header of the first part.
    message["Content-Language"] = letter.language
    return message


def _add_calendar(message: EmailMessage, calendar: CalendarFile) -> None:
    """Add a calendar twice: as a form of the text for mail programs that act on it (RFC 6047),
    and as a file for all others.
    """
    message.add_alternative(
        calendar.content.decode(),
        subtype="calendar",
        cte="base64",
        params={"method": calendar.method},
    )
    message.add_attachment(
        calendar.content, maintype="application", subtype="ics", filename="meeting.ics"
    )
