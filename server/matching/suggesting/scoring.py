"""How well a pair fits: a component from 0 to 100 for each signal, and their weighted mean.

Integer arithmetic, the same on every machine. A component that nobody can know, because one of the
two did not answer, is `None` and counts as the mean of the programme: a thin profile is neither
punished nor preferred. A signal that is known of no pair at all counts for nobody.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from server.matching.suggesting.hard import common_cells, common_level, nearest
from server.matching.suggesting.signals import ANY_DISTANCE, Other, Talent

SIGNALS: Final = (
    "occupation", "skills", "goals", "language", "availability", "distance", "interests", "waiting",
)  # fmt: skip
"""In the order in which they are shown."""
BEST: Final = 100

OCCUPATION_BY_DIGITS: Final = (0, 20, 45, 70, 100)
"""By how many digits of the ISCO-08 code are the same."""
LANGUAGE_BY_LEVEL: Final = (0, 0, 20, 50, 75, 90, 100, 100)
AVAILABILITY_BY_CELLS: Final = (0, 40, 60, 75, 90, 100)
DISTANCE_BY_NEARNESS: Final = (0, 0, 20, 40, 70, 100)
ONLINE: Final = 60
"""Two who both like to meet online are never farther apart than this."""
ENOUGH: Final = 3
"""So many things in common are as good as it gets."""
INTEREST: Final = 50
STYLE: Final = 25
WAITED_LONG_DAYS: Final = 180


def components(talent: Talent, other: Other, now: datetime) -> dict[str, int | None]:
    """Return how well a pair fits by each signal, None where it is not known."""
    found: dict[str, int | None] = {name: rule(talent, other) for name, rule in _PAIR_RULES.items()}
    found["waiting"] = waiting(talent, now)
    return found


def weighted(
    parts: Mapping[str, int | None], means: Mapping[str, int | None], weights: Mapping[str, int]
) -> int:
    """Return the score of a pair, 0 to 100: the mean by weight, rounded to the nearest."""
    total, shares = 0, 0
    for name in SIGNALS:
        part = parts[name] if parts[name] is not None else means[name]
        if part is not None:
            total += weights.get(name, 0) * part
            shares += weights.get(name, 0)
    return (2 * total + shares) // (2 * shares) if shares else 0


def means_of(pairs: Iterable[Mapping[str, int | None]]) -> dict[str, int | None]:
    """Return the mean of each signal over the pairs of which it is known, rounded down."""
    sums, counts = dict.fromkeys(SIGNALS, 0), dict.fromkeys(SIGNALS, 0)
    for parts in pairs:
        for name in SIGNALS:
            part = parts[name]
            if part is not None:
                sums[name] += part
                counts[name] += 1
    return {name: sums[name] // counts[name] if counts[name] else None for name in SIGNALS}


def waiting_days(talent: Talent, now: datetime) -> int:
    """Return for how many whole days somebody has waited."""
    return max((now - talent.waiting_since).days, 0)


def waiting(talent: Talent, now: datetime) -> int:
    """Return the component of waiting: it grows with each day for half a year."""
    return min(waiting_days(talent, now), WAITED_LONG_DAYS) * BEST // WAITED_LONG_DAYS


def occupation(talent: Talent, other: Other) -> int | None:
    """Compare the occupations that are nearest to each other."""
    if not talent.occupations or not other.occupations:
        return None
    return OCCUPATION_BY_DIGITS[
        max(same_digits(a, b) for a in talent.occupations for b in other.occupations)
    ]


def same_digits(one: str, another: str) -> int:
    """Return how many leading digits two ISCO-08 codes share, at most four."""
    both = zip(one[:4], another[:4], strict=False)
    differing = (at for at, (a, b) in enumerate(both) if a != b)
    return next(differing, min(len(one), len(another), 4))


def skills(talent: Talent, other: Other) -> int | None:
    """Count the skills in common, up to three."""
    return _share(talent.skills, other.skills)


def goals(talent: Talent, other: Other) -> int | None:
    """Count the goals that the other helps with, up to three."""
    return _share(talent.goals, other.helps)


def language(talent: Talent, other: Other) -> int | None:
    """Take the level of the language that both speak best."""
    if not talent.languages or not other.languages:
        return None
    return LANGUAGE_BY_LEVEL[common_level(talent, other)]


def availability(talent: Talent, other: Other) -> int | None:
    """Count the parts of a week that both have, up to five."""
    if not talent.cells or not other.cells:
        return None
    most = len(AVAILABILITY_BY_CELLS) - 1
    return AVAILABILITY_BY_CELLS[min(common_cells(talent, other), most)]


def distance(talent: Talent, other: Other) -> int | None:
    """Compare where they live; meeting online makes up for a part of it."""
    least = ONLINE if talent.online and other.online else 0
    if not talent.regions or not other.regions:
        return least or None
    near = nearest(talent, other)
    if near and max(talent.travels or 0, other.travels or 0) >= ANY_DISTANCE:
        least = ONLINE
    return max(DISTANCE_BY_NEARNESS[near], least)


def interests(talent: Talent, other: Other) -> int | None:
    """Count interests in common, and ways of working."""
    if (talent.interests and other.interests) or (talent.styles and other.styles):
        liked = len(talent.interests & other.interests)
        alike = len(talent.styles & other.styles)
        return min(INTEREST * liked + STYLE * alike, BEST)
    return None


def _share(wanted: frozenset[str], offered: frozenset[str]) -> int | None:
    if not wanted or not offered:
        return None
    return min(BEST * len(wanted & offered) // min(len(wanted), ENOUGH), BEST)


_PAIR_RULES: Final[Mapping[str, Callable[[Talent, Other], int | None]]] = MappingProxyType(
    {
        "occupation": occupation,
        "skills": skills,
        "goals": goals,
        "language": language,
        "availability": availability,
        "distance": distance,
        "interests": interests,
    }
)
