"""Applications: put before the staff, decided with a reason, told to whoever asked."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from server.access.mailing import mail_login
from server.access.model import Login
from server.access.names import email_of, name_of
from server.access.service import disable_login, enable_login, grant_person
from server.activity_log.service import record
from server.federation.keys import NewKeys
from server.joining.drafts import Answers
from server.joining.events import PersonJoined
from server.joining.making import make_person
from server.joining.model import Application, ApplicationState, Coming
from server.joining.rules import MOST_REASON, REFUSED_KEPT, Way
from server.joining.telling import tell_of_application
from server.people.model import PersonKind
from server.platform.errors import Conflict, Invalid, NotFound
from server.platform.i18n import say
from server.platform.secrets import WrappedKey
from server.platform.work import Reading, Work
from server.privacy.ledger import Manner, keep_text, kept_text, write_decisions
from server.privacy.texts import ShownText


class AlreadyDecided(Conflict):
    """Somebody else of the staff was quicker."""

    text = say("This has been decided already.")


def apply(w: Work, login: Login, answers: Answers, texts: Sequence[ShownText]) -> Application:
    """Keep an application until the staff decide; its login cannot sign in before."""
    disable_login(w, login.id)
    for text in texts:
        keep_text(w, text)
    application_id, key = w.new_id(), w.vault.new_key()
    told = {**dataclasses.asdict(answers), "password_hash": None}
    row = Application(
        id=application_id,
        login_id=login.id,
        kind=PersonKind(answers.kind or ""),
        language=answers.language,
        wrapped_key=key.sealed,
        sealed=w.vault.seal(key, json.dumps(told).encode(), _about(application_id)),
        state=ApplicationState.WAITING,
        applied_at=w.now,
    )
    w.session.add(row)
    w.session.flush()
    tell_of_application(w, application_id)
    mail_login(
        w, login.id, template="joining/mail/application_received", values={}, topic="account"
    )
    return row


@dataclass(frozen=True, slots=True)
class Asked:
    """An application as the staff read it."""

    id: int
    kind: PersonKind
    language: str
    name: str
    address: str
    text: str
    applied_at: datetime


def waiting(r: Reading) -> list[Asked]:
    """Return the applications that wait, the oldest first."""
    rows = r.session.scalars(
        select(Application)
        .where(Application.state == ApplicationState.WAITING)
        .order_by(Application.id)
        .limit(200)
    )
    return [_asked(r, row) for row in rows]


def waiting_count(r: Reading) -> int:
    """Return how many applications wait."""
    return (
        r.session.scalar(
            select(func.count())
            .select_from(Application)
            .where(Application.state == ApplicationState.WAITING)
        )
        or 0
    )


def application(r: Reading, application_id: int) -> Asked:
    """Return one that waits. Raises NotFound, and AlreadyDecided."""
    return _asked(r, _waiting(r, application_id))


def approve(
    w: Work, application_id: int, keys: NewKeys, *, decided_by: int | None, reason: str = ""
) -> int:
    """Let somebody in and tell them; return the person. Raises NotFound, AlreadyDecided."""
    row = _waiting(w, application_id)
    answers = _answers(w, row)
    person_id = make_person(w, answers, keys)
    enable_login(w, row.login_id)
    grant_person(w, row.login_id, person_id)
    texts = [text for _, _, mark in answers.read if (text := kept_text(w, mark)) is not None]
    write_decisions(
        w,
        person_id,
        texts,
        answers.agreed,
        manner=Manner(login_id=row.login_id),
        at=row.applied_at,
    )
    w.session.add(Coming(person_id=person_id, way=Way.APPROVAL.value, brought_by=None, at=w.now))
    row.person_id = person_id
    _decide(w, row, ApplicationState.APPROVED, decided_by, reason)
    w.emit(PersonJoined(person_id, row.login_id))
    return person_id


def refuse(w: Work, application_id: int, *, decided_by: int | None, reason: str) -> None:
    """Say no with a reason in plain words. Raises NotFound, AlreadyDecided, Invalid."""
    if not reason.strip():
        raise Invalid(details={"reason": [("ERR_BLANK", say("can't be blank"))]})
    _decide(w, _waiting(w, application_id), ApplicationState.REFUSED, decided_by, reason)


def _decide(
    w: Work, row: Application, state: ApplicationState, decided_by: int | None, reason: str
) -> None:
    if len(reason) > MOST_REASON:
        fault = say("is too long (at most %(most)s)", most=MOST_REASON)
        raise Invalid(details={"reason": [("ERR_TOO_LONG", fault)]})
    row.state, row.decided_at, row.decided_by, row.sealed = state, w.now, decided_by, b""
    record(
        w, login_id=decided_by, verb=f"application_{state.value}", subject_type="application",
        subject_id=row.id,
    )  # fmt: skip
    template = f"joining/mail/application_{state.value}"
    values = {"reason": reason.strip()}
    mail_login(w, row.login_id, template=template, values=values, topic="account")
    w.session.flush()


def forget_refused(w: Work) -> None:
    """Delete refused applications of which 30 days have passed, with their logins."""
    rows = w.session.scalars(
        select(Application).where(
            Application.state == ApplicationState.REFUSED,
            Application.decided_at < w.now - REFUSED_KEPT,
        )
    ).all()
    for row in rows:
        w.session.execute(delete(Application).where(Application.id == row.id))
        w.session.execute(delete(Login).where(Login.id == row.login_id))


def _waiting(r: Reading, application_id: int) -> Application:
    row = r.session.get(Application, application_id)
    if row is None:
        raise NotFound
    if row.state != ApplicationState.WAITING:
        raise AlreadyDecided
    return row


def _answers(r: Reading, row: Application) -> Answers:
    said: dict[str, Any] = json.loads(
        r.vault.open(WrappedKey(row.wrapped_key), row.sealed, _about(row.id))
    )
    said["read"] = tuple(
        (str(name), int(version), str(mark)) for name, version, mark in said["read"]
    )
    return Answers(**{**said, "agreed": tuple(said["agreed"])})


def _asked(r: Reading, row: Application) -> Asked:
    answers = _answers(r, row)
    login = r.session.get_one(Login, row.login_id)
    return Asked(
        id=row.id,
        kind=PersonKind(row.kind),
        language=row.language,
        name=answers.name or answers.handle or "",
        address=email_of(r, login) or name_of(r, login) or "",
        text=answers.application,
        applied_at=row.applied_at,
    )


def _about(application_id: int) -> str:
    return f"application {application_id}"
