"""The rules and scores of one pair, done for all pairs at once with arrays.

`Sheet` gives for each talent (row) and each other (column) what `hard.first_failing` and
`scoring.weighted` give for the pair; tests hold them equal. Arrays of small numbers keep a
thousand talents and four hundred mentors within a few megabytes.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Final

import numpy as np

from server.matching.suggesting.arrays import Flags, Scores, Small, by_table, flags
from server.matching.suggesting.hard import (
    FAR_KM,
    NOTHING_RELAXED,
    ORDER,
    Relaxed,
    Rule,
    needed_nearness,
)
from server.matching.suggesting.pairs import Pairs
from server.matching.suggesting.plans import Cohort
from server.matching.suggesting.scoring import (
    AVAILABILITY_BY_CELLS,
    BEST,
    DISTANCE_BY_NEARNESS,
    ENOUGH,
    INTEREST,
    LANGUAGE_BY_LEVEL,
    OCCUPATION_BY_DIGITS,
    ONLINE,
    SIGNALS,
    STYLE,
    waiting,
)
from server.matching.suggesting.signals import (
    A2,
    ANY_DISTANCE,
    Floors,
    Other,
    OtherKind,
    Talent,
)

MAY_BE: Final = len(ORDER)
"""Stands in `failing` where no rule keeps the pair apart; else it is the rule's place in ORDER."""
Component = tuple[Small, Flags]
"""The component of each pair, and where it is known."""


class Sheet:
    """Some talents and some others, in the given order, with what follows for each pair."""

    def __init__(
        self, talents: Sequence[Talent], others: Sequence[Other], floors: Floors, now: datetime
    ) -> None:
        self._pairs, self._floors, self._now = Pairs(talents, others), floors, now
        self._failing: dict[Relaxed, Small] = {}
        # Most rules are asked for again with each rule that is relaxed for a "what if".
        self._held: dict[tuple[Rule, bool], Flags] = {}

    def failing(self, relaxed: Relaxed = NOTHING_RELAXED) -> Small:
        """Return the place in ORDER of the first rule that fails for each pair, or MAY_BE.

        Kept for the next time, so nobody may write into it.
        """
        if relaxed not in self._failing:
            self._failing[relaxed] = self._first_failing(relaxed)
        return self._failing[relaxed]

    def _first_failing(self, relaxed: Relaxed) -> Small:
        first = np.full(self._pairs.shape, MAY_BE, np.uint8)
        for place in reversed(range(len(ORDER))):
            holds = self._holds(ORDER[place], ORDER[place] in relaxed)
            first[~np.broadcast_to(holds, self._pairs.shape)] = place
        first.flags.writeable = False
        return first

    def _holds(self, rule: Rule, relaxed: bool) -> Flags:  # noqa: FBT001 - as the rules below
        """Return where a rule holds; worked out once."""
        if (rule, relaxed) not in self._held:
            self._held[rule, relaxed] = _HOLDS[rule](self._pairs, self._floors, relaxed)
        return self._held[rule, relaxed]

    @cached_property
    def components(self) -> Mapping[str, Component]:
        """The component of each pair for each signal, and where it is known."""
        return {name: _COMPONENTS[name](self._pairs) for name in SIGNALS if name in _COMPONENTS} | {
            "waiting": self._waiting()
        }

    @cached_property
    def means(self) -> dict[str, int | None]:
        """The mean of each signal over the pairs of which it is known."""
        found: dict[str, int | None] = {}
        for name, (part, known) in self.components.items():
            count = int(np.count_nonzero(known))
            total = int(np.sum(part, where=known, dtype=np.int64))
            found[name] = total // count if count else None
        return found

    def scores(
        self, weights: Mapping[str, int], means: Mapping[str, int | None] | None = None
    ) -> Scores:
        """Return the score of each pair, 0 to 100; without `means`, those of this sheet."""
        means = self.means if means is None else means
        total, shares = (np.zeros(self._pairs.shape, np.int32) for _ in range(2))
        for name, (part, known) in self.components.items():
            weight, mean = weights.get(name, 0), means[name]
            total += weight * np.where(known, part, mean or 0).astype(np.int32)
            shares += weight * (known | (mean is not None))
        rounded: Scores = (2 * total + shares) // np.maximum(2 * shares, 1)
        return rounded

    def _waiting(self) -> Component:
        days = np.array([waiting(one, self._now) for one in self._pairs.talents], np.uint8)
        shape = self._pairs.shape
        return np.broadcast_to(days[:, None], shape), np.ones(shape, np.bool_)


def sheet_of(cohort: Cohort) -> Sheet:
    """Return the sheet of a whole cohort, made when it is first asked for."""
    made: Sheet | None = cohort.memo.get("sheet")
    if made is None:
        made = Sheet(cohort.talents, cohort.others, cohort.floors, cohort.now)
        cohort.memo["sheet"] = made
    return made


def scores_of(cohort: Cohort) -> Scores:
    """Return the scores of all pairs of a cohort, by the weights it has."""
    made: Scores | None = cohort.memo.get("scores")
    if made is None:
        made = sheet_of(cohort).scores(cohort.weights)
        made.flags.writeable = False
        cohort.memo["scores"] = made
    return made


# The hard rules, each as in `hard`; a row or a column stands for all of its kind.


