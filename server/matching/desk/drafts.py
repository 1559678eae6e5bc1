"""The draft board as it is kept: its pairs, what was dropped, and the board one step ago.

Pairs on the board are matches in draft. Each change checks that nobody else changed the board
since it was shown, keeps what stood there for undo, and writes only what differs.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from sqlalchemy import delete, select

from server.activity_log.service import record
from server.matching.desk.model import Board, BoardMark, Mark
from server.matching.model import Match, MatchEvent, MatchState, PairBan, Side
from server.matching.queries import MatchRow
from server.matching.rules import OPEN_STATES
from server.matching.suggesting.plans import Plan, PlannedPair
from server.people.model import PersonKind
from server.platform.errors import Conflict
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Reading, Work
from server.programmes.model import Role

Pair = tuple[int, int]
"""The people: talent and other side."""
BY_HAND: Final = "by_hand"
"""In the explanation of a draft: a person made this pair."""


def role_of_kind(kind: str) -> Role:
    """Return as what people of a kind take part on the other side."""
    return Role.MENTOR if kind == PersonKind.MENTOR else Role.HOST


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A pair as it stands, or shall stand, on the board."""

    talent_id: int
    other_id: int
    talent_part_id: int
    other_part_id: int
    other_kind: str
    score: int | None = None
    weights_version: int | None = None
    explanation: Mapping[str, Any] = field(default_factory=dict)
    is_locked: bool = False
    match_id: int | None = None
    is_put_forward: bool = False

    @property
    def pair(self) -> Pair:
        """The two people."""
        return self.talent_id, self.other_id

    @property
    def parts(self) -> Pair:
        """Their participations, by which suggestions know them."""
        return self.talent_part_id, self.other_part_id

    @property
    def is_by_hand(self) -> bool:
        """Tell whether a person made this pair, not a plan."""
        return self.explanation.get(BY_HAND) is True

    def made_by_hand(self) -> "Placed":
        """Return the pair, locked, with the mark that a person made it."""
        return replace(self, explanation={**self.explanation, BY_HAND: True}, is_locked=True)

    def let_go(self) -> "Placed":
        """Return the pair unlocked: from now on it stands there only if a plan wants it."""
        why = {name: one for name, one in self.explanation.items() if name != BY_HAND}
        return replace(self, explanation=why, is_locked=False)

    @property
    def role(self) -> Role:
        """As what the other side takes part."""
        return role_of_kind(self.other_kind)

    @classmethod
    def planned(cls, pair: PlannedPair, version: int) -> Self:
        """Return what a plan suggests."""
        return cls(
            talent_id=pair.talent_id,
            other_id=pair.other_id,
            talent_part_id=pair.talent_part_id,
            other_part_id=pair.other_part_id,
            other_kind=str(pair.kind),
            score=pair.score,
            weights_version=version,
            explanation=pair.explanation,
            is_locked=pair.is_locked,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A whole board: pairs by people, dropped pairs, relaxed rules and the numbers."""

    pairs: Mapping[Pair, Placed]
    dropped: Mapping[Pair, Placed] = field(default_factory=dict)
    relaxed: tuple[str, ...] = ()
    totals: Mapping[str, Any] = field(default_factory=dict)
    step: int = 0

    @property
    def locked(self) -> list[Placed]:
        """The pairs that stay whatever the plan says."""
        return [one for one in self.pairs.values() if one.is_locked or one.is_put_forward]

    def with_plan(self, plan: Plan, role: Role) -> Self:
        """Return the board with the pairs of a plan in place of those that were not locked.

        Pairs with the other role (hosts, when mentors were planned) stay.
        """
        planned = [self._as_before(Placed.planned(one, plan.weights_version)) for one in plan.pairs]
        stay = {p: one for p, one in self.pairs.items() if one.role is not role}
        return replace(
            self, pairs=stay | {one.pair: one for one in planned}, totals=dict(plan.totals)
        )

    def _as_before(self, placed: Placed) -> Placed:
        """Keep that a pair was made by a person, whatever the plan says of it now."""
        before = self.pairs.get(placed.pair)
        return placed.made_by_hand() if before is not None and before.is_by_hand else placed


def layout_of(r: Reading, programme_id: int) -> Layout:
    """Return the board of a programme as it stands."""
    board = r.session.get(Board, programme_id)
    pairs = [_placed(one) for one in _drafts(r, programme_id)]
    dropped = [_marked(one) for one in _marks(r, programme_id, {Mark.DROPPED})]
    return Layout(
        pairs={one.pair: one for one in pairs},
        dropped={one.pair: one for one in dropped},
        relaxed=tuple(board.relaxed) if board else (),
        totals=dict(board.totals) if board else {},
        step=board.step if board else 0,
    )


def keep(w: Work, login_id: int, programme_id: int, wanted: Layout) -> None:
    """Bring the board to a layout; `wanted.step` is the step that it was made from.

    Raises Conflict when somebody else changed the board in the meantime.
    """
    board = _held(w, programme_id, wanted.step)
    former = layout_of(w, programme_id)
    marks = [
        *(_mark(programme_id, one, Mark.DROPPED) for one in wanted.dropped.values()),
        *(_mark(programme_id, one, Mark.FORMER_DROPPED) for one in former.dropped.values()),
        *(
            _mark(programme_id, one, Mark.FORMER_LOCKED if one.is_locked else Mark.FORMER)
            for one in former.pairs.values()
        ),
    ]
    w.session.execute(delete(BoardMark).where(BoardMark.programme_id == programme_id))
    w.session.add_all(marks)
    board.former_relaxed, board.former_totals = list(board.relaxed), dict(board.totals)
    _set(w, login_id, board, wanted)


def undo(w: Work, login_id: int, programme_id: int, step: int) -> None:
    """Bring back the board of one step ago, as far as its pairs are still possible.

    Raises Conflict when there is no such step, or the board was changed in the meantime.
    """
    board = _held(w, programme_id, step)
    if board.former_relaxed is None:
        raise Conflict
    marks = _marks(w, programme_id, {Mark.FORMER, Mark.FORMER_LOCKED, Mark.FORMER_DROPPED})
    back = {(one.talent_id, one.other_id): one for one in marks if one.mark != Mark.FORMER_DROPPED}
    pairs = {pair: _marked(back[pair]) for pair in _possible(w, list(back))}
    dropped = [one for one in marks if one.mark == Mark.FORMER_DROPPED]
    wanted = Layout(
        pairs=pairs,
        dropped={(one.talent_id, one.other_id): _marked(one) for one in dropped},
        relaxed=tuple(board.former_relaxed),
        totals=dict(board.former_totals),
    )
    fresh = [_mark(programme_id, one, Mark.DROPPED) for one in wanted.dropped.values()]
    w.session.execute(delete(BoardMark).where(BoardMark.programme_id == programme_id))
    w.session.add_all(fresh)
    board.former_relaxed, board.former_totals = None, {}
    _set(w, login_id, board, wanted)


def take_away_drafts_of(w: Work, programme_id: int, talent_id: int, asked: MatchRow) -> None:
    """Delete the other drafts of a talent who is asked now about somebody of the same kind."""
    for draft in _drafts(w, programme_id):
        same_kind = _placed(draft).role is role_of_kind(asked.other_kind)
        if draft.talent_id == talent_id and same_kind and draft.put_forward_by is None:
            w.session.delete(draft)
    w.session.flush()


def _set(w: Work, login_id: int, board: Board, wanted: Layout) -> None:
    _write_pairs(w, login_id, board.programme_id, wanted.pairs)
    board.relaxed, board.totals = list(wanted.relaxed), dict(wanted.totals)
    board.step, board.login_id, board.at = board.step + 1, login_id, w.now
    record(
        w,
        login_id=login_id,
        verb="match_board",
        subject_type="programme",
        subject_id=board.programme_id,
        about={"pairs": len(wanted.pairs), "relaxed": ",".join(wanted.relaxed)},
    )
    w.session.flush()


def _write_pairs(w: Work, login_id: int, programme_id: int, wanted: Mapping[Pair, Placed]) -> None:
    """Delete the drafts that are not wanted, change those that stay, add the others."""
    known: set[Pair] = set()
    for draft in _drafts(w, programme_id):
        placed = wanted.get(_placed(draft).pair)
        if placed is None and draft.put_forward_by is None:
            w.session.delete(draft)
            continue
        known.add(_placed(draft).pair)
        if placed is not None:
            draft.is_locked = placed.is_locked
            draft.score, draft.weights_version = placed.score, placed.weights_version
            draft.explanation = dict(placed.explanation)
    w.session.flush()
    fresh = [
        _draft(w, login_id, programme_id, one) for pair, one in wanted.items() if pair not in known
    ]
    w.session.add_all(fresh)
    w.session.flush()
    w.session.add_all(
        MatchEvent(
            id=w.new_id(), match_id=one.id, former=None, state=MatchState.DRAFT, step=None,
            by=Side.STAFF, login_id=login_id, at=w.now,
        )
        for one in fresh
    )  # fmt: skip


def _draft(w: Work, login_id: int, programme_id: int, one: Placed) -> Match:
    return Match(
        id=w.new_id(),
        programme_id=programme_id,
        talent_id=one.talent_id,
        other_id=one.other_id,
        talent_part_id=one.talent_part_id,
        other_part_id=one.other_part_id,
        other_kind=one.other_kind,
        state=MatchState.DRAFT,
        state_at=w.now,
        is_locked=one.is_locked,
        score=one.score,
        weights_version=one.weights_version,
        explanation=dict(one.explanation),
        login_id=login_id,
        outcome_more={},
        created_at=w.now,
    )


def _held(w: Work, programme_id: int, step: int) -> Board:
    one_at_a_time(w.session, programme_id)
    board = w.session.get(Board, programme_id, populate_existing=True)
    if (board.step if board else 0) != step:
        raise Conflict
    if board is None:
        board = Board(programme_id=programme_id, step=0, relaxed=[], totals={}, at=w.now)
        w.session.add(board)
        w.session.flush()
    return board


def _possible(r: Reading, pairs: Collection[Pair]) -> list[Pair]:
    """Return those of the pairs that are not banned and whose talent has no match by now."""
    talents = {talent_id for talent_id, _ in pairs}
    bans = r.session.execute(
        select(PairBan.talent_id, PairBan.other_id).where(PairBan.talent_id.in_(talents))
    )
    banned = {(row.talent_id, row.other_id) for row in bans}
    taken = set(
        r.session.scalars(
            select(Match.talent_id).where(
                Match.talent_id.in_(talents), Match.state.in_(OPEN_STATES - {MatchState.DRAFT})
            )
        )
    )
    return [one for one in pairs if one not in banned and one[0] not in taken]


def _drafts(r: Reading, programme_id: int) -> list[Match]:
    wanted = select(Match).where(
        Match.programme_id == programme_id,
        Match.state == MatchState.DRAFT,
        Match.talent_part_id.is_not(None),
        Match.other_part_id.is_not(None),
    )
    return list(r.session.scalars(wanted.order_by(Match.id)))


def _marks(r: Reading, programme_id: int, which: Iterable[Mark]) -> list[BoardMark]:
    wanted = select(BoardMark).where(
        BoardMark.programme_id == programme_id, BoardMark.mark.in_(list(which))
    )
    return list(r.session.scalars(wanted))


def _placed(row: Match) -> Placed:
    return Placed(
        talent_id=row.talent_id or 0,
        other_id=row.other_id or 0,
        talent_part_id=row.talent_part_id or 0,
        other_part_id=row.other_part_id or 0,
        other_kind=row.other_kind,
        score=row.score,
        weights_version=row.weights_version,
        explanation=dict(row.explanation),
        is_locked=row.is_locked,
        match_id=row.id,
        is_put_forward=row.put_forward_by is not None,
    )


def _marked(row: BoardMark) -> Placed:
    return Placed(
        talent_id=row.talent_id,
        other_id=row.other_id,
        talent_part_id=row.talent_part_id,
        other_part_id=row.other_part_id,
        other_kind=row.other_kind,
        score=row.score,
        weights_version=row.weights_version,
        explanation=dict(row.explanation),
        is_locked=row.mark == Mark.FORMER_LOCKED,
    )


def _mark(programme_id: int, one: Placed, mark: Mark) -> BoardMark:
    return BoardMark(
        programme_id=programme_id,
        talent_id=one.talent_id,
        other_id=one.other_id,
        mark=mark,
        talent_part_id=one.talent_part_id,
        other_part_id=one.other_part_id,
        other_kind=one.other_kind,
        score=one.score,
        weights_version=one.weights_version,
        explanation=dict(one.explanation),
    )
