"""Mails to logins: asked for in a unit of work, written and sent later in the login's language.

A job holds the login's number and the values of the template, sealed under the login's own key:
one-time links are among them. The address is read when the mail is sent. Each topic but `account`
can be turned off, also with one click from the mail itself.
"""

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import jinja2
from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from server.access.model import Login, LoginPerson
from server.access.names import email_of
from server.platform.i18n import Message, say
from server.platform.instance import Instance
from server.platform.jobs.model import Job, JobRequest
from server.platform.jobs.outcomes import Done, GivenUp, Outcome
from server.platform.jobs.runner import one_by_one
from server.platform.mail.composing import composer_of
from server.platform.mail.letters import CalendarFile, Envelope, message_of
from server.platform.mail.requests import ACCOUNT, TO_LOGIN, TO_PERSON
from server.platform.mail.rules import Address, read_address
from server.platform.mail.sending import mailer_of
from server.platform.secrets import Vault, WrappedKey
from server.platform.storage.base import Base, BigId
from server.platform.work import Reading, Work

_PURPOSE: Final = "unsubscribe"
CALENDAR: Final = "calendar"
"""The value of a template (`Feature.mail_values`) that goes along as a calendar, not as a text."""

TOPICS: Final[Mapping[str, Message]] = {
    "digest": say("Summaries of what happened"),
    "alerts": say("New posts for your saved searches"),
    "meetings": say("Meetings"),
}
"""What mails are about and how that is said; other topics are said in general words."""


