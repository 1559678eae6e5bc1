"""Whether two would like to meet again: each answers alone, and only a double yes is ever shown.

After a meeting of a pair, and after an event between its organiser and whoever was there.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select

from server.meetings import telling
from server.meetings.model import MeetAgain, Meeting, MeetingState
from server.meetings.parties import Party
from server.meetings.rules import ASKED_AFTER_EVENT, NotNow
from server.meetings.service import open_meeting
from server.notifications.service import inform
from server.participation.model import EventPlace, PlaceState
from server.people.cards import PersonRow
from server.people.queries import people_by_ids
from server.people.rules import Viewer
from server.platform.errors import NotFound
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Reading, Work
from server.posts.kinds import Kind
from server.posts.model import Post

_MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody met at an event; `wants` is one's own answer, `both` a double yes."""

    post_id: int
    title: str
    other: PersonRow
    wants: bool | None
    both: bool


def answer_after_meeting(w: Work, party: Party, meeting_id: int, *, wants: bool) -> bool:
    """Answer after a meeting that took place; tell whether both said yes now.

    Raises NotFound, MatchOver, and NotNow for a meeting that did not take place or was with staff.
    """
    meeting, _ = open_meeting(w, party, meeting_id)
    me, other = party.person_id, _other_of(meeting, party)
    if meeting.state != MeetingState.DONE or me is None or other is None:
        raise NotNow
    return _answer(w, me, other, wants=wants, meeting_id=meeting_id)


def _other_of(meeting: Meeting, party: Party) -> int | None:
    if meeting.with_staff:
        return None
    return meeting.second_id if meeting.first_id == party.person_id else meeting.first_id


def answer_after_event(
    w: Work, person_id: int, post_id: int, other_id: int, *, wants: bool
) -> bool:
    """Answer about somebody after an event; tell whether both said yes now.

    Raises NotFound unless one of the two organised it, the other was there, and it ended lately.
    """
    one_at_a_time(w.session, min(person_id, other_id))
    if (post_id, other_id) not in _met_lately(w, person_id):
        raise NotFound
    return _answer(w, person_id, other_id, wants=wants, post_id=post_id)


def met_at_events(r: Reading, person_id: int) -> list[Met]:
    """Return whom somebody may answer about after the events of the last weeks."""
    met = _met_lately(r, person_id)
    people = people_by_ids(r, Viewer.member(person_id), {other_id for _, other_id in met})
    return [
        Met(
            post_id,
            title,
            people[other_id],
            _wants(r, person_id, other_id, MeetAgain.post_id == post_id),
            _is_double(r, person_id, other_id, MeetAgain.post_id == post_id),
        )
        for (post_id, other_id), title in met.items()
        if other_id in people
    ]


def _met_lately(r: Reading, person_id: int) -> dict[tuple[int, int], str]:
    """Return event and other person of every encounter at an event, with the event's title."""
    was_there = and_(EventPlace.state == PlaceState.GOING, EventPlace.attended.is_not(False))
    rows = r.session.execute(
        select(Post.id, Post.author_id, EventPlace.person_id, Post.title)
        .join(EventPlace, EventPlace.post_id == Post.id)
        .where(
            Post.kind == Kind.EVENT,
            Post.is_local,
            Post.closes_at <= r.now,
            Post.closes_at > r.now - ASKED_AFTER_EVENT,
            was_there,
            (Post.author_id == person_id) | (EventPlace.person_id == person_id),
        )
        .order_by(Post.closes_at.desc(), EventPlace.id)
        .limit(_MOST_LISTED)
    )
    return {
        (post_id, guest_id if author_id == person_id else author_id): title or ""
        for post_id, author_id, guest_id, title in rows
        if guest_id != author_id
    }


def _answer(
    w: Work,
    person_id: int,
    other_id: int,
    *,
    wants: bool,
    meeting_id: int | None = None,
    post_id: int | None = None,
) -> bool:
    where = (
        MeetAgain.meeting_id == meeting_id
        if meeting_id is not None
        else MeetAgain.post_id == post_id
    )
    was_double = _is_double(w, person_id, other_id, where)
    known = _row(w, person_id, other_id, where)
    if known is None:
        known = MeetAgain(
            id=w.new_id(),
            person_id=person_id,
            other_id=other_id,
            meeting_id=meeting_id,
            post_id=post_id,
        )
        w.session.add(known)
    known.wants, known.answered_at = wants, w.now
    w.session.flush()
    is_double = _is_double(w, person_id, other_id, where)
    if is_double and not was_double:
        about = {"meeting": str(meeting_id)} if meeting_id is not None else {}
        for one in (person_id, other_id):
            inform(w, one, telling.AGAIN, about)
    return is_double


def _is_double(r: Reading, one: int, other: int, where: ColumnElement[bool]) -> bool:
    return bool(_wants(r, one, other, where) and _wants(r, other, one, where))


def _wants(r: Reading, person_id: int, other_id: int, where: ColumnElement[bool]) -> bool | None:
    row = _row(r, person_id, other_id, where)
    return row.wants if row is not None else None


def _row(r: Reading, person_id: int, other_id: int, where: ColumnElement[bool]) -> MeetAgain | None:
    return r.session.scalar(
        select(MeetAgain).where(
            MeetAgain.person_id == person_id, MeetAgain.other_id == other_id, where
        )
    )
