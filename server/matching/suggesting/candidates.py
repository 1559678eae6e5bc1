"""An other as the candidate of a talent: the components, the score, and the reasons."""

from collections.abc import Iterable
from typing import Any, Final

from server.matching.suggesting.explaining import bars_of, explanation_of, unscored
from server.matching.suggesting.plans import Bar, Candidate, Cohort
from server.matching.suggesting.signals import Other, Talent

MOST: Final = 10
"""So many candidates are shown at a time."""


def candidate_of(cohort: Cohort, talent: Talent, other: Other) -> Candidate:
    """Return an other as a talent's candidate, with the reasons."""
    known: dict[str, Any] = {
        "part_id": other.part_id,
        "person_id": other.person_id,
        "kind": other.kind,
        "load": other.load,
        "capacity": other.capacity,
    }
    if talent.by_hand or other.by_hand:
        reasons = unscored(talent, other, cohort.now)
        return Candidate(**known, score=None, bars=(), explanation=reasons)
    bars = bars_of(talent, other, cohort.means, cohort.weights, cohort.now)
    score = score_of(bars)
    explanation = explanation_of(talent, other, bars, score, cohort.weights_version)
    return Candidate(**known, score=score, bars=bars, explanation=explanation)


def score_of(bars: Iterable[Bar]) -> int:
    """Return the score that bars make: the same number as `scoring.weighted`."""
    total, shares = 0, 0
    for bar in bars:
        total, shares = total + bar.weight * bar.value, shares + bar.weight
    return (2 * total + shares) // (2 * shares) if shares else 0
