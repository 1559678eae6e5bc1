"""The hard rules: which pairs may not be, and by which rule, in an order that never changes.

The first rule that fails is the one that staff are told. What nobody gave does not fail a rule,
except the wish for a woman or a man as a mentor, which holds until the mentor has said so. For one
run staff may relax some rules; what people decided themselves cannot be relaxed.
"""

import enum
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from server.matching.suggesting.signals import (
    A2,
    ANY_DISTANCE,
    AREAS,
    Facts,
    Floors,
    Other,
    OtherKind,
    Talent,
)


class Rule(enum.StrEnum):
    """What keeps a pair apart, in the order in which it is looked at."""

    CONSENT = "consent"
    """One of them has not agreed to be matched, or no longer."""
    PAUSED = "paused"
    VERIFIED = "verified"
    """Staff have not checked who is behind the organisation."""
    BANNED = "banned"
    """A refusal, a block, a conflict, or staff's wish."""
    PAIRED = "paired"
    """They have a match already, or one of them said no."""
    DATES = "dates"
    FULL = "full"
    WISH = "wish"
    """The wish for a woman or a man as a mentor."""
    LANGUAGE = "language"
    DISTANCE = "distance"
    AVAILABILITY = "availability"


ORDER: Final = tuple(Rule)
RELAXABLE: Final = (Rule.FULL, Rule.WISH, Rule.LANGUAGE, Rule.DISTANCE, Rule.AVAILABILITY)
"""What staff may relax: one place more, mentors who did not say, A2, online, no common time."""
Relaxed = frozenset[Rule]
NOTHING_RELAXED: Final[Relaxed] = frozenset()

FAR_KM: Final = 50
"""Who travels so far reaches the next wider area."""
_COUNTRY: Final = AREAS["country"]
_AROUND: Final = AREAS["nuts2"]


def relaxed_by(names: object) -> Relaxed:
    """Return the rules of these names that may be relaxed; others are left out."""
    asked = set(names) if isinstance(names, list | tuple | set | frozenset) else set()
    return frozenset(rule for rule in RELAXABLE if rule.value in asked)


def first_failing(
    talent: Talent, other: Other, floors: Floors, relaxed: Relaxed = NOTHING_RELAXED
) -> Rule | None:
    """Return the first rule that keeps a pair apart, or None when they may be paired."""
    for rule in ORDER:
        if not _HOLDS[rule](talent, other, floors, rule in relaxed):
            return rule
    return None


@lru_cache(maxsize=20_000)
def nearness(one: str, another: str) -> int:
    """Return how many letters two NUTS codes share as an area: 5, 4, 3, 2 or 0.

    A wide area that holds the other counts as the same NUTS 2 area: it is not known to be farther.
    """
    if one == another:
        return max(len(one), _AROUND)
    if one.startswith(another) or another.startswith(one):
        return _AROUND
    same = next((at for at, (a, b) in enumerate(zip(one, another, strict=False)) if a != b), 0)
    return same if same >= _COUNTRY else 0


def nearest(talent: Facts, other: Facts) -> int:
    """Return the nearness of the nearest two of their areas; 0 when none is known."""
    return max((nearness(a, b) for a in talent.regions for b in other.regions), default=0)


def needed_nearness(area: int, travels: int) -> int:
    """Return how near two must live, given who travels farther of the two."""
    if not area or travels >= ANY_DISTANCE:
        return min(area, _COUNTRY)
    return max(area - 1, _COUNTRY) if travels >= FAR_KM else area


def common_level(talent: Facts, other: Facts) -> int:
    """Return the level of the language that they share best; 0 when they share none."""
    theirs = dict(other.languages)
    return max((min(level, theirs.get(tag, 0)) for tag, level in talent.languages), default=0)


def learns_with(talent: Talent, other: Other, floors: Floors) -> bool:
    """Tell whether a learner at A2 has a language in common that the other speaks well."""
    theirs = dict(other.languages)
    return (
        floors.learning
        and talent.learns
        and any(
            level >= A2 and theirs.get(tag, 0) >= floors.language for tag, level in talent.languages
        )
    )


def common_cells(talent: Facts, other: Facts) -> int:
    """Return how many parts of a week both have."""
    return (talent.cells & other.cells).bit_count()


def _consent(talent: Talent, other: Other, _floors: Floors, _relaxed: bool) -> bool:  # noqa: FBT001 - one shape for all rules
    return talent.has_consented and other.has_consented


def _paused(talent: Talent, other: Other, _floors: Floors, _relaxed: bool) -> bool:  # noqa: FBT001 - one shape for all rules
    return not (talent.is_paused or other.is_paused)


def _verified(_talent: Talent, other: Other, _floors: Floors, _relaxed: bool) -> bool:  # noqa: FBT001 - one shape for all rules
    return other.is_verified


def _banned(talent: Talent, other: Other, _floors: Floors, _relaxed: bool) -> bool:  # noqa: FBT001 - one shape for all rules
    return other.person_id != talent.person_id and other.person_id not in talent.banned


def _paired(talent: Talent, other: Other, _floors: Floors, _relaxed: bool) -> bool:  # noqa: FBT001 - one shape for all rules
    return other.person_id not in talent.paired


def _dates(_talent: Talent, other: Other, _floors: Floors, _relaxed: bool) -> bool:  # noqa: FBT001 - one shape for all rules
    return other.is_available


def _full(_talent: Talent, other: Other, _floors: Floors, relaxed: bool) -> bool:  # noqa: FBT001 - one shape for all rules
    return other.load < other.capacity + relaxed


def _wish(talent: Talent, other: Other, _floors: Floors, relaxed: bool) -> bool:  # noqa: FBT001 - one shape for all rules
    if talent.mentor_wish is None or other.kind is not OtherKind.MENTOR:
        return True
    return other.gender == talent.mentor_wish or (relaxed and other.gender is None)


def _language(talent: Talent, other: Other, floors: Floors, relaxed: bool) -> bool:  # noqa: FBT001 - one shape for all rules
    if not talent.languages or not other.languages:
        return True
    floor = min(floors.language, A2) if relaxed else floors.language
    return common_level(talent, other) >= floor or learns_with(talent, other, floors)


def _distance(talent: Talent, other: Other, floors: Floors, relaxed: bool) -> bool:  # noqa: FBT001 - one shape for all rules
    if relaxed or (talent.online and other.online):
        return True
    if talent.in_person is False or other.in_person is False:
        return talent.online is not False and other.online is not False
    if not talent.regions or not other.regions:
        return True
    travels = max(talent.travels or 0, other.travels or 0)
    return nearest(talent, other) >= needed_nearness(floors.area, travels)


def _availability(talent: Talent, other: Other, floors: Floors, relaxed: bool) -> bool:  # noqa: FBT001 - one shape for all rules
    if relaxed or not talent.cells or not other.cells:
        return True
    return common_cells(talent, other) >= floors.availability


_HOLDS: Final[Mapping[Rule, Callable[[Talent, Other, Floors, bool], bool]]] = MappingProxyType(
    {
        Rule.CONSENT: _consent,
        Rule.PAUSED: _paused,
        Rule.VERIFIED: _verified,
        Rule.BANNED: _banned,
        Rule.PAIRED: _paired,
        Rule.DATES: _dates,
        Rule.FULL: _full,
        Rule.WISH: _wish,
        Rule.LANGUAGE: _language,
        Rule.DISTANCE: _distance,
        Rule.AVAILABILITY: _availability,
    }
)
