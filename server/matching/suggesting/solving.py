"""The plan for a whole cohort: everybody who waits, all places, locks and bans. Arithmetic only."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

import numpy as np

from server.matching.suggesting.arrays import Flags, Scores, Small
from server.matching.suggesting.assigning import Question, assigned
from server.matching.suggesting.candidates import candidate_of
from server.matching.suggesting.hard import NOTHING_RELAXED, ORDER, Relaxed, Rule
from server.matching.suggesting.plans import Candidate, Cohort, Pair, Plan, PlannedPair, Waiting
from server.matching.suggesting.scoring import waiting_days
from server.matching.suggesting.sheets import MAY_BE, scores_of, sheet_of
from server.matching.suggesting.signals import Other, Talent
from server.matching.suggesting.suggestions import excluded_by

_MOST_KEPT: Final = 4_000


def solve(
    cohort: Cohort,
    locked: Collection[Pair] = (),
    relaxed: Relaxed = NOTHING_RELAXED,
    banned: Collection[Pair] = (),
) -> Plan:
    """Return the best pairs for everybody who waits; pairs are given by participation.

    Locked pairs stay, even when they break a rule (the plan says which); `banned` ones are not
    made, such as pairs that were dropped from a board. Talents who have a match take no part.
    """
    failing, scores = sheet_of(cohort).failing(relaxed), scores_of(cohort)
    allowed = _may_be(cohort, failing, banned)
    kept = _kept(cohort, locked)
    order = _by_waiting(cohort)
    rank = {row: place for place, row in enumerate(order)}
    question = Question(
        scores=scores,
        allowed=allowed,
        free=[max(one.capacity + (Rule.FULL in relaxed) - one.load, 0) for one in cohort.others],
        load=[one.load for one in cohort.others],
        threshold=cohort.threshold,
        order=[rank[row] for row in range(len(cohort.talents))],
        locked=kept,
    )
    found = assigned(question)
    pairs = [
        _pair(cohort, row, found[row], (failing, allowed, scores), is_locked=row in kept)
        for row in order
        if row in found
    ]
    return Plan(
        programme_id=cohort.programme_id,
        weights_version=cohort.weights_version,
        relaxed=relaxed,
        pairs=tuple(pairs),
        waiting=_waiting(cohort, order, question, found),
        total=sum(pair.score or 0 for pair in pairs),
        excluded=excluded_by(failing),
        by_load=_loads(cohort, found),
    )


def _may_be(cohort: Cohort, failing: Small, banned: Collection[Pair]) -> Flags:
    """Return which pairs the solver may make: no score, no pair."""
    allowed: Flags = failing == MAY_BE
    allowed[[one.by_hand or one.has_match for one in cohort.talents], :] = False
    allowed[:, [one.by_hand for one in cohort.others]] = False
    for talent, other in _placed(cohort, banned):
        allowed[talent, other] = False
    return allowed


def _placed(cohort: Cohort, pairs: Collection[Pair]) -> list[Pair]:
    """Return row and column of those pairs that are in the cohort, by participation."""
    places = cohort.places
    rows = {one.part_id for one in cohort.talents}
    columns = {one.part_id for one in cohort.others}
    return [(places[a], places[b]) for a, b in sorted(pairs) if a in rows and b in columns]


def _kept(cohort: Cohort, locked: Collection[Pair]) -> Mapping[int, int]:
    """Return the locked pairs; of two for one talent, the first by participation."""
    found: dict[int, int] = {}
    for row, column in _placed(cohort, locked):
        found.setdefault(row, column)
    return found


def _by_waiting(cohort: Cohort) -> list[int]:
    """Return the rows of talents, who has waited longest first."""
    talents = cohort.talents
    return sorted(
        range(len(talents)), key=lambda row: (talents[row].waiting_since, talents[row].part_id)
    )


def _pair(
    cohort: Cohort,
    row: int,
    column: int,
    grids: tuple[Small, Flags, Scores],
    *,
    is_locked: bool,
) -> PlannedPair:
    failing, allowed, scores = grids
    talent, other = cohort.talents[row], cohort.others[column]
    candidate = _candidate(cohort, talent, other)
    rule = int(failing[row, column])
    better = allowed[row] & (scores[row] > scores[row, column])
    return PlannedPair(
        talent_part_id=talent.part_id,
        other_part_id=other.part_id,
        talent_id=talent.person_id,
        other_id=other.person_id,
        kind=other.kind,
        score=candidate.score,
        bars=candidate.bars,
        explanation=candidate.explanation,
        is_locked=is_locked,
        problem=ORDER[rule] if rule != MAY_BE else None,
        rank=int(np.count_nonzero(better)) + 1 if allowed[row, column] else None,
    )


def _candidate(cohort: Cohort, talent: Talent, other: Other) -> Candidate:
    """Return a planned pair explained: from one plan to the next, most of them stay."""
    kept: dict[Pair, Candidate] = cohort.memo.setdefault("planned", {})
    pair = (talent.part_id, other.part_id)
    if pair not in kept:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[pair] = candidate_of(cohort, talent, other)
    return kept[pair]


def _waiting(
    cohort: Cohort, order: list[int], question: Question, found: Mapping[int, int]
) -> tuple[Waiting, ...]:
    waiting = []
    for row in order:
        talent = cohort.talents[row]
        if row not in found and not talent.has_match:
            days = waiting_days(talent, cohort.now)
            waiting.append(
                Waiting(talent.part_id, talent.person_id, days, _why(cohort, row, question))
            )
    return tuple(waiting)


def _why(cohort: Cohort, row: int, question: Question) -> str:
    talent = cohort.talents[row]
    if talent.is_paused or not talent.has_consented:
        return "blocked"
    if talent.by_hand:
        return "by_hand"
    scores = question.scores[row][question.allowed[row]]
    if not scores.size:
        return "nobody"
    return "below" if int(scores.max()) < cohort.threshold else "taken"


def _loads(cohort: Cohort, found: Mapping[int, int]) -> dict[int, int]:
    more = Counter(found.values())
    return {one.part_id: one.load + more[at] for at, one in enumerate(cohort.others)}
