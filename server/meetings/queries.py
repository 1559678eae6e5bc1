"""Reads of meetings: the pages of the two sides, what other rooms show, what reports count.

`next_meeting`, `meetings_counted`, `held_by_match` and `last_sign` are for the rooms above; the
last three return numbers and dates, never what was said, where, or with whom.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from server.matching.queries import MatchRow
from server.meetings.model import MeetAgain, Meeting, MeetingState, Mode, PairItem, Side
from server.meetings.parties import Party, matches_behind, may_read, staff_name
from server.meetings.rules import COMING, Act, Standing, acts_of, is_web_link, other_side
from server.meetings.sealed import note_of, place_of
from server.meetings.times import Slot, Watch, slot_of
from server.people.cards import PersonRow
from server.people.queries import people_by_ids
from server.platform.errors import NotFound
from server.platform.work import Reading

_MOST_PAST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRow:
    """A meeting as one of its sides sees it."""

    id: int
    uid: str
    sequence: int
    match_id: int | None
    state: MeetingState
    is_asked: bool
    mode: Mode
    zone: str
    minutes: int
    slot: Slot | None
    """The time that was agreed on."""
    choices: tuple[Slot, ...]
    """The times to choose from."""
    other: PersonRow | None
    other_name: str
    with_staff: bool
    acts: frozenset[Act]
    is_read_only: bool
    place: str
    my_note: str
    other_note: str
    created_at: datetime
    state_at: datetime
    wants_again: bool | None
    """What this side answered to "meet again?"."""
    both_again: bool

    @property
    def link(self) -> str | None:
        """The link of a video call that is to come."""
        is_link = self.mode is Mode.VIDEO and self.state in COMING and is_web_link(self.place)
        return self.place if is_link else None

    @property
    def can(self) -> frozenset[str]:
        """The names of what may be done now."""
        return frozenset(act.value for act in self.acts)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All meetings of somebody: those that wait for an answer, that come, and that are over."""

    asked: list[MeetingRow] = field(default_factory=list)
    coming: list[MeetingRow] = field(default_factory=list)
    past: list[MeetingRow] = field(default_factory=list)


def meetings_of(r: Reading, party: Party, watch: Watch) -> Sheet:
    """Return the meetings of somebody, what comes next first, then what was last."""
    sheet = Sheet()
    rows = r.session.scalars(
        _mine(party).order_by(func.coalesce(Meeting.starts_at, Meeting.created_at).desc())
    ).all()
    for row in _rows(r, party, rows, watch):
        if row.is_asked and row.acts:
            sheet.asked.append(row)
        elif row.state in COMING and not _is_over(row, r.now):
            sheet.coming.append(row)
        elif len(sheet.past) < _MOST_PAST:
            sheet.past.append(row)
    sheet.coming.sort(key=_begins)
    return sheet


def _begins(row: MeetingRow) -> datetime:
    first = row.slot or next(iter(row.choices), None)
    return first.starts if first is not None else row.state_at


def _is_over(row: MeetingRow, now: datetime) -> bool:
    return row.slot is not None and row.slot.ends <= now


def meeting_of(r: Reading, party: Party, meeting_id: int, watch: Watch) -> MeetingRow:
    """Return a meeting to one of its sides. Raises NotFound for everybody else."""
    found = _rows(
        r, party, r.session.scalars(select(Meeting).where(Meeting.id == meeting_id)).all(), watch
    )
    if not found:
        raise NotFound
    return found[0]


def next_meeting(r: Reading, match_id: int, person_id: int) -> MeetingRow | None:
    """Return the next meeting of a match that is agreed on, as one of the two sees it."""
    rows = r.session.scalars(
        select(Meeting)
        .where(
            Meeting.match_id == match_id,
            Meeting.state == MeetingState.CONFIRMED,
            Meeting.ends_at > r.now,
        )
        .order_by(Meeting.starts_at)
        .limit(1)
    ).all()
    return next(iter(_rows(r, Party(person_id), rows, Watch())), None)


def _mine(party: Party) -> Select[Meeting]:
    sides: list[ColumnElement[bool]] = []
    if party.person_id is not None:
        sides += [Meeting.first_id == party.person_id, Meeting.second_id == party.person_id]
    if party.staff_id is not None:
        sides.append(Meeting.login_id == party.staff_id)
    return select(Meeting).where(or_(*sides) if sides else Meeting.id.is_(None))


def _rows(r: Reading, party: Party, meetings: Sequence[Meeting], watch: Watch) -> list[MeetingRow]:
    matches = matches_behind(r, [one.match_id for one in meetings])
    seen = [
        (one, side)
        for one in meetings
        if (side := party.side_of(one)) is not None
        and may_read(one, matches.get(one.match_id or 0), party, r)
    ]
    others = {one.id: _other_id(one, side) for one, side in seen}
    people = people_by_ids(r, party.viewer, {one for one in others.values() if one is not None})
    again = _answers(r, party, [one.id for one, _ in seen])
    return [
        _row(
            r,
            (meeting, side),
            matches.get(meeting.match_id or 0),
            people.get(others[meeting.id] or 0),
            again.get(meeting.id, {}),
            watch,
        )
        for meeting, side in seen
    ]


