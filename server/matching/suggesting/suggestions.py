"""Suggestions for one talent: the best candidates, why, and what would change if rules gave way."""

from collections import Counter
from collections.abc import Collection
from typing import Final

import numpy as np

from server.matching.suggesting.arrays import Scores, Small
from server.matching.suggesting.candidates import MOST, candidate_of
from server.matching.suggesting.hard import NOTHING_RELAXED, ORDER, RELAXABLE, Relaxed, Rule
from server.matching.suggesting.plans import Cohort, Suggestions
from server.matching.suggesting.sheets import MAY_BE, Sheet
from server.matching.suggesting.signals import Talent
from server.platform.errors import NotFound

_GIVEN: Final = (
    ("occupation", "occupations"), ("skills", "skills"), ("goals", "goals"),
    ("language", "languages"), ("availability", "cells"), ("distance", "regions"),
    ("interests", "interests"),
)  # fmt: skip


def suggest(
    cohort: Cohort,
    talent_part_id: int,
    relaxed: Relaxed = NOTHING_RELAXED,
    limit: int = MOST,
    among: Collection[int] | None = None,
) -> Suggestions:
    """Return who may be paired with a talent, best first; with `among`, only those people.

    Raises NotFound for nobody's talent.
    """
    talent = next((one for one in cohort.talents if one.part_id == talent_part_id), None)
    if talent is None:
        raise NotFound
    row = Sheet((talent,), cohort.others, cohort.floors, cohort.now)
    failing = row.failing(relaxed)[0]
    places = _best_first(cohort, talent, failing, row.scores(cohort.weights, cohort.means)[0])
    shown = [at for at in places if among is None or cohort.others[at].person_id in among]
    return Suggestions(
        programme_id=cohort.programme_id,
        talent_part_id=talent.part_id,
        talent_id=talent.person_id,
        role=cohort.role,
        weights_version=cohort.weights_version,
        threshold=cohort.threshold,
        relaxed=relaxed,
        by_hand=talent.by_hand,
        blocked=_blocked(talent),
        missing=tuple(signal for signal, fact in _GIVEN if not getattr(talent, fact)),
        candidates=tuple(
            candidate_of(cohort, talent, cohort.others[place]) for place in shown[:limit]
        ),
        allowed=len(places),
        order=tuple(cohort.others[place].part_id for place in places),
        excluded=excluded_by(failing),
        what_if={
            rule: int(np.count_nonzero(row.failing(relaxed | {rule}) == MAY_BE)) - len(places)
            for rule in RELAXABLE
            if rule not in relaxed
        },
    )


def excluded_by(failing: Small) -> dict[Rule, int]:
    """Return how many pairs each rule keeps apart as the first one, in the order of the rules."""
    counts = Counter(failing.ravel().tolist())
    return {rule: counts[place] for place, rule in enumerate(ORDER) if counts[place]}


def _best_first(cohort: Cohort, talent: Talent, failing: Small, scores: Scores) -> list[int]:
    """Return the places of those who may be, by score, then by load; unscored ones at the end."""
    allowed = [place for place, rule in enumerate(failing.tolist()) if rule == MAY_BE]
    if talent.by_hand:
        return allowed
    others = cohort.others
    return sorted(
        allowed,
        key=lambda at: (others[at].by_hand, -int(scores[at]), others[at].load, others[at].part_id),
    )


def _blocked(talent: Talent) -> tuple[Rule, ...]:
    found = ((Rule.CONSENT, not talent.has_consented), (Rule.PAUSED, talent.is_paused))
    return tuple(rule for rule, is_so in found if is_so)
