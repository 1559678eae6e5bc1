"""What matching announces to the rooms above; each event is answered in the same transaction."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class FollowUpDue(Event):
    """Six months have passed since a match ended: somebody asks the talent how it went on."""

    match_id: int
    programme_id: int
    talent_id: int
