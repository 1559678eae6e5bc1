"""The changes of meetings: proposing, choosing, moving, calling off, saying how it went.

Every change goes through `rules.state_after`; whoever is no side of a meeting does not find it.
All changes of one pair follow each other, so that of two answers one counts and the other is told.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from server.matching.service import note_first_meeting
from server.meetings import telling
from server.meetings.events import MeetingHeld, MeetingPlanned
from server.meetings.model import Meeting, MeetingState, Mode, Side
from server.meetings.parties import (
    MatchOver,
    Party,
    matches_behind,
    may_read,
    partner_called,
)
from server.meetings.rules import (
    DAY_BEFORE,
    HOUR_BEFORE,
    MOST_NOTE,
    OVER,
    UNDECIDED,
    Act,
    NotNow,
    Standing,
    Wish,
    checked_wish,
    link_of,
    moment_on,
    offered_modes,
    other_side,
    state_after,
)
from server.meetings.sealed import seal_note, seal_place
from server.platform.errors import Conflict, Invalid, NotFound
from server.platform.i18n import say
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Work

_MOST_UNDECIDED: Final = 10


class TooManyProposals(Conflict):
    """The pair has enough proposals that nobody answered."""

    code = "too_many_proposals"
    text = say("There are many proposals already. Please wait for an answer.")


def propose(w: Work, party: Party, key: str, wish: Wish, video_pattern: str = "") -> int:
    """Propose a meeting to the partner that a key names; return its id.

    Raises NotFound for a stranger, MatchOver, TooManyProposals, and Invalid for a wish that cannot
    be met: times in the past, no video service.
    """
    partner = partner_called(w, party, key)
    one_at_a_time(w.session, partner.first_id)
    wish = _checked(w, wish, video_pattern)
    _require_room(w, partner.first_id, partner.second_id, partner.login_id)
    meeting = Meeting(
        id=w.new_id(),
        match_id=partner.match_id,
        programme_id=partner.programme_id,
        first_id=partner.first_id,
        second_id=partner.second_id,
        login_id=partner.login_id,
        with_staff=partner.login_id is not None,
        state=MeetingState.PROPOSED,
        asked=other_side(partner.side),
        uid=f"{secrets.token_urlsafe(18)}@{w.site.host}",
        sequence=0,
        created_at=w.now,
    )
    _put(w, meeting, wish, video_pattern)
    w.session.add(meeting)
    w.session.flush()
    telling.tell(w, meeting, other_side(partner.side), telling.ASKED)
    return meeting.id


def choose(w: Work, party: Party, meeting_id: int, time: str) -> None:
    """Take one of the proposed times. Raises NotFound, MatchOver, NotNow, Invalid."""
    meeting, side = open_meeting(w, party, meeting_id)
    state = _after(w, meeting, Act.CHOOSE, side)
    if time not in meeting.times:
        raise Invalid(details={"time": [("ERR_INCLUSION", say("is not included in the list"))]})
    starts_at = moment_on(time, meeting.zone)
    if starts_at is None or starts_at <= w.now:
        raise Invalid(details={"time": [("ERR_INVALID", say("must be in the future"))]})
    meeting.starts_local = time
    set_moments(meeting, starts_at)
    # Whoever agrees at short notice needs no reminder of what they have just done.
    meeting.reminded_day_at = w.now if starts_at - w.now <= DAY_BEFORE else None
    meeting.reminded_hour_at = w.now if starts_at - w.now <= HOUR_BEFORE else None
    _step(w, meeting, state, None)
    telling.tell(w, meeting, other_side(side), telling.PLANNED, telling.REQUEST)
    telling.mail(w, meeting, side, telling.PLANNED, telling.REQUEST)
    w.emit(MeetingPlanned(meeting.id, meeting.match_id))


def set_moments(meeting: Meeting, starts_at: datetime) -> None:
    """Write what the chosen time on the wall comes to."""
    meeting.starts_at = starts_at
    meeting.ends_at = starts_at + timedelta(minutes=meeting.minutes)


def name_times(w: Work, party: Party, meeting_id: int, wish: Wish, video_pattern: str = "") -> None:
    """Name other times: instead of those proposed, or to move what was agreed on.

    Raises what `propose` and `choose` raise.
    """
    meeting, side = open_meeting(w, party, meeting_id)
    was_agreed = meeting.state == MeetingState.CONFIRMED
    state = _after(w, meeting, Act.MOVE if was_agreed else Act.COUNTER, side)
    _put(w, meeting, _checked(w, wish, video_pattern), video_pattern)
    _step(w, meeting, state, other_side(side))
    if was_agreed:
        telling.tell(w, meeting, other_side(side), telling.MOVED, telling.CANCEL)
        telling.mail(w, meeting, side, telling.MOVED, telling.CANCEL)
    else:
        telling.tell(w, meeting, other_side(side), telling.ASKED)


def cancel(w: Work, party: Party, meeting_id: int) -> None:
    """Call a meeting off. Raises NotFound, MatchOver, NotNow."""
    meeting, side = open_meeting(w, party, meeting_id)
    _after(w, meeting, Act.CANCEL, side)
    call_off(w, meeting, by=side)


def call_off(
    w: Work, meeting: Meeting, by: Side | None = None, without: Side | None = None
) -> None:
    """Call off what is planned, whoever wanted it; `without` is a side that is gone."""
    was_agreed = meeting.state == MeetingState.CONFIRMED
    _step(w, meeting, MeetingState.CANCELLED, None)
    method = telling.CANCEL if was_agreed else ""
    for side in Side:
        if side == without:
            continue
        if side != by:
            telling.tell(w, meeting, side, telling.CANCELLED, method)
        elif was_agreed:
            telling.mail(w, meeting, side, telling.CANCELLED, method)


def conclude(w: Work, party: Party, meeting_id: int, act: Act, note: str = "") -> None:
    """Say that a meeting took place (`Act.HOLD`) or that somebody did not come (`Act.MISS`).

    Raises NotFound, MatchOver, NotNow before it begins, Invalid for a note that is too long.
    """
    meeting, side = open_meeting(w, party, meeting_id)
    state = _after(w, meeting, act, side)
    _step(w, meeting, state, None)
    _write_note(w, meeting, side, note)
    if state == MeetingState.DONE:
        if meeting.match_id is not None:
            note_first_meeting(w, meeting.match_id)
        w.emit(MeetingHeld(meeting.id, meeting.match_id))


def write_note(w: Work, party: Party, meeting_id: int, note: str) -> None:
    """Write or replace one's own note about a meeting that is over; empty takes it away."""
    meeting, side = open_meeting(w, party, meeting_id)
    if meeting.state not in OVER:
        raise NotNow
    _write_note(w, meeting, side, note)
    w.session.flush()


