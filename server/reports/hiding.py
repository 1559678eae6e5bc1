"""Hiding small numbers, and as many others as it takes that nobody can compute them back.

A number from 1 to 4 says too much about single people. Hiding it alone does not help where a total
is shown: the rest can be taken off. So further numbers of the same sums are hidden until every
small one could, as far as a reader can tell, still be at least four different numbers. A reader is
taken to know all sums, that nothing is negative, and that a nought is never hidden.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Key = tuple[str, str]
"""A row and a column."""

FLOOR: Final = 5
"""The first number that is large enough to be shown (DOMAIN §3.7)."""
WIDTH: Final = 3
"""How far apart the least and the most that a small number may be have to lie."""
_ALMOST: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Sum:
    """That the parts add up to the total, as a reader can see."""

    total: Key
    parts: tuple[Key, ...]

    @property
    def members(self) -> tuple[Key, ...]:
        """The total and the parts."""
        return (self.total, *self.parts)


def hidden(
    values: Mapping[Key, int],
    sums: Sequence[Sum] = (),
) -> frozenset[Key]:
    """Return the keys of the numbers to hide.

    Every key of `sums` must have a value. The same numbers always give the same answer.
    """
    small = [key for key, value in values.items() if 0 < value < FLOOR]
    found = set(small)
    _hide_plain(values, sums, found)
    # Hiding more only widens what a number may be, so each is looked at until it is safe, once.
    for key in small:
        while _width(key, values, sums, found) < WIDTH - _ALMOST:
            more = _next(key, values, sums, found)
            if more is None:
                break  # everything that could tell is hidden
            found.add(more)
    return frozenset(found)


def _hide_plain(values: Mapping[Key, int], sums: Sequence[Sum], found: set[Key]) -> None:
    """Hide what each sum taken alone would give away; the costly look at all sums comes after."""
    changed = True
    while changed:
        changed = False
        for line in sums:
            more = _weak_point(values, line, found)
            if more is not None:
                found.add(more)
                changed = True


def _weak_point(values: Mapping[Key, int], line: Sum, found: set[Key]) -> Key | None:
    gone = [key for key in line.parts if key in found]
    if line.total in found:
        alone = not gone and any(values[key] for key in line.parts)
        return _least(values, line.parts, found) if alone else None
    if not gone:
        return None
    is_safe = len(gone) > 1 and sum(values[key] for key in gone) >= len(gone) + WIDTH
    return None if is_safe else _least(values, line.parts, found) or line.total


def _least(values: Mapping[Key, int], keys: Iterable[Key], found: set[Key]) -> Key | None:
    shown = [key for key in keys if key not in found and values[key]]
    return min(shown, key=lambda key: values[key], default=None)


def _next(key: Key, values: Mapping[Key, int], sums: Sequence[Sum], found: set[Key]) -> Key | None:
    """Return what to hide next: the smallest part in the sums around, or else a total."""
    reached, near = {key}, list(sums)
    while True:
        around = [line for line in near if not reached.isdisjoint(line.members)]
        if not around:
            return None
        parts = _least(values, [one for line in around for one in line.parts], found)
        more = parts or _least(values, [line.total for line in around], found)
        if more is not None:
            return more
        near = [line for line in near if line not in around]
        reached |= {one for line in around for one in line.members if one in found}


def _width(key: Key, values: Mapping[Key, int], sums: Sequence[Sum], found: set[Key]) -> float:
    """Return how far apart the least and the most lie that a reader can find for a number."""
    near = _tied(key, sums, found)
    if not near:
        return math.inf
    from scipy.optimize import linprog  # half a second to import, needed for reports alone

    names = sorted({one for line in near for one in line.members if one in found}, key=repr)
    place = {name: number for number, name in enumerate(names)}
    table, known = [], []
    for line in near:
        row, rest = [0.0] * len(names), 0
        for one, sign in ((line.total, -1), *((part, 1) for part in line.parts)):
            if one in place:
                row[place[one]] += sign
            else:
                rest -= sign * values[one]
        table.append(row)
        known.append(float(rest))
    aim = [1.0 if name == key else 0.0 for name in names]
    least = linprog(aim, A_eq=table, b_eq=known, bounds=(1, None), method="highs")
    most = linprog([-one for one in aim], A_eq=table, b_eq=known, bounds=(1, None), method="highs")
    return math.inf if most.status != 0 else float(-most.fun - least.fun)


def _tied(key: Key, sums: Sequence[Sum], found: set[Key]) -> list[Sum]:
    """Return the sums that a hidden number is tied to, through other hidden numbers, too."""
    reached, tied, left = {key}, list[Sum](), list(sums)
    while True:
        more = [line for line in left if not reached.isdisjoint(line.members)]
        if not more:
            return tied
        tied += more
        left = [line for line in left if line not in more]
        reached |= {one for line in more for one in line.members if one in found}