def _banned(pairs: Pairs, _floors: Floors, _relaxed: bool) -> Flags:  # noqa: FBT001 - one shape for all rules
    return ~pairs.named(lambda one: one.banned | {one.person_id})


def _full(pairs: Pairs, _floors: Floors, relaxed: bool) -> Flags:  # noqa: FBT001 - as above
    return flags(pairs.others, lambda one: one.load < one.capacity + relaxed)


def _wish(pairs: Pairs, _floors: Floors, relaxed: bool) -> Flags:  # noqa: FBT001 - as above
    found = np.ones(pairs.shape, np.bool_)
    genders = [one.gender for one in pairs.others]
    free = flags(pairs.others, lambda one: one.kind is not OtherKind.MENTOR)
    unsaid = np.array([relaxed and gender is None for gender in genders], np.bool_)
    for row, talent in enumerate(pairs.talents):
        if talent.mentor_wish is not None:
            wished = np.array([gender == talent.mentor_wish for gender in genders], np.bool_)
            found[row] = free | unsaid | wished
    return found


def _language(pairs: Pairs, floors: Floors, relaxed: bool) -> Flags:  # noqa: FBT001 - as above
    floor = min(floors.language, A2) if relaxed else floors.language
    holds = ~pairs.know("languages") | (pairs.levels >= floor)
    return holds | pairs.learning(floors.language) if floors.learning else holds


def _distance(pairs: Pairs, floors: Floors, relaxed: bool) -> Flags:  # noqa: FBT001 - as above
    if relaxed:
        return np.ones(1, np.bool_)
    needed = np.full(pairs.shape, floors.area, np.uint8)
    needed[pairs.farthest >= FAR_KM] = needed_nearness(floors.area, FAR_KM)
    needed[pairs.farthest >= ANY_DISTANCE] = needed_nearness(floors.area, ANY_DISTANCE)
    is_near = ~pairs.know("regions") | (pairs.near >= needed)
    in_person = pairs.both(lambda one: one.in_person is not False)
    may_be_online = pairs.both(lambda one: one.online is not False)
    reach: Flags = pairs.both_online | np.where(in_person, is_near, may_be_online)
    return reach


def _availability(pairs: Pairs, floors: Floors, relaxed: bool) -> Flags:  # noqa: FBT001 - as above
    return ~pairs.know("cells") | (pairs.cells >= (0 if relaxed else floors.availability))


_HOLDS: Final[Mapping[Rule, Callable[[Pairs, Floors, bool], Flags]]] = MappingProxyType(
    {
        Rule.CONSENT: lambda pairs, *_: pairs.both(lambda one: one.has_consented),
        Rule.PAUSED: lambda pairs, *_: pairs.both(lambda one: not one.is_paused),
        Rule.VERIFIED: lambda pairs, *_: flags(pairs.others, lambda one: one.is_verified),
        Rule.BANNED: _banned,
        Rule.PAIRED: lambda pairs, *_: ~pairs.named(lambda one: one.paired),
        Rule.DATES: lambda pairs, *_: flags(pairs.others, lambda one: one.is_available),
        Rule.FULL: _full,
        Rule.WISH: _wish,
        Rule.LANGUAGE: _language,
        Rule.DISTANCE: _distance,
        Rule.AVAILABILITY: _availability,
    }
)


# The components, each as in `scoring`.


def _share(pairs: Pairs, wanted: str, offered: str) -> Component:
    common = pairs.shared(wanted, offered).astype(np.int32)
    most = np.array(
        [max(min(len(getattr(one, wanted)), ENOUGH), 1) for one in pairs.talents], np.int32
    )
    share = np.minimum(BEST * common // most[:, None], BEST).astype(np.uint8)
    return share, pairs.know(wanted, offered)


def _nearness(pairs: Pairs) -> Component:
    known = pairs.know("regions")
    goes_anywhere = known & (pairs.near > 0) & (pairs.farthest >= ANY_DISTANCE)
    least = np.where(pairs.both_online | goes_anywhere, np.uint8(ONLINE), np.uint8(0))
    found: Small = np.maximum(by_table(DISTANCE_BY_NEARNESS, pairs.near), least)
    return found, known | pairs.both_online


def _interests(pairs: Pairs) -> Component:
    liked = pairs.shared("interests", "interests").astype(np.int32)
    alike = pairs.shared("styles", "styles").astype(np.int32)
    found = np.minimum(INTEREST * liked + STYLE * alike, BEST).astype(np.uint8)
    return found, pairs.know("interests") | pairs.know("styles")


_COMPONENTS: Final[Mapping[str, Callable[[Pairs], Component]]] = MappingProxyType(
    {
        "occupation": lambda pairs: (
            by_table(OCCUPATION_BY_DIGITS, pairs.digits),
            pairs.know("occupations"),
        ),
        "skills": lambda pairs: _share(pairs, "skills", "skills"),
        "goals": lambda pairs: _share(pairs, "goals", "helps"),
        "language": lambda pairs: (
            by_table(LANGUAGE_BY_LEVEL, pairs.levels),
            pairs.know("languages"),
        ),
        "availability": lambda pairs: (
            by_table(AVAILABILITY_BY_CELLS, pairs.cells),
            pairs.know("cells"),
        ),
        "distance": _nearness,
        "interests": _interests,
    }
)
