"""What the desk shows of suggestions and of the board: handles in place of names, words for codes.

A score never stands alone: every candidate carries its components, reasons, and how many people
they accompany already. Nothing here decides or changes anything.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import exists, func, select

from server.matching.desk.context import Desk
from server.matching.desk.decisions import opened_pairs
from server.matching.desk.drafts import Pair
from server.matching.desk.looking import Card, handle_of
from server.matching.desk.model import Board
from server.matching.desk.notes import Note
from server.matching.model import Match, MatchState
from server.matching.suggesting.hard import RELAXABLE, Rule
from server.matching.suggesting.plans import Bar, Candidate, Suggestions
from server.matching.suggesting.words import (
    RELAXED_WORDS,
    RULE_WORDS,
    SIGNAL_WORDS,
    Explained,
    codes_in,
    explained,
)
from server.people.queries import people_by_ids
from server.people.rules import HOUSE
from server.platform.i18n import Message, say
from server.platform.work import Reading
from server.programmes.model import Participation, Role
from server.programmes.rules import INSIDE
from server.vocabularies.queries import labels

LENGTH: Final = 15
_BEST: Final = 100
_TOTALS: Final = (("pairs", say("Pairs")), ("waiting", say("Waiting")), ("score", say("Points")))


@dataclass(frozen=True, slots=True)
class BarView:
    """One component in words; points None when it is not given."""

    label: Message
    points: int | None
    most: int = _BEST


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateView:
    """Somebody who could be paired with the talent, in words."""

    person_id: int
    part_id: int
    kind: str
    handle: str
    score: int | None
    bars: tuple[BarView, ...]
    reasons: tuple[Message, ...]
    know: Message | None
    load: int
    capacity: int
    rank: int | None
    is_opened: bool


@dataclass(frozen=True, slots=True)
class ExcludedView:
    """How many a rule keeps apart, and how many more there were if it gave way."""

    rule: str
    label: Message
    relaxed: Message
    count: int
    gained: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The selected talent with everything beside it."""

    card: Card
    candidates: tuple[CandidateView, ...]
    excluded: tuple[ExcludedView, ...]
    relaxed: tuple[Message, ...]
    by_hand: bool
    notes: tuple[Note, ...]
    query: Mapping[str, str]
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPair:
    """A pair on the board, in words."""

    match_id: int
    talent_id: int
    other_id: int
    talent: str
    other: str
    kind: str
    score: int | None
    is_locked: bool
    is_opened: bool
    is_put_forward: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    """A page of the draft board with its numbers."""

    pairs: tuple[BoardPair, ...]
    total: int
    page: int
    step: int
    relaxed: tuple[str, ...]
    rows: tuple[tuple[Message, int, int], ...]
    can_undo: bool
    has_hosts: bool
    """Whether talents can be paired with employers and organisations, too."""

    @property
    def rules(self) -> list[tuple[str, Message]]:
        """The rules that may be relaxed."""
        return [(rule.value, RELAXED_WORDS[rule]) for rule in RELAXABLE]

    @property
    def has_opened(self) -> bool:
        """Tell whether something on this page can be proposed."""
        return any(one.is_opened for one in self.pairs)

    @property
    def before(self) -> int | None:
        """The number of the page before."""
        return self.page - 1 if self.page > 1 else None

    @property
    def after(self) -> int | None:
        """The number of the next page."""
        return self.page + 1 if self.page * LENGTH < self.total else None


def handles(r: Reading, ids: Collection[int]) -> dict[int, str]:
    """Return what these people are called at the desk."""
    return {one: handle_of(row) for one, row in people_by_ids(r, HOUSE, ids).items()}


def bars_in_words(bars: Collection[Bar]) -> tuple[BarView, ...]:
    """Return the components that count, in words."""
    return tuple(
        BarView(SIGNAL_WORDS[bar.signal], bar.value if bar.is_known else None)
        for bar in bars
        if bar.weight
    )


def candidate_views(
    r: Reading, desk: Desk, found: Suggestions, only: Collection[int] | None = None
) -> tuple[CandidateView, ...]:
    """Return candidates in words, in the order of the suggestions; `only` those people."""
    ranks = {part_id: rank for rank, part_id in enumerate(found.order, 1)}
    ranked = [
        (ranks[one.part_id], one)
        for one in found.candidates
        if only is None or one.person_id in only
    ]
    names = handles(r, [one.person_id for _, one in ranked])
    opened = opened_pairs(r, desk.login_id, desk.programme.id, [found.talent_id])
    told = in_words(r, [one.explanation for _, one in ranked], desk.language)
    return tuple(
        candidate_view(
            one,
            why,
            names[one.person_id],
            rank=rank,
            is_opened=(found.talent_id, one.person_id) in opened,
        )
        for (rank, one), why in zip(ranked, told, strict=True)
        if one.person_id in names
    )


