"""Reads of matches: for the two people, for the rooms above, and for the staff's screens.

`match_for` and `matches_of` are what one of the two may know: nothing before it was their turn.
`match_row` and `matches_in` are for staff and for services, which check who asks.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from server.matching.model import Match, MatchEvent, MatchState, PairBan, Side
from server.matching.rules import CONSENTED, ENDED, OPEN_STATES, Step, may_look
from server.platform.errors import NotFound
from server.platform.work import NOW, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRow:
    """A match as it is kept. Who may read it is decided by whoever asked for it."""

    id: int
    programme_id: int
    talent_id: int | None
    other_id: int | None
    talent_part_id: int | None
    other_part_id: int | None
    other_kind: str
    state: MatchState
    state_at: datetime
    is_locked: bool
    score: int | None
    weights_version: int | None
    explanation: dict[str, Any]
    login_id: int | None
    put_forward_by: int | None
    talent_asked_at: datetime | None
    other_asked_at: datetime | None
    expires_at: datetime | None
    reminded_at: datetime | None
    agreement_version: int | None
    talent_agreed_at: datetime | None
    other_agreed_at: datetime | None
    paused_until: datetime | None
    started_at: datetime | None
    outcome: str | None
    outcome_more: dict[str, Any]
    closed_at: datetime | None
    readable_until: datetime | None
    follow_up_at: datetime | None
    follow_up_told_at: datetime | None
    former_id: int | None
    created_at: datetime

    @property
    def is_open(self) -> bool:
        """Tell whether it is not over."""
        return self.state in OPEN_STATES

    @property
    def is_consented(self) -> bool:
        """Tell whether both said yes and it is not over: they may meet and write."""
        return self.state in CONSENTED

    def is_readable(self, now: datetime) -> bool:
        """Tell whether the two see each other: while it is open, and 14 days after."""
        is_fresh = self.readable_until is not None and self.readable_until > now
        return self.is_consented or (self.state in ENDED and is_fresh)

    def side_of(self, person_id: int) -> Side | None:
        """Return which of the two somebody is; None for anybody else."""
        if person_id == self.talent_id:
            return Side.TALENT
        return Side.OTHER if person_id == self.other_id else None

    def partner_of(self, person_id: int) -> int | None:
        """Return the other of the two."""
        return self.other_id if person_id == self.talent_id else self.talent_id

    def asked_at(self, side: Side) -> datetime | None:
        """Return when it was a side's turn."""
        return self.talent_asked_at if side is Side.TALENT else self.other_asked_at

    def agreed_at(self, side: Side) -> datetime | None:
        """Return when a side accepted the agreement."""
        return self.talent_agreed_at if side is Side.TALENT else self.other_agreed_at


_COLUMNS = tuple(one.name for one in fields(MatchRow))


@dataclass(frozen=True, slots=True)
class EventRow:
    """One change of a match."""

    former: MatchState | None
    state: MatchState
    step: Step | None
    by: Side
    login_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class BanRow:
    """That two people must not be paired."""

    talent_id: int
    other_id: int
    reason: str
    created_at: datetime


def row_of(match: Match) -> MatchRow:
    """Return a stored match as a row."""
    told = {name: getattr(match, name) for name in _COLUMNS}
    return MatchRow(**told | {"state": MatchState(match.state)})


def match_row(r: Reading, match_id: int) -> MatchRow:
    """Return a match for staff and services. Raises NotFound."""
    match = r.session.get(Match, match_id)
    if match is None:
        raise NotFound
    return row_of(match)


def match_for(r: Reading, match_id: int, person_id: int) -> MatchRow:
    """Return a match for one of the two whose turn it is or was.

    Raises NotFound for everybody else: nobody learns of a match that they were not asked about.
    """
    row = match_row(r, match_id)
    side = row.side_of(person_id)
    if side is None or not may_look(row.state, side, was_asked=row.asked_at(side) is not None):
        raise NotFound
    return row


def matches_of(r: Reading, person_id: int) -> list[MatchRow]:
    """Return the matches that somebody may know of, the newest first."""
    turn = or_(
        and_(Match.talent_id == person_id, Match.talent_asked_at.is_not(None)),
        and_(Match.other_id == person_id, Match.other_asked_at.is_not(None)),
    )
    wanted = select(Match).where(turn, Match.state != MatchState.DRAFT)
    return [row_of(one) for one in r.session.scalars(wanted.order_by(Match.id.desc()))]


def turns_of(r: Reading, person_id: int) -> int:
    """Return how many matches wait for somebody's answer."""
    turn = or_(
        and_(Match.talent_id == person_id, Match.state == MatchState.PROPOSED),
        and_(Match.other_id == person_id, Match.state == MatchState.ACCEPTED_BY_TALENT),
    )
    return r.session.scalar(select(func.count()).select_from(Match).where(turn)) or 0


def consented_between(r: Reading, one_id: int, other_id: int) -> MatchRow | None:
    """Return the match in which two people may write and meet now."""
    return _first(r, _pair(one_id, other_id), Match.state.in_(CONSENTED))


def readable_between(r: Reading, one_id: int, other_id: int) -> MatchRow | None:
    """Return the match by which two people see each other and read what they wrote."""
    return consented_between(r, one_id, other_id) or _first(
        r,
        _pair(one_id, other_id),
        Match.state.in_(ENDED),
        Match.readable_until > r.now,
    )


def matches_in(
    r: Reading, programme_id: int, states: Collection[MatchState] | None = None
) -> list[MatchRow]:
    """Return the matches of a programme for its staff, the longest in their state first."""
    wanted = select(Match).where(Match.programme_id == programme_id)
    if states is not None:
        wanted = wanted.where(Match.state.in_(states))
    return [row_of(one) for one in r.session.scalars(wanted.order_by(Match.state_at, Match.id))]