def _other_id(meeting: Meeting, side: Side) -> int | None:
    return meeting.second_id if side is Side.FIRST else meeting.first_id


def _row(
    r: Reading,
    mine: tuple[Meeting, Side],
    match: MatchRow | None,
    other: PersonRow | None,
    again: Mapping[bool, bool],
    watch: Watch,
) -> MeetingRow:
    meeting, side = mine
    state = MeetingState(meeting.state)
    is_undecided = state in {MeetingState.PROPOSED, MeetingState.MOVED}
    is_read_only = match is not None and not match.is_consented
    asked = Side(meeting.asked) if meeting.asked else None
    standing = Standing(state, asked, None if is_undecided else meeting.starts_at)
    with_staff_name = meeting.with_staff and side is Side.FIRST
    name = staff_name(r, meeting.login_id) if with_staff_name else other.name if other else ""
    chosen = None if is_undecided else meeting.starts_local
    return MeetingRow(
        id=meeting.id,
        uid=meeting.uid,
        sequence=meeting.sequence,
        match_id=meeting.match_id,
        state=state,
        is_asked=asked is side,
        mode=Mode(meeting.mode),
        zone=meeting.zone,
        minutes=meeting.minutes,
        slot=slot_of(chosen, meeting.zone, meeting.minutes, watch) if chosen else None,
        choices=tuple(
            slot
            for text in (meeting.times if is_undecided else ())
            if (slot := slot_of(text, meeting.zone, meeting.minutes, watch)) is not None
        ),
        other=other,
        other_name=name,
        with_staff=meeting.with_staff,
        acts=frozenset() if is_read_only else acts_of(standing, side, r.now),
        is_read_only=is_read_only,
        place=place_of(r, meeting),
        my_note=note_of(r, meeting, side),
        other_note=note_of(r, meeting, other_side(side)),
        created_at=meeting.created_at,
        state_at=meeting.state_at,
        wants_again=again.get(True),
        both_again=again.get(True, False) and again.get(False, False),
    )


def _answers(r: Reading, party: Party, ids: list[int]) -> dict[int, dict[bool, bool]]:
    """Return who answered what to "meet again?", by meeting; True is the party's own answer."""
    found: dict[int, dict[bool, bool]] = {}
    for one in r.session.scalars(select(MeetAgain).where(MeetAgain.meeting_id.in_(ids))):
        is_own = one.person_id == party.person_id
        found.setdefault(one.meeting_id or 0, {})[is_own] = one.wants
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """How many meetings there were in a period; nothing else about them."""

    held: int
    missed: int
    cancelled: int
    by_mode: Mapping[str, int]
    """Of those that were held."""


def meetings_counted(
    r: Reading, since: datetime, until: datetime, programme_id: int | None = None
) -> Counted:
    """Count the meetings that began (or, never agreed on, were proposed) in a period."""
    began = func.coalesce(Meeting.starts_at, Meeting.created_at)
    wanted = select(Meeting.state, Meeting.mode, func.count()).where(began >= since, began < until)
    if programme_id is not None:
        wanted = wanted.where(Meeting.programme_id == programme_id)
    states: dict[str, int] = {}
    modes: dict[str, int] = {}
    for state, mode, number in r.session.execute(wanted.group_by(Meeting.state, Meeting.mode)):
        states[state] = states.get(state, 0) + number
        if state == MeetingState.DONE:
            modes[str(mode)] = number
    return Counted(
        held=states.get(MeetingState.DONE, 0),
        missed=states.get(MeetingState.NO_SHOW, 0),
        cancelled=states.get(MeetingState.CANCELLED, 0),
        by_mode=modes,
    )


def held_by_match(
    r: Reading, programme_id: int | None = None, until: datetime | None = None
) -> dict[int, int]:
    """Return how often each match has met, for the steps "met once" and "met three times"."""
    wanted = select(Meeting.match_id, func.count()).where(
        Meeting.state == MeetingState.DONE, Meeting.match_id.is_not(None)
    )
    if programme_id is not None:
        wanted = wanted.where(Meeting.programme_id == programme_id)
    if until is not None:
        wanted = wanted.where(Meeting.starts_at < until)
    found = r.session.execute(wanted.group_by(Meeting.match_id))
    return {match_id: number for match_id, number in found if match_id is not None}


def last_sign(r: Reading, match_id: int) -> datetime | None:
    """Return when a pair last did something here: proposed, answered, met, wrote a to-do down."""
    met = r.session.scalar(
        select(func.max(Meeting.starts_at)).where(
            and_(Meeting.match_id == match_id, Meeting.state == MeetingState.DONE)
        )
    )
    changed = r.session.scalar(
        select(func.max(Meeting.created_at)).where(Meeting.match_id == match_id)
    )
    answered = r.session.scalar(
        select(func.max(Meeting.state_at)).where(Meeting.match_id == match_id)
    )
    wrote = r.session.scalar(
        select(func.max(PairItem.created_at)).where(PairItem.match_id == match_id)
    )
    return max((one for one in (met, changed, answered, wrote) if one is not None), default=None)
