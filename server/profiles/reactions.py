"""What profiles answer: a new person gets a pattern, a wider reach shows what is public."""

from typing import Final

from server.people.events import PersonChanged, PersonCreated, PersonDeleted, ReachRaised
from server.platform.events import Reaction
from server.platform.work import Work
from server.profiles import lines, pictures
from server.profiles.privacy import erase


def _on_person_deleted(w: Work, event: PersonDeleted) -> None:
    erase(w, event.person_id)


REACTIONS: Final = (
    Reaction(PersonCreated, pictures.on_person_created),
    Reaction(PersonChanged, lines.on_person_changed),
    Reaction(ReachRaised, lines.on_reach_raised),
    Reaction(PersonDeleted, _on_person_deleted),
)
