"""What reports answer: without consent no answers for a funder are kept."""

from typing import Final

from server.platform.events import Reaction
from server.platform.work import Work
from server.privacy.events import ConsentWithdrawn
from server.privacy.texts import FUNDER
from server.reports.service import let_go, rows_of_person


def _on_withdrawn(w: Work, event: ConsentWithdrawn) -> None:
    if event.purpose == FUNDER.name:
        let_go(w, rows_of_person(w, event.person_id))


REACTIONS: Final = (Reaction(ConsentWithdrawn, _on_withdrawn),)
