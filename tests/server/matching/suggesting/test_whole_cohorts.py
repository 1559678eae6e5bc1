"""Whole cohorts: arrays equal the rules of one pair, and the plan is the best that is allowed."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from itertools import product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from server.matching.suggesting.assigning import FURTHER_PLACE, Question, assigned, cost_of
from server.matching.suggesting.candidates import score_of
from server.matching.suggesting.hard import ORDER, RELAXABLE, Rule, first_failing
from server.matching.suggesting.plans import Cohort, Plan
from server.matching.suggesting.scoring import components, means_of, weighted
from server.matching.suggesting.sheets import MAY_BE, Sheet, sheet_of
from server.matching.suggesting.solving import solve
from server.matching.suggesting.suggestions import suggest
from tests.support.cohorts import NOW, cohort

SEEDS = st.integers(0, 10_000)
RELAXED = st.frozensets(st.sampled_from(RELAXABLE))


@given(SEEDS, st.integers(1, 7), st.integers(0, 7), RELAXED)
def test_arrays_say_what_the_rules_of_one_pair_say(
    seed: int, talents: int, others: int, relaxed: frozenset[Rule]
) -> None:
    made = cohort(seed, talents, others)
    pairs = [(t, o) for t in made.talents for o in made.others]
    parts = [components(t, o, NOW) for t, o in pairs]
    means = means_of(parts)
    sheet = sheet_of(made)
    failing, scores = sheet.failing(relaxed), sheet.scores(made.weights)
    assert made.means == means
    for (t, o), part, rule, score in zip(
        pairs, parts, failing.ravel().tolist(), scores.ravel().tolist(), strict=True
    ):
        expected = first_failing(t, o, made.floors, relaxed)
        assert (None if rule == MAY_BE else ORDER[rule]) is expected
        assert score == weighted(part, means, made.weights)
        assert 0 <= score <= 100


@given(SEEDS, st.integers(1, 12), st.integers(1, 8), RELAXED)
def test_a_plan_keeps_every_hard_rule_and_every_capacity(
    seed: int, talents: int, others: int, relaxed: frozenset[Rule]
) -> None:
    made = cohort(seed, talents, others, threshold=20)
    plan = solve(made, relaxed=relaxed)
    people = {one.part_id: one for one in (*made.talents, *made.others)}
    for pair in plan.pairs:
        mine, theirs = people[pair.talent_part_id], people[pair.other_part_id]
        assert first_failing(mine, theirs, made.floors, relaxed) is None
        assert not mine.by_hand
        assert not theirs.by_hand
        assert not mine.has_match
        assert pair.problem is None
        assert pair.score is not None
        assert pair.score >= made.threshold
    for one in made.others:
        added = sum(pair.other_part_id == one.part_id for pair in plan.pairs)
        assert one.load + added <= max(one.capacity + (Rule.FULL in relaxed), one.load)
    served = [pair.talent_part_id for pair in plan.pairs]
    waiting = [one.talent_part_id for one in plan.waiting]
    matched = [one.part_id for one in made.talents if one.has_match]
    assert sorted(served + waiting + matched) == [one.part_id for one in made.talents]


def question(random: Random, rows: int, columns: int) -> Question:
    made = cohort(random.randint(0, 9_999), rows, columns)
    sheet = Sheet(made.talents, made.others, made.floors, made.now)
    scores = sheet.scores(made.weights)
    for row, column in product(range(rows), range(columns)):
        scores[row, column] = random.choice([30, 40, 44, 48, 60, 60, 60, 90])
    allowed = scores >= 0
    for row, column in product(range(rows), range(columns)):
        allowed[row, column] = random.random() < 0.8
    order = list(range(rows))
    random.shuffle(order)
    free = [random.randint(0, 2) for _ in range(columns)]
    locked = {0: random.randrange(columns)} if random.random() < 0.3 else {}
    load = [random.randint(0, 2) for _ in range(columns)]
    return Question(scores, allowed, free, load, 40, order, locked)


def brute_force(asked: Question) -> int:
    """Return the least cost of all plans there are."""
    columns = len(asked.free)
    rows = len(asked.order)
    best = None
    for choice in product((None, *range(columns)), repeat=rows):
        plan = {row: column for row, column in enumerate(choice) if column is not None}
        if any(plan.get(row) != column for row, column in asked.locked.items()):
            continue
        counts = [list(choice).count(column) for column in range(columns)]
        locked = [list(asked.locked.values()).count(column) for column in range(columns)]
        if any(
            count > max(free, kept)
            for count, free, kept in zip(counts, asked.free, locked, strict=True)
        ):
            continue
        if any(not asked.allowed[pair] for pair in plan.items() if pair[0] not in asked.locked):
            continue
        cost = cost_of(asked, plan)
        best = cost if best is None else min(best, cost)
    assert best is not None
    return best


@settings(max_examples=150)
@given(SEEDS, st.integers(1, 5), st.integers(1, 3))
def test_a_plan_is_the_best_of_all_on_small_cases(seed: int, rows: int, columns: int) -> None:
    asked = question(Random(seed), rows, columns)
    assert cost_of(asked, assigned(asked)) == brute_force(asked)


@given(SEEDS, st.integers(1, 12), st.integers(1, 8), st.randoms(use_true_random=False))
def test_the_order_in_which_people_are_read_changes_nothing(
    seed: int, talents: int, others: int, random: Random
) -> None:
    made = cohort(seed, talents, others)
    mixed_talents, mixed_others = list(made.talents), list(made.others)
    random.shuffle(mixed_talents)
    random.shuffle(mixed_others)
    mixed = replace(made, talents=tuple(mixed_talents), others=tuple(mixed_others))
    assert solve(mixed) == solve(made)
    for one in made.talents:
        assert suggest(mixed, one.part_id) == suggest(made, one.part_id)


@given(SEEDS, st.integers(2, 8), st.integers(1, 5))
def test_locked_pairs_stay_and_banned_pairs_are_not_made(
    seed: int, talents: int, others: int
) -> None:
    made = cohort(seed, talents, others, threshold=0)
    locked = (made.talents[0].part_id, made.others[0].part_id)
    unwanted = {(one.part_id, made.others[-1].part_id) for one in made.talents[1:]}
    plan = solve(made, [locked], banned=unwanted)
    [kept] = [pair for pair in plan.pairs if pair.is_locked]
    assert (kept.talent_part_id, kept.other_part_id) == locked
    assert kept.problem is first_failing(made.talents[0], made.others[0], made.floors)
    assert not unwanted & {(pair.talent_part_id, pair.other_part_id) for pair in plan.pairs}


def alike(count: int, capacity: int, others: int = 1, threshold: int = 0) -> Cohort:
    """Return talents who differ in nothing but in how long they wait, the last one longest."""
    made = cohort(1, 1, others, capacity=capacity, threshold=threshold)
    first = replace(
        made.talents[0], has_consented=True, is_paused=False, by_hand=False, has_match=False,
        mentor_wish=None, banned=frozenset(), paired=frozenset(), languages=(), regions=(),
        cells=0, in_person=None, online=None,
    )  # fmt: skip
    able = [
        replace(
            made.others[0], part_id=900 + at, person_id=900 + at, has_consented=True,
            is_paused=False, by_hand=False, is_available=True, is_verified=True, load=0,
        )
        for at in range(others)
    ]  # fmt: skip
    talents = [
        replace(first, part_id=at, person_id=at, waiting_since=NOW - timedelta(minutes=at))
        for at in range(1, count + 1)
    ]
    return replace(made, talents=tuple(talents), others=tuple(able))


def test_of_equals_who_has_waited_longest_comes_first() -> None:
    plan = solve(alike(5, 2))
    assert [pair.talent_part_id for pair in plan.pairs] == [5, 4]
    assert [one.talent_part_id for one in plan.waiting] == [3, 2, 1]
    assert {one.why for one in plan.waiting} == {"taken"}


def test_the_load_spreads_over_equals() -> None:
    plan = solve(alike(6, 3, others=3))
    assert sorted(plan.by_load.values()) == [2, 2, 2]


def test_a_poor_pair_is_not_made_only_to_fill_places() -> None:
    made = alike(2, 2)
    [score] = {pair.score for pair in solve(made).pairs}
    assert score is not None
    at_the_edge = solve(replace(made, threshold=score))
    assert len(at_the_edge.pairs) == 1  # the second place costs more than waiting
    assert len(solve(replace(made, threshold=score - FURTHER_PLACE)).pairs) == 2
    above = solve(replace(made, threshold=score + 1))
    assert not above.pairs
    assert {one.why for one in above.waiting} == {"below"}


def test_who_wants_no_score_waits_without_one_and_keeps_their_place() -> None:
    made = alike(2, 2)
    shy = replace(made.talents[1], by_hand=True)
    plan: Plan = solve(replace(made, talents=(made.talents[0], shy)))
    assert [pair.talent_part_id for pair in plan.pairs] == [1]
    assert [(one.talent_part_id, one.why) for one in plan.waiting] == [(2, "by_hand")]
    found = suggest(replace(made, talents=(shy,)), 2)
    assert found.by_hand
    assert [(one.score, one.bars) for one in found.candidates] == [(None, ())]


@given(SEEDS, st.integers(1, 10))
def test_suggestions_count_everybody_once_and_say_what_if(seed: int, others: int) -> None:
    made = cohort(seed, 3, others)
    for talent in made.talents:
        found = suggest(made, talent.part_id, limit=4)
        assert found.allowed + sum(found.excluded.values()) == len(made.others)
        assert len(found.candidates) == min(found.allowed, 4)
        assert len(found.order) == found.allowed
        assert [one.part_id for one in found.candidates] == list(found.order[:4])
        for rule, more in found.what_if.items():
            relaxed = suggest(made, talent.part_id, frozenset({rule}))
            assert relaxed.allowed == found.allowed + more
            assert more >= 0
        for one in found.candidates:
            if one.score is not None:
                parts = components(talent, by_part(made, one.part_id), NOW)
                assert one.score == score_of(one.bars) == weighted(parts, made.means, made.weights)
                assert [bar.is_known for bar in one.bars] == [
                    parts[bar.signal] is not None for bar in one.bars
                ]


def by_part(made: Cohort, part_id: int):
    return next(one for one in made.others if one.part_id == part_id)


def test_arrays_and_solver_are_not_loaded_before_somebody_matches() -> None:
    asked = "import sys, server.features; print(bool({'numpy', 'scipy'} & sys.modules.keys()))"
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
