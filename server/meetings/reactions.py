"""What meetings answer: a match that ends calls off what was planned; so does who goes."""

from typing import Final

from sqlalchemy import delete, or_, select

from server.access.events import StaffLeft
from server.matching.events import MatchChanged
from server.matching.rules import CONSENTED
from server.meetings.model import MeetAgain, Meeting, PairItem, PersonCalendar, Side
from server.meetings.rules import COMING, UNDECIDED
from server.meetings.service import call_off
from server.people.events import PersonDeleted
from server.platform.events import Reaction
from server.platform.work import Work


def _on_match_changed(w: Work, event: MatchChanged) -> None:
    if event.former not in CONSENTED or event.state in CONSENTED:
        return
    planned = w.session.scalars(
        select(Meeting).where(Meeting.match_id == event.match_id, Meeting.state.in_(COMING))
    ).all()
    for meeting in planned:
        call_off(w, meeting)


def _on_staff_left(w: Work, event: StaffLeft) -> None:
    """Call off what somebody of the staff has planned; the people they would meet are told."""
    planned = w.session.scalars(
        select(Meeting).where(
            Meeting.login_id == event.login_id,
            Meeting.with_staff,
            Meeting.state.in_(COMING),
            or_(Meeting.state.in_(UNDECIDED), Meeting.starts_at > w.now),
        )
    ).all()
    for meeting in planned:
        call_off(w, meeting, without=Side.SECOND)


def _on_person_deleted(w: Work, event: PersonDeleted) -> None:
    forget_person(w, event.person_id)


def forget_person(w: Work, person_id: int) -> None:
    """Take somebody out of everything here; dates that others keep stay without them."""
    theirs = w.session.scalars(
        select(Meeting).where(or_(Meeting.first_id == person_id, Meeting.second_id == person_id))
    ).all()
    for meeting in theirs:
        side = Side.FIRST if meeting.first_id == person_id else Side.SECOND
        if meeting.state in COMING:
            call_off(w, meeting, without=side)
        _detach(meeting, side)
    w.session.execute(delete(PairItem).where(PairItem.author_id == person_id))
    w.session.execute(
        delete(MeetAgain).where(
            or_(MeetAgain.person_id == person_id, MeetAgain.other_id == person_id)
        )
    )
    w.session.execute(delete(PersonCalendar).where(PersonCalendar.person_id == person_id))
    w.session.flush()


def _detach(meeting: Meeting, side: Side) -> None:
    """Remove a side with what is sealed under their key."""
    if side is Side.SECOND:
        meeting.second_id, meeting.second_note_sealed = None, None
        return
    meeting.first_id, meeting.first_note_sealed, meeting.place_sealed = None, None, None
    if meeting.with_staff:
        meeting.second_note_sealed = None


REACTIONS: Final = (
    Reaction(MatchChanged, _on_match_changed),
    Reaction(StaffLeft, _on_staff_left),
    Reaction(PersonDeleted, _on_person_deleted),
)
