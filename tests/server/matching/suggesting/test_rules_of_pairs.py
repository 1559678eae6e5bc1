"""The rules of one pair: what keeps two apart, in which order, and how well the rest fits."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from server.matching.suggesting.hard import (
    NOTHING_RELAXED,
    ORDER,
    RELAXABLE,
    Rule,
    first_failing,
    nearness,
    relaxed_by,
)
from server.matching.suggesting.scoring import components, weighted
from server.matching.suggesting.signals import (
    ANY_DISTANCE,
    CELLS,
    LEVEL_NUMBERS,
    Floors,
    Other,
    OtherKind,
    Talent,
)
from server.programmes.rules import FLOORS
from server.programmes.rules import SIGNALS as WEIGHTS
from tests.support.cohorts import NOW

FITTING = {
    "languages": (("nl", 4),),
    "regions": ("BE255",),
    "cells": 1 << CELLS["mon_evening"],
    "occupations": ("2512",),
}
TALENT = Talent(
    part_id=1, person_id=11, waiting_since=NOW - timedelta(days=90), goals=frozenset({"cv"}), **FITTING
)  # fmt: skip
MENTOR = Other(part_id=2, person_id=22, helps=frozenset({"cv"}), gender="woman", **FITTING)


def failing(talent: Talent = TALENT, other: Other = MENTOR, *relaxed: Rule) -> Rule | None:
    return first_failing(talent, other, Floors(), frozenset(relaxed))


def test_two_who_fit_are_kept_apart_by_nothing() -> None:
    assert failing() is None


@pytest.mark.parametrize(
    ("rule", "of_talent", "of_other"),
    [
        (Rule.CONSENT, {"has_consented": False}, {}),
        (Rule.CONSENT, {}, {"has_consented": False}),
        (Rule.PAUSED, {"is_paused": True}, {}),
        (Rule.PAUSED, {}, {"is_paused": True}),
        (Rule.VERIFIED, {}, {"is_verified": False}),
        (Rule.BANNED, {"banned": frozenset({22})}, {}),
        (Rule.BANNED, {}, {"person_id": 11}),
        (Rule.PAIRED, {"paired": frozenset({22})}, {}),
        (Rule.DATES, {}, {"is_available": False}),
        (Rule.FULL, {}, {"load": 1}),
        (Rule.FULL, {}, {"capacity": 0}),
        (Rule.WISH, {"mentor_wish": "man"}, {}),
        (Rule.WISH, {"mentor_wish": "woman"}, {"gender": None}),
        (Rule.LANGUAGE, {"languages": (("nl", 2),)}, {}),
        (Rule.LANGUAGE, {"languages": (("ar", 7),)}, {}),
        (Rule.DISTANCE, {"regions": ("FI1B1",)}, {}),
        (Rule.DISTANCE, {"in_person": False, "online": True}, {"in_person": True, "online": False}),
        (Rule.AVAILABILITY, {"cells": 1 << CELLS["tue_morning"]}, {}),
    ],
)
def test_each_rule_keeps_a_pair_apart(rule: Rule, of_talent: dict, of_other: dict) -> None:
    assert failing(replace(TALENT, **of_talent), replace(MENTOR, **of_other)) is rule


def test_the_first_rule_that_fails_is_told_in_a_fixed_order() -> None:
    worst = replace(TALENT, has_consented=False, banned=frozenset({22}), languages=(("ar", 7),))
    assert failing(worst) is Rule.CONSENT
    assert failing(replace(worst, has_consented=True)) is Rule.BANNED
    assert failing(replace(worst, has_consented=True, banned=frozenset())) is Rule.LANGUAGE
    assert tuple(Rule) == ORDER


@pytest.mark.parametrize(
    ("rule", "of_talent", "of_other"),
    [
        (Rule.FULL, {}, {"load": 1}),
        (Rule.WISH, {"mentor_wish": "man"}, {"gender": None}),
        (Rule.LANGUAGE, {"languages": (("nl", 2),)}, {}),
        (Rule.DISTANCE, {"regions": ("FI1B1",)}, {}),
        (Rule.AVAILABILITY, {"cells": 1 << CELLS["tue_morning"]}, {}),
    ],
)
def test_staff_may_relax_a_rule_for_one_run(rule: Rule, of_talent: dict, of_other: dict) -> None:
    talent, other = replace(TALENT, **of_talent), replace(MENTOR, **of_other)
    assert failing(talent, other) is rule
    assert failing(talent, other, rule) is None


def test_what_people_decided_themselves_cannot_be_relaxed() -> None:
    every = frozenset(Rule)
    for change in ({"has_consented": False}, {"is_paused": True}, {"banned": frozenset({22})}):
        assert first_failing(replace(TALENT, **change), MENTOR, Floors(), every) is not None
    assert not {Rule.CONSENT, Rule.PAUSED, Rule.BANNED, Rule.PAIRED} & set(RELAXABLE)
    assert relaxed_by(["consent", "language", "nonsense"]) == {Rule.LANGUAGE}
    assert relaxed_by(None) == NOTHING_RELAXED


def test_a_known_other_gender_never_passes_a_wish() -> None:
    assert failing(replace(TALENT, mentor_wish="man"), MENTOR, Rule.WISH) is Rule.WISH
    employer = replace(MENTOR, kind=OtherKind.EMPLOYER, gender=None)
    assert failing(replace(TALENT, mentor_wish="man"), employer) is None


def test_a_learner_at_a2_may_meet_somebody_who_speaks_well() -> None:
    learner = replace(TALENT, languages=(("nl", LEVEL_NUMBERS["A2"]),), learns=True)
    assert failing(learner) is None
    assert failing(learner, replace(MENTOR, languages=(("nl", 2),))) is Rule.LANGUAGE
    strict = Floors.of({**FLOORS, "learning": False})
    assert first_failing(learner, MENTOR, strict) is Rule.LANGUAGE


def test_what_nobody_gave_keeps_nobody_apart() -> None:
    thin = Talent(part_id=1, person_id=11, waiting_since=NOW)
    assert failing(thin) is None
    assert failing(TALENT, Other(part_id=2, person_id=22)) is None
    online_only = replace(thin, in_person=False, online=True)
    assert failing(online_only) is None


def test_who_travels_far_or_meets_online_reaches_farther() -> None:
    next_door = replace(TALENT, regions=("BE241",))
    assert failing(next_door) is Rule.DISTANCE
    assert failing(replace(next_door, travels=50)) is None
    abroad = replace(TALENT, regions=("FI1B1",), travels=ANY_DISTANCE)
    assert failing(abroad) is Rule.DISTANCE
    assert failing(replace(abroad, online=True), replace(MENTOR, online=True)) is None
    assert first_failing(abroad, MENTOR, Floors.of({"distance": "any"})) is None


@pytest.mark.parametrize(
    ("one", "another", "letters"),
    [("BE255", "BE255", 5), ("BE255", "BE251", 4), ("BE255", "BE241", 3), ("BE255", "BE100", 2),
     ("BE255", "FI1B1", 0), ("BE255", "BE2", 4), ("BE", "BE255", 4), ("BE2", "BE1", 2)],
)  # fmt: skip
def test_areas_are_as_near_as_their_codes(one: str, another: str, letters: int) -> None:
    assert nearness(one, another) == nearness(another, one) == letters


def test_settings_that_make_no_sense_are_as_usual() -> None:
    assert Floors.of({}) == Floors() == Floors.of(FLOORS)
    assert Floors.of({"language": "Z9", "distance": "moon", "availability": "x"}) == Floors()
    assert Floors.of({"language": "A2", "distance": "nuts3", "availability": 2}).area == 5


def test_the_score_of_a_pair_is_its_mean_by_weight() -> None:
    found = components(TALENT, MENTOR, NOW)
    assert found == {
        "occupation": 100, "skills": None, "goals": 100, "language": 75, "availability": 40,
        "distance": 100, "interests": None, "waiting": 50,
    }  # fmt: skip
    means = dict.fromkeys(found, 50)
    by_hand = (25 * 100 + 20 * 50 + 20 * 100 + 10 * 75 + 10 * 40 + 5 * 100 + 5 * 50 + 5 * 50) / 100
    assert by_hand == 76.5
    assert weighted(found, means, WEIGHTS) == 77
    assert weighted(found, means, {}) == 0


def test_what_is_not_known_counts_as_the_mean_of_the_programme() -> None:
    known = components(TALENT, MENTOR, NOW)
    unknown = components(replace(TALENT, goals=frozenset()), MENTOR, NOW)
    assert unknown["goals"] is None
    for mean in (0, 30, 100):
        means = dict.fromkeys(known, 20) | {"goals": mean}
        as_mean = {**known, "goals": mean}
        assert weighted(unknown, means, WEIGHTS) == weighted(as_mean, means, WEIGHTS)
    nobody = dict.fromkeys(known, 20) | {"goals": None}
    without = {name: weight for name, weight in WEIGHTS.items() if name != "goals"}
    assert weighted(unknown, nobody, WEIGHTS) == weighted(unknown, nobody, without)


def test_facts_hold_nothing_that_must_never_be_used() -> None:
    allowed = {
        "part_id", "person_id", "has_consented", "is_paused", "by_hand", "languages", "regions",
        "travels", "in_person", "online", "cells", "occupations", "skills", "interests", "styles",
        "waiting_since", "learns", "goals", "mentor_wish", "has_match", "banned", "paired", "kind",
        "helps", "gender", "capacity", "load", "is_available", "is_verified",
    }  # fmt: skip
    assert {one.name for kind in (Talent, Other) for one in fields(kind)} == allowed
    assert "gender" not in {one.name for one in fields(Talent)}
    with pytest.raises((AttributeError, TypeError)):
        TALENT.nationality = "x"  # type: ignore[attr-defined]