class MailRefusal(Base):
    """That a login wants no mails about a topic.

    The login's own choice, seen by it alone; needed to respect it. Deleted when it is taken back
    and with the login.
    """

    __tablename__ = "mail_refusal"

    login_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("login.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    topic: Mapped[str] = mapped_column(String(30), primary_key=True)
    refused_at: Mapped[datetime]


def mail_login(
    w: Work,
    login_id: int,
    *,
    template: str,
    values: Mapping[str, Any],
    topic: str,
    address: str | None = None,
) -> None:
    """Ask for a mail to a login; nothing when it has no address or has turned the topic off.

    With `address` it goes there instead of to the login's own: to a new one that is to be
    confirmed, or to the old one.

    `template` is "room/mail/name", `values` are JSON, `topic` is `account` for what somebody asked
    for or must know, else one of TOPICS or a short word of the room's own (at most 30 letters).
    """
    login = w.session.get(Login, login_id)
    if login is None or refuses(w, login_id, topic) or not (address or login.email_sealed):
        return
    sealed = w.vault.seal(
        WrappedKey(login.wrapped_key),
        json.dumps({"values": dict(values), "address": address}).encode(),
        _about(login_id),
    )
    payload = {
        "login_id": str(login_id),
        "template": template,
        "topic": topic,
        "sealed": base64.b64encode(sealed).decode(),
    }
    w.enqueue(JobRequest(kind=TO_LOGIN, payload=payload))


def refuses(r: Reading, login_id: int, topic: str) -> bool:
    """Tell whether a login wants no mails about a topic."""
    return topic != ACCOUNT and r.session.get(MailRefusal, (login_id, topic)) is not None


def refused_topics(r: Reading, login_id: int) -> frozenset[str]:
    """Return the topics that a login has turned off."""
    rows = select(MailRefusal.topic).where(MailRefusal.login_id == login_id)
    return frozenset(r.session.scalars(rows))


def refuse_topic(w: Work, login_id: int, topic: str) -> None:
    """Turn a topic off; a second time changes nothing. `account` stays."""
    is_there = w.session.get(Login, login_id) is not None
    if topic != ACCOUNT and is_there and not refuses(w, login_id, topic):
        w.session.add(MailRefusal(login_id=login_id, topic=topic, refused_at=w.now))
        w.session.flush()


def allow_topic(w: Work, login_id: int, topic: str) -> None:
    """Turn a topic on again."""
    w.session.execute(
        delete(MailRefusal).where(MailRefusal.login_id == login_id, MailRefusal.topic == topic)
    )


def ending_token(vault: Vault, login_id: int, topic: str) -> str:
    """Return what the one-click link carries: it ends one topic for one login, nothing else."""
    about = f"{login_id}.{topic}"
    return f"{about}.{vault.mark(_PURPOSE, about)[:32]}"


def read_ending_token(vault: Vault, token: str) -> tuple[int, str] | None:
    """Return login and topic of a token of ours, or None."""
    about, _, mark = token.rpartition(".")
    number, _, topic = about.partition(".")
    expected = vault.mark(_PURPOSE, about)[:32]
    if not hmac.compare_digest(mark.encode(), expected.encode()) or not number.isdecimal():
        return None
    return int(number), topic


@dataclass(frozen=True, slots=True)
class _ToSend:
    address: Address
    locale: str | None
    values: Mapping[str, Any]
    ending: str | None


async def _to_login(instance: Instance, job: Job) -> Outcome:
    """Write and send one mail."""
    sending = await instance.read(_ready, instance, job.payload)
    if not isinstance(sending, _ToSend):
        return sending
    try:
        letter = await composer_of(instance).compose(
            str(job.payload["template"]), sending.locale, sending.values, ending=sending.ending
        )
    except (jinja2.TemplateError, ValueError) as error:
        return GivenUp(f"the mail cannot be written: {type(error).__name__}")
    calendar = sending.values.get(CALENDAR)
    if isinstance(calendar, CalendarFile):
        letter = replace(letter, calendar=calendar)
    mailer = mailer_of(instance)
    envelope = Envelope(
        sender=mailer.sender,
        sender_name=instance.settings.mail.sender_name or instance.site.name,
        recipient=sending.address,
        message_id=f"{job.id}.{instance.vault.mark('mail', str(job.id))[:16]}@{mailer.host}",
        at=job.created_at,
        unsubscribe=sending.ending,
    )
    return await mailer.send(message_of(letter, envelope), envelope.sender, envelope.recipient)


def _ready(r: Reading, instance: Instance, payload: Mapping[str, Any]) -> _ToSend | Outcome:
    """Return what is to be sent, or how the job ends without a mail."""
    login_id, topic = int(payload["login_id"]), str(payload["topic"])
    login = r.session.get(Login, login_id)
    if login is None or refuses(r, login_id, topic):
        return Done()
    # Whoever typed somebody else's address must not send them summaries.
    if topic != ACCOUNT and (login.disabled_at or login.email_confirmed_at is None):
        return Done()
    sealed = base64.b64decode(str(payload["sealed"]))
    opened = json.loads(r.vault.open(WrappedKey(login.wrapped_key), sealed, _about(login_id)))
    written_to = opened["address"] or email_of(r, login)
    if written_to is None:
        return Done()
    address = read_address(written_to)
    if address is None:
        return GivenUp("the address of the login cannot be written to")
    values = _values(r, instance, str(payload["template"]), opened["values"])
    if values is None:
        return Done()
    ending = None
    if topic != ACCOUNT:
        ending = r.site.url(f"/mail/stop/{ending_token(r.vault, login_id, topic)}")
    return _ToSend(address, login.locale, values, ending)


def _values(
    r: Reading, instance: Instance, template: str, values: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    for feature in instance.features:
        if feature.mail_values and template in feature.mail_values:
            return feature.mail_values[template](instance, r, values)
    return values


async def _to_person(instance: Instance, job: Job) -> None:
    """Ask for one mail for each login that acts for a person."""
    await instance.work(_ask_each, job.payload)


def _ask_each(w: Work, payload: Mapping[str, Any]) -> None:
    acting = select(LoginPerson.login_id).where(LoginPerson.person_id == int(payload["person_id"]))
    for login_id in w.session.scalars(acting).all():
        mail_login(
            w,
            login_id,
            template=str(payload["template"]),
            values=payload["values"],
            topic=str(payload["topic"]),
        )


def _about(login_id: int) -> str:
    return f"mail to login {login_id}"


JOB_KINDS: Final = (one_by_one(TO_LOGIN, _to_login), one_by_one(TO_PERSON, _to_person))
