"""What programmes answer: a consent to be matched that was taken back."""

from typing import Final

from server.platform.events import Reaction
from server.platform.work import Work
from server.privacy.events import ConsentWithdrawn
from server.privacy.texts import MATCHING
from server.programmes.model import ParticipationState
from server.programmes.queries import participations_of
from server.programmes.rules import UNDECIDED
from server.programmes.service import pause, withdraw


def _on_withdrawn(w: Work, event: ConsentWithdrawn) -> None:
    """Applications end; who takes part rests, and may go on after a new yes."""
    if event.purpose != MATCHING.name:
        return
    for row in participations_of(w, event.person_id):
        if row.state in UNDECIDED:
            withdraw(w, row.id, by=None)
        elif row.state is ParticipationState.ACCEPTED:
            pause(w, row.id, until=None, by=None)


REACTIONS: Final = (Reaction(ConsentWithdrawn, _on_withdrawn),)
