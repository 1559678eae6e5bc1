"""What privacy answers: a reach is a consent, and a consent to e-mails turns them on and off."""

from server.access.mailing import allow_topic, refuse_topic
from server.access.queries import logins_of_person
from server.federation.model import Reach
from server.people.events import PersonCreated, ReachLowered, ReachRaised
from server.people.queries import person_by_id
from server.people.rules import HOUSE
from server.platform.events import Reaction
from server.platform.work import Work
from server.privacy.events import ConsentGiven, ConsentWithdrawn
from server.privacy.model import Consent
from server.privacy.texts import MAIL_ALERTS

_ALERTS = "alerts"


def _record(w: Work, person_id: int, reach: Reach, *, given: bool) -> None:
    w.session.add(
        Consent(
            id=w.new_id(),
            person_id=person_id,
            purpose=f"reach:{reach.value}",
            given=given,
            at=w.now,
        )
    )


def _on_created(w: Work, event: PersonCreated) -> None:
    """Somebody who starts beyond home has agreed to that when they were made."""
    person = person_by_id(w, HOUSE, event.person_id)
    if person is not None and person.reach != Reach.HOME:
        _record(w, event.person_id, person.reach, given=True)


def _on_raised(w: Work, event: ReachRaised) -> None:
    _record(w, event.person_id, event.current, given=True)


def _on_lowered(w: Work, event: ReachLowered) -> None:
    _record(w, event.person_id, event.former, given=False)


def _on_given(w: Work, event: ConsentGiven) -> None:
    """Whoever wants e-mails about offers gets them again."""
    if event.purpose == MAIL_ALERTS.name:
        for login_id in logins_of_person(w, event.person_id):
            allow_topic(w, login_id, _ALERTS)


def _on_withdrawn(w: Work, event: ConsentWithdrawn) -> None:
    """Whoever wants no e-mails about offers gets none from this moment on."""
    if event.purpose == MAIL_ALERTS.name:
        for login_id in logins_of_person(w, event.person_id):
            refuse_topic(w, login_id, _ALERTS)


REACTIONS = (
    Reaction(PersonCreated, _on_created),
    Reaction(ReachRaised, _on_raised),
    Reaction(ReachLowered, _on_lowered),
    Reaction(ConsentGiven, _on_given),
    Reaction(ConsentWithdrawn, _on_withdrawn),
)
