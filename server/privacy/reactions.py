"""What privacy answers: a longer or shorter reach is a consent given or taken back."""

from server.federation.model import Reach
from server.people.events import PersonCreated, ReachLowered, ReachRaised
from server.people.queries import person_by_id
from server.people.rules import HOUSE
from server.platform.events import Reaction
from server.platform.work import Work
from server.privacy.model import Consent


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


REACTIONS = (
    Reaction(PersonCreated, _on_created),
    Reaction(ReachRaised, _on_raised),
    Reaction(ReachLowered, _on_lowered),
)