def open_matches_of(r: Reading, person_id: int) -> list[MatchRow]:
    """Return every match of somebody that is not over, drafts too; for services alone."""
    wanted = select(Match).where(
        or_(Match.talent_id == person_id, Match.other_id == person_id),
        Match.state.in_(OPEN_STATES),
    )
    return [row_of(one) for one in r.session.scalars(wanted.order_by(Match.id))]


def load_of(r: Reading, part_id: int) -> int:
    """Return how many matches a participation has that take up room: asked for or going on."""
    counted = select(func.count()).select_from(Match).where(
        or_(Match.other_part_id == part_id, Match.talent_part_id == part_id),
        Match.state.in_(OPEN_STATES - {MatchState.DRAFT}),
    )  # fmt: skip
    return r.session.scalar(counted) or 0


def events_of(r: Reading, match_id: int) -> list[EventRow]:
    """Return every change of a match, oldest first, for staff and services."""
    wanted = select(MatchEvent).where(MatchEvent.match_id == match_id).order_by(MatchEvent.id)
    return [
        EventRow(
            MatchState(one.former) if one.former else None,
            MatchState(one.state),
            Step(one.step) if one.step else None,
            Side(one.by),
            one.login_id,
            one.at,
        )
        for one in r.session.scalars(wanted)
    ]


def ban_between(r: Reading, talent_id: int, other_id: int) -> BanRow | None:
    """Return the ban on pairing two people."""
    ban = r.session.get(PairBan, (talent_id, other_id))
    return None if ban is None else _ban(ban)


def bans_of(r: Reading, person_ids: Collection[int]) -> list[BanRow]:
    """Return every ban that names one of these people."""
    wanted = select(PairBan).where(
        or_(PairBan.talent_id.in_(person_ids), PairBan.other_id.in_(person_ids))
    )
    return [_ban(one) for one in r.session.scalars(wanted)]


class MatchesHere:
    """Who is matched with whom, for the rooms below (`profiles.rules.MatchSource`)."""

    def matched_with(self, r: Reading, viewer_id: int, ids: Collection[int]) -> frozenset[int]:
        """Return which of these people the viewer sees as matched, 14 days after the end too."""
        fresh = and_(Match.state.in_(ENDED), Match.readable_until > r.now)
        return self._partners(r, viewer_id, ids, or_(Match.state.in_(CONSENTED), fresh))

    def in_touch_with(self, r: Reading, viewer_id: int, ids: Collection[int]) -> frozenset[int]:
        """Return with which of these people the viewer may write and meet now."""
        return self._partners(r, viewer_id, ids, Match.state.in_(CONSENTED))

    def parted_from(self, r: Reading, viewer_id: int, ids: Collection[int]) -> frozenset[int]:
        """Return with which of these people the viewer had a match, and has none now."""
        ended = self._partners(r, viewer_id, ids, Match.state.in_(ENDED))
        return ended - self.in_touch_with(r, viewer_id, ended)

    def over_between(
        self, one: SQLColumnExpression[int], other: SQLColumnExpression[int]
    ) -> ColumnElement[bool]:
        """Return the condition that two people read no more what they wrote in a match."""
        return read_no_more(one, other)

    def _partners(
        self, r: Reading, viewer_id: int, ids: Collection[int], which: ColumnElement[bool]
    ) -> frozenset[int]:
        if not ids:
            return frozenset()
        rows = r.session.execute(
            select(Match.talent_id, Match.other_id).where(
                which,
                or_(
                    and_(Match.talent_id == viewer_id, Match.other_id.in_(ids)),
                    and_(Match.other_id == viewer_id, Match.talent_id.in_(ids)),
                ),
            )
        )
        return frozenset(one for row in rows for one in row if one != viewer_id)


SOURCE = MatchesHere()
Number = int | SQLColumnExpression[int]
# Made once: an alias costs more than the rest of the clause.
_OVER: Final = aliased(Match)
_GOING: Final = aliased(Match)


def read_no_more(
    one: Number | None,
    other: SQLColumnExpression[Any],
    written: Callable[[SQLColumnExpression[Any]], SQLColumnExpression[Any]] = lambda column: column,
) -> ColumnElement[bool]:
    """Return the condition that a match of two is over, and its `READ_ONLY` days with it.

    Not when another match of the two goes on or is still read. `written` is how the number of the
    other is written, where that is not as a number.
    """

    def pair(match: type[Match]) -> ColumnElement[bool]:
        return or_(
            and_(match.talent_id == one, written(match.other_id) == other),
            and_(match.other_id == one, written(match.talent_id) == other),
        )

    over = exists().where(pair(_OVER), _OVER.state.in_(ENDED), _OVER.readable_until <= NOW)
    reads = or_(_GOING.state.in_(CONSENTED), _GOING.readable_until > NOW)
    # The columns may belong to any statement around this one.
    going = exists().where(pair(_GOING), reads).correlate_except(_GOING)
    return and_(over.correlate_except(_OVER), ~going)


def _pair(one_id: int, other_id: int) -> ColumnElement[bool]:
    return or_(
        and_(Match.talent_id == one_id, Match.other_id == other_id),
        and_(Match.talent_id == other_id, Match.other_id == one_id),
    )


def _first(r: Reading, *which: ColumnElement[bool]) -> MatchRow | None:
    found: Sequence[Match] = r.session.scalars(
        select(Match).where(*which).order_by(Match.id.desc()).limit(1)
    ).all()
    return row_of(found[0]) if found else None


def _ban(ban: PairBan) -> BanRow:
    return BanRow(ban.talent_id, ban.other_id, ban.reason, ban.created_at)