def open_meeting(w: Work, party: Party, meeting_id: int) -> tuple[Meeting, Side]:
    """Return a meeting to change, and which side the party is.

    Raises NotFound for whoever may not see it, MatchOver when it may only be read.
    """
    meeting = w.session.get(Meeting, meeting_id)
    if meeting is None:
        raise NotFound
    one_at_a_time(w.session, meeting.first_id or meeting.id)
    w.session.refresh(meeting)
    match = matches_behind(w, [meeting.match_id]).get(meeting.match_id or 0)
    side = party.side_of(meeting)
    if side is None or not may_read(meeting, match, party, w):
        raise NotFound
    if match is not None and not match.is_consented:
        raise MatchOver
    return meeting, side


def standing_of(meeting: Meeting) -> Standing:
    """Return what decides about a meeting."""
    asked = Side(meeting.asked) if meeting.asked else None
    has_time = meeting.state not in UNDECIDED
    return Standing(MeetingState(meeting.state), asked, meeting.starts_at if has_time else None)


def _after(w: Work, meeting: Meeting, act: Act, side: Side) -> MeetingState:
    return state_after(standing_of(meeting), act, side, w.now)


def _step(w: Work, meeting: Meeting, state: MeetingState, asked: Side | None) -> None:
    meeting.state, meeting.state_at, meeting.asked = state, w.now, asked
    meeting.sequence += 1
    w.session.flush()


def _checked(w: Work, wish: Wish, video_pattern: str) -> Wish:
    if wish.mode not in offered_modes(video_pattern):
        raise Invalid(details={"mode": [("ERR_INCLUSION", say("is not included in the list"))]})
    return checked_wish(wish, w.now)


def _put(w: Work, meeting: Meeting, wish: Wish, video_pattern: str) -> None:
    """Write a wish; a video call gets a room of its own, which a later time keeps."""
    keeps_room = meeting.mode == Mode.VIDEO == wish.mode and meeting.place_sealed is not None
    meeting.times, meeting.zone, meeting.minutes = list(wish.times), wish.zone, wish.minutes
    meeting.mode, meeting.state_at = wish.mode, w.now
    if not keeps_room:
        is_video = wish.mode is Mode.VIDEO
        place = link_of(video_pattern, secrets.token_urlsafe(18)) if is_video else wish.place
        meeting.place_sealed = seal_place(w, meeting, place)


def _require_room(w: Work, first_id: int, second_id: int | None, login_id: int | None) -> None:
    waiting = w.session.scalar(
        select(func.count())
        .select_from(Meeting)
        .where(
            Meeting.first_id == first_id,
            Meeting.second_id == second_id,
            Meeting.login_id == login_id,
            Meeting.state.in_(UNDECIDED),
        )
    )
    if (waiting or 0) >= _MOST_UNDECIDED:
        raise TooManyProposals


def _write_note(w: Work, meeting: Meeting, side: Side, note: str) -> None:
    if len(note) > MOST_NOTE:
        fault = say("is too long (at most %(most)s)", most=MOST_NOTE)
        raise Invalid(details={"note": [("ERR_TOO_LONG", fault)]})
    sealed = seal_note(w, meeting, side, note.strip())
    if side is Side.FIRST:
        meeting.first_note_sealed = sealed
    else:
        meeting.second_note_sealed = sealed
