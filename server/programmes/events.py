"""What programmes announce to the features above."""

from dataclasses import dataclass

from server.platform.events import Event
from server.programmes.model import ParticipationState, ProgrammeState


@dataclass(frozen=True, slots=True)
class ProgrammeChanged(Event):
    """A programme moved on."""

    programme_id: int
    former: ProgrammeState
    state: ProgrammeState


@dataclass(frozen=True, slots=True)
class ParticipationChanged(Event):
    """Somebody applied (`former` None), or where they stand in a programme changed."""

    participation_id: int
    person_id: int
    former: ParticipationState | None
    state: ParticipationState
