"""What matching announces to the rooms above; each event is answered in the same transaction."""

from dataclasses import dataclass
from enum import StrEnum

from server.matching.model import MatchState
from server.platform.events import Event


@dataclass(frozen=True, slots=True)
class MatchChanged(Event):
    """A match has another state; `former` is None for a new draft."""

    match_id: int
    programme_id: int
    former: MatchState | None
    state: MatchState


@dataclass(frozen=True, slots=True)
class MatchStopped(Event):
    """One of the two ended a match at once; the coordinators have been told."""

    match_id: int
    programme_id: int
    by_person_id: int


class Wish(StrEnum):
    """What one of the two asks the staff about a match that goes on meanwhile."""

    ANOTHER = "another"
    """Another pair; nothing ends, and the place on the list is kept."""
    SECOND_LOOK = "second_look"
    """That somebody looks again at how the pair was chosen."""


@dataclass(frozen=True, slots=True)
class StaffAsked(Event):
    """One of the two asks the staff of the programme for something."""

    match_id: int
    programme_id: int
    person_id: int
    wish: Wish


@dataclass(frozen=True, slots=True)
class FollowUpDue(Event):
    """Six months have passed since a match ended: somebody asks the talent how it went on."""

    match_id: int
    programme_id: int
    talent_id: int
