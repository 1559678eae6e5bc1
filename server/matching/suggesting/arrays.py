"""People's facts as arrays, one row or entry for each person in the given order."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.matching.suggesting.signals import PARTS_OF_A_DAY, Facts

Small = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Scores = NDArray[np.int32]
Marks = NDArray[np.float32]

_BITS = PARTS_OF_A_DAY * 7


def flags(people: Sequence[Any], is_so: Callable[[Any], bool]) -> Flags:
    """Return whether something is so of each person."""
    return np.fromiter((is_so(one) for one in people), np.bool_, len(people))


def levels_of(people: Sequence[Facts], places: Mapping[str, int]) -> Small:
    """Return each person's level of the language of each column, 0 for none."""
    found = np.zeros((len(people), len(places)), np.uint8)
    for row, one in enumerate(people):
        for tag, level in one.languages:
            column = places.get(tag)
            if column is not None:
                found[row, column] = level
    return found


def travels_of(people: Sequence[Facts]) -> NDArray[np.int32]:
    """Return how far each person travels, 0 when not given."""
    return np.fromiter((one.travels or 0 for one in people), np.int32, len(people))


def places_of(things: Iterable[str]) -> dict[str, int]:
    """Give each thing a column."""
    return {one: at for at, one in enumerate(sorted(things))}


def marks_of(of_people: Sequence[Collection[str]], places: Mapping[str, int]) -> Marks:
    """Return 1 where a person has the thing of the column."""
    found = np.zeros((len(of_people), len(places)), np.float32)
    for row, things in enumerate(of_people):
        for one in things:
            column = places.get(one)
            if column is not None:
                found[row, column] = 1
    return found


def bits_of(people: Sequence[Facts]) -> Marks:
    """Return 1 for each part of the week that a person has."""
    cells = np.fromiter((one.cells for one in people), np.int64, len(people))
    bits: Marks = ((cells[:, None] >> np.arange(_BITS)) & 1).astype(np.float32)
    return bits


def in_common(mine: Marks, theirs: Marks) -> Small:
    """Count for each pair what both have; sums of ones are exact in any order."""
    counts: Small = np.minimum(mine @ theirs.T, np.iinfo(np.uint8).max).astype(np.uint8)
    return counts


def by_table(table: Sequence[int], at: Small) -> Small:
    """Look numbers up in a table; those beyond its end take its last."""
    found: Small = np.array(table, np.uint8)[np.minimum(at, len(table) - 1)]
    return found


class Regions:
    """Areas of people as numbers, in as many columns as somebody has areas; 0 for none."""

    def __init__(self, people: Sequence[Facts]) -> None:
        codes = {code for one in people for code in one.regions}
        self.known = {code: at for at, code in enumerate(sorted(codes), start=1)}
        most = max((len(one.regions) for one in people), default=0)
        self.columns = [self._column(people, at) for at in range(most)]

    def _column(self, people: Sequence[Facts], at: int) -> NDArray[np.int32]:
        numbers = (self.known[one.regions[at]] if at < len(one.regions) else 0 for one in people)
        return np.fromiter(numbers, np.int32, len(people))
