"""The end of the wizard: one transaction that makes the person, the login and the consents.

Whoever sends the last form twice, or with a code that somebody else used meanwhile, changes
nothing: the draft is taken and the code counted in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from server.access.mailing import mail_login
from server.access.model import Login
from server.access.names import login_by_email
from server.access.queries import logins_of_person
from server.access.service import (
    create_login,
    enable_login,
    grant_person,
    mark_email_confirmed,
)
from server.activity_log.service import record
from server.federation.keys import NewKeys
from server.joining.applications import apply
from server.joining.asking import first_open
from server.joining.doors import door_of
from server.joining.drafts import Answers, Draft, forget_waiting, is_waiting, take_draft
from server.joining.events import PersonJoined
from server.joining.invitations import invitation_by_id, use_invitation
from server.joining.making import make_person
from server.joining.model import Coming, Invitation
from server.joining.rules import FASTEST, Door, NoWayIn, Refusal, Step, Way
from server.platform.errors import Conflict, Invalid
from server.platform.i18n import say
from server.platform.work import Reading, Work
from server.privacy.ledger import Manner, write_decisions
from server.privacy.model import How
from server.privacy.texts import ShownText


@dataclass(frozen=True, slots=True)
class Joined:
    """Who has joined; without a person it is somebody whose application waits."""

    login_id: int
    person_id: int | None
    sign_in_name: str | None


class NotFinished(Conflict):
    """Something is still to be answered, or has to be answered anew."""

    text = say("Something is still missing. Please look at it again.")


def finish(
    w: Work, draft_id: int, keys: NewKeys, texts: Sequence[ShownText], *, mails: bool
) -> Joined:
    """Let somebody in, or put their application before the staff.

    Raises DraftGone, NoWayIn, NotFinished, and Invalid (`email`, `name`) for a login that somebody
    else was quicker to take.
    """
    draft = take_draft(w, draft_id)
    answers = draft.answers
    door = door_of(w, answers, mails=mails)
    if first_open(answers, door, texts) is not Step.CHECK:
        raise NotFinished
    if answers.invitation_id is None and w.now - draft.row.begun_at < FASTEST:
        raise NotFinished(say("That was very quick. Please wait a moment and send it again."))
    login = _login(w, draft)
    if door.way is Way.APPROVAL:
        apply(w, login, answers, texts)
        return Joined(login.id, None, answers.sign_in_name)
    enable_login(w, login.id)
    invitation = _used_invitation(w, answers)
    person_id = _person(w, answers, invitation, keys)
    grant_person(w, login.id, person_id)
    manner = Manner(
        How.COACH if answers.coach_language else How.SELF,
        login_id=invitation.made_by if invitation and answers.coach_language else login.id,
    )
    write_decisions(w, person_id, texts, answers.agreed, manner=manner)
    _welcome(w, person_id, login, door, invitation)
    return Joined(login.id, person_id, answers.sign_in_name)


def _used_invitation(w: Work, answers: Answers) -> Invitation | None:
    if answers.invitation_id is None:
        return None
    invitation = invitation_by_id(w, answers.invitation_id)
    use_invitation(w, invitation.id)
    return invitation


def _person(w: Work, answers: Answers, invitation: Invitation | None, keys: NewKeys) -> int:
    if invitation is not None and invitation.person_id is not None:
        if logins_of_person(w, invitation.person_id):
            raise NoWayIn(Refusal.USED)
        return invitation.person_id
    return make_person(w, answers, keys)


def _login(w: Work, draft: Draft) -> Login:
    answers = draft.answers
    if answers.confirmed and draft.row.login_id is not None:
        login = w.session.get(Login, draft.row.login_id, populate_existing=True)
        if login is None or not is_waiting(w, login):
            raise _taken()
        login.password_hash, login.locale = answers.password_hash, answers.language
        mark_email_confirmed(w, login.id)
        return login
    forget_waiting(w, draft.row.login_id)
    return create_login(
        w,
        email=_free_email(w, answers),
        name=answers.sign_in_name,
        password_hash=answers.password_hash,
        locale=answers.language,
    )


def _free_email(r: Reading, answers: Answers) -> str | None:
    """Return the address; who has a sign-in name joins without one that is known already.

    So nobody learns from the answer who is here.
    """
    if answers.email is None or answers.sign_in_name is None:
        return answers.email
    return None if login_by_email(r, answers.email) is not None else answers.email


def _taken() -> Invalid:
    return Invalid(details={"email": [("ERR_TAKEN", say("cannot be used"))]})


def _welcome(
    w: Work, person_id: int, login: Login, door: Door, invitation: Invitation | None
) -> None:
    known = w.session.get(Coming, person_id)
    if known is None:
        brought_by = invitation.made_by if invitation is not None else None
        way = door.way.value
        w.session.add(Coming(person_id=person_id, way=way, brought_by=brought_by, at=w.now))
    else:
        known.taken_over_at = w.now
    record(
        w, login_id=login.id, verb="join", subject_type="person", subject_id=person_id,
        about={"way": door.way.value},
    )  # fmt: skip
    mail_login(w, login.id, template="joining/mail/welcome", values={}, topic="account")
    w.session.flush()
    w.emit(PersonJoined(person_id, login.id))
