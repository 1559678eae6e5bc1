"""What meetings hold about a person, given out and erased on request (GDPR art. 15, 17, 20)."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import or_, select

from server.meetings.items import own_items
from server.meetings.model import MeetAgain, Meeting, PersonCalendar, Side
from server.meetings.reactions import forget_person
from server.meetings.sealed import note_of, place_of
from server.platform.feature import PersonalData
from server.platform.work import Reading


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return somebody's meetings, to-dos, goals, answers and calendar; nobody else's words."""
    meetings = r.session.scalars(
        select(Meeting)
        .where(or_(Meeting.first_id == person_id, Meeting.second_id == person_id))
        .order_by(Meeting.id)
    ).all()
    answers = r.session.scalars(
        select(MeetAgain).where(MeetAgain.person_id == person_id).order_by(MeetAgain.id)
    ).all()
    calendars = r.session.scalars(
        select(PersonCalendar).where(PersonCalendar.person_id == person_id)
    ).all()
    return {
        "meetings": [_meeting(r, one, person_id) for one in meetings],
        "todos_and_goals": [
            {
                "kind": str(one.kind),
                "text": one.text,
                "due_on": one.due_on.isoformat() if one.due_on else None,
                "done_at": one.done_at.isoformat() if one.done_at else None,
            }
            for one in own_items(r, person_id)
        ],
        "meet_again": [
            {
                "meeting": str(one.meeting_id) if one.meeting_id else None,
                "event": str(one.post_id) if one.post_id else None,
                "wants": one.wants,
                "at": one.answered_at.isoformat(),
            }
            for one in answers
        ],
        "calendar": [
            {
                "zone": one.zone,
                "address_made_at": one.made_at.isoformat() if one.made_at else None,
            }
            for one in calendars
        ],
    }


def _meeting(r: Reading, meeting: Meeting, person_id: int) -> Mapping[str, Any]:
    side = Side.FIRST if meeting.first_id == person_id else Side.SECOND
    return {
        "id": str(meeting.id),
        "state": str(meeting.state),
        "mode": str(meeting.mode),
        "proposed": list(meeting.times),
        "starts": meeting.starts_local,
        "zone": meeting.zone,
        "minutes": meeting.minutes,
        "with_staff": meeting.with_staff,
        "place": place_of(r, meeting),
        "note": note_of(r, meeting, side),
        "at": meeting.created_at.isoformat(),
    }


PERSONAL_DATA: Final = PersonalData(export=export, erase=forget_person)