def in_words(
    r: Reading, explanations: Sequence[Mapping[str, Any]], language: str
) -> list[Explained]:
    """Return explanations in words, with the labels of their codes in a language."""
    languages, goals = codes_in(explanations)
    of_languages = labels(r, "language", languages, language)
    of_goals = labels(r, "goal", goals, language)
    return [explained(one, languages=of_languages, goals=of_goals) for one in explanations]


def excluded_views(found: Suggestions) -> tuple[ExcludedView, ...]:
    """Return the rules that keep others apart, in their order."""
    rules = dict.fromkeys((*found.excluded, *found.what_if))
    rows = (
        ExcludedView(
            rule=rule.value,
            label=RULE_WORDS[rule],
            relaxed=RELAXED_WORDS.get(rule, RULE_WORDS[rule]),
            count=found.excluded.get(rule, 0),
            gained=found.what_if.get(rule, 0),
        )
        for rule in rules
    )
    return tuple(row for row in rows if row.count or row.gained)


def rules_in_words(rules: Collection[Rule]) -> tuple[Message, ...]:
    """Return what it means that rules give way."""
    return tuple(RELAXED_WORDS[rule] for rule in sorted(rules))


def board_view(r: Reading, desk: Desk, page: int = 1, length: int = LENGTH) -> BoardView:
    """Return a page of the board; whoever waits longest comes first."""
    programme_id = desk.programme.id
    board = r.session.get(Board, programme_id)
    drafts = (Match.programme_id == programme_id, Match.state == MatchState.DRAFT)
    total = r.session.scalar(select(func.count()).select_from(Match).where(*drafts)) or 0
    rows = r.session.scalars(
        select(Match)
        .join(Participation, Participation.id == Match.talent_part_id)
        .where(*drafts)
        .order_by(Participation.applied_at, Participation.id, Match.id)
        .limit(length)
        .offset((page - 1) * length)
    ).all()
    names = handles(r, {one for row in rows for one in (row.talent_id, row.other_id) if one})
    talents = [row.talent_id for row in rows if row.talent_id]
    opened = opened_pairs(r, desk.login_id, programme_id, talents)
    return BoardView(
        pairs=tuple(
            _board_pair(row, names, opened)
            for row in rows
            if row.talent_id in names and row.other_id in names
        ),
        total=total,
        page=page,
        step=board.step if board else 0,
        relaxed=tuple(board.relaxed) if board else (),
        rows=_differences(board.totals, board.former_totals) if board else (),
        can_undo=board is not None and board.former_relaxed is not None,
        has_hosts=_has_hosts(r, programme_id),
    )


def _has_hosts(r: Reading, programme_id: int) -> bool:
    hosts = exists().where(
        Participation.programme_id == programme_id,
        Participation.role == Role.HOST,
        Participation.state.in_(INSIDE),
    )
    return bool(r.session.scalar(select(hosts)))


def candidate_view(
    one: Candidate, why: Explained, name: str, *, rank: int | None, is_opened: bool
) -> CandidateView:
    """Return a candidate in words."""
    return CandidateView(
        person_id=one.person_id,
        part_id=one.part_id,
        kind=str(one.kind),
        handle=name,
        score=one.score,
        bars=bars_in_words(one.bars),
        reasons=why.reasons,
        know=why.to_know,
        load=one.load,
        capacity=one.capacity,
        rank=rank,
        is_opened=is_opened,
    )


def _board_pair(row: Match, names: Mapping[int, str], opened: Mapping[Pair, Any]) -> BoardPair:
    talent_id, other_id = row.talent_id or 0, row.other_id or 0
    return BoardPair(
        match_id=row.id,
        talent_id=talent_id,
        other_id=other_id,
        talent=names[talent_id],
        other=names[other_id],
        kind=row.other_kind,
        score=row.score,
        is_locked=row.is_locked,
        is_opened=(talent_id, other_id) in opened,
        is_put_forward=row.put_forward_by is not None,
    )


def _differences(
    now: Mapping[str, Any], former: Mapping[str, Any]
) -> tuple[tuple[Message, int, int], ...]:
    """Return the numbers of a board with the change since the run before; 0 without one."""
    return tuple(
        (label, int(now.get(key, 0)), int(now.get(key, 0)) - int(former[key]) if former else 0)
        for key, label in _TOTALS
        if key in now
    )
