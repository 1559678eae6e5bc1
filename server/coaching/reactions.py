"""What coaching answers: a match changed or ended long ago, a consent was taken back."""

from typing import Final

from server.coaching import tasks
from server.coaching.checking import CHECKED
from server.coaching.model import TaskKind
from server.coaching.silences import end_silence
from server.coaching.stories import forget_stories
from server.matching.events import FollowUpDue, MatchChanged, StaffAsked, Wish
from server.platform.events import Event, Reaction
from server.platform.work import Work
from server.privacy.events import ConsentWithdrawn
from server.privacy.texts import STORIES


def _matched(w: Work, event: Event) -> None:
    """A change is a sign of life; a paused or ended match is left alone."""
    if isinstance(event, MatchChanged) and (event.former in CHECKED or event.state in CHECKED):
        end_silence(w, event.match_id)


def _ask_later(w: Work, event: Event) -> None:
    if isinstance(event, FollowUpDue):
        tasks.alert(w, TaskKind.FOLLOW_UP, event.programme_id, match_id=event.match_id)


_WISHES: Final = {Wish.ANOTHER: TaskKind.ANOTHER, Wish.SECOND_LOOK: TaskKind.SECOND_LOOK}


def _asked(w: Work, event: Event) -> None:
    """Give the coordinators of the programme a task, which waits once."""
    if isinstance(event, StaffAsked):
        about = {"person_id": event.person_id, "match_id": event.match_id}
        tasks.alert(w, _WISHES[event.wish], event.programme_id, **about)


def _withdrawn(w: Work, event: Event) -> None:
    if isinstance(event, ConsentWithdrawn) and event.purpose == STORIES.name:
        forget_stories(w, event.person_id)


REACTIONS: Final = (
    Reaction(MatchChanged, _matched),
    Reaction(FollowUpDue, _ask_later),
    Reaction(StaffAsked, _asked),
    Reaction(ConsentWithdrawn, _withdrawn),
)
