"""What suggesting hands out: a cohort, suggestions for one talent, a plan for everybody.

All frozen, with numbers and codes only; `words` says them to people.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from server.matching.suggesting.hard import Relaxed, Rule
from server.matching.suggesting.signals import Floors, Other, OtherKind, Talent
from server.programmes.model import Role

Pair = tuple[int, int]
"""The participations of a talent and of the other side."""


@dataclass(frozen=True)
class Cohort:
    """Everybody of a programme who may be paired, with its published weights and rules.

    Both lists are sorted by participation, so the order in which they were read is without effect.
    Holds what people keep private: for the length of a request, never stored.
    """

    programme_id: int
    role: Role
    """Whom talents are paired with: mentors or hosts."""
    talents: tuple[Talent, ...]
    others: tuple[Other, ...]
    weights: Mapping[str, int]
    weights_version: int
    floors: Floors
    threshold: int
    now: datetime
    memo: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was worked out about it, for who works it out."""

    def __post_init__(self) -> None:
        for name in ("talents", "others"):
            ordered = tuple(sorted(getattr(self, name), key=lambda one: one.part_id))
            object.__setattr__(self, name, ordered)

    @cached_property
    def means(self) -> Mapping[str, int | None]:
        """The mean of each signal over all pairs of which it is known."""
        from server.matching.suggesting.sheets import sheet_of  # as all arrays: when first needed

        return sheet_of(self).means

    @cached_property
    def places(self) -> Mapping[int, int]:
        """Where each talent and other stands in its list, by participation."""
        both = (self.talents, self.others)
        return {one.part_id: at for people in both for at, one in enumerate(people)}


@dataclass(frozen=True, slots=True)
class Bar:
    """One component of a score, 0 to 100; not known means it is the mean of the programme."""

    signal: str
    value: int
    is_known: bool
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who may be paired with a talent; without score and bars when either wants none."""

    part_id: int
    person_id: int
    kind: OtherKind
    score: int | None
    bars: tuple[Bar, ...]
    explanation: Mapping[str, Any]
    """Codes for `Match.explanation`; `words.explained` says them."""
    load: int
    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """Who may be paired with one talent, best first, and why others may not."""

    programme_id: int
    talent_part_id: int
    talent_id: int
    role: Role
    weights_version: int
    threshold: int
    relaxed: Relaxed
    by_hand: bool
    """The talent wants no score: candidates are in no order."""
    blocked: tuple[Rule, ...]
    """What keeps the talent from any pair: no consent, paused."""
    missing: tuple[str, ...]
    """Signals for which the talent has given nothing."""
    candidates: tuple[Candidate, ...]
    allowed: int
    """How many there are, with those not shown."""
    order: tuple[int, ...]
    """All of them, best first, by participation; in no order when the talent wants no score."""
    excluded: Mapping[Rule, int]
    """How many are kept apart, by the first rule that fails."""
    what_if: Mapping[Rule, int]
    """How many more there would be if this rule were relaxed as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPair:
    """A pair of a plan."""

    talent_part_id: int
    other_part_id: int
    talent_id: int
    other_id: int
    kind: OtherKind
    score: int | None
    bars: tuple[Bar, ...]
    explanation: Mapping[str, Any]
    is_locked: bool
    problem: Rule | None
    """Locked pairs only: the rule that they break."""
    rank: int | None
    """At which place of the talent's candidates the other stands; the first is 1."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A talent for whom the plan has nobody: because of rules, poor pairs, or taken places."""

    talent_part_id: int
    talent_id: int
    days: int
    why: str
    """`blocked`, `nobody`, `below`, `taken` or `by_hand`; `words.WHY` says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The best pairs for everybody who waits, under the rules, capacities and locks."""

    programme_id: int
    weights_version: int
    relaxed: Relaxed
    pairs: tuple[PlannedPair, ...]
    """Who has waited longest comes first."""
    waiting: tuple[Waiting, ...]
    total: int
    """The sum of scores."""
    excluded: Mapping[Rule, int]
    """Pairs kept apart, by the first rule that fails."""
    by_load: Mapping[int, int]
    """How many each other would have in all, by participation."""

    @property
    def totals(self) -> dict[str, Any]:
        """The numbers of this plan for `MatchRun.totals`."""
        return {
            "pairs": len(self.pairs),
            "waiting": len(self.waiting),
            "score": self.total,
            "excluded": {rule.value: count for rule, count in self.excluded.items()},
        }
