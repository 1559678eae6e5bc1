"""What every pair of some talents (rows) and others (columns) has in common, as arrays.

Each array is made when it is first asked for. What follows from them stands in `sheets`.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from server.matching.suggesting.arrays import (
    Flags,
    Regions,
    Small,
    bits_of,
    flags,
    in_common,
    levels_of,
    marks_of,
    places_of,
    travels_of,
)
from server.matching.suggesting.hard import nearness
from server.matching.suggesting.signals import A2, Other, Talent

_DIGITS: Final = 4


class Pairs:
    """All pairs of some talents and others, in the given order."""

    def __init__(self, talents: Sequence[Talent], others: Sequence[Other]) -> None:
        self.talents, self.others = talents, others
        self.shape = (len(talents), len(others))

    @cached_property
    def levels(self) -> Small:
        """The level of the language that both speak best, 0 for none."""
        best = np.zeros(self.shape, np.uint8)
        for mine, theirs in self._tongues:
            np.maximum(best, np.minimum.outer(mine, theirs), out=best)
        return best

    def learning(self, floor: int) -> Flags:
        """Tell where a learner at A2 meets somebody who speaks that language well."""
        found = np.zeros(self.shape, np.bool_)
        learns = flags(self.talents, lambda one: one.learns)
        for mine, theirs in self._tongues:
            found |= np.logical_and.outer(learns & (mine >= A2), theirs >= floor)
        return found

    @cached_property
    def near(self) -> Small:
        """How near the nearest two of their areas are, as `hard.nearest`."""
        mine, theirs = Regions(self.talents), Regions(self.others)
        table = np.zeros((len(mine.known) + 1, len(theirs.known) + 1), np.uint8)
        for code, row in mine.known.items():
            for other, column in theirs.known.items():
                table[row, column] = nearness(code, other)
        best = np.zeros(self.shape, np.uint8)
        for a in mine.columns:
            for b in theirs.columns:
                np.maximum(best, table[a[:, None], b[None, :]], out=best)
        return best

    @cached_property
    def farthest(self) -> NDArray[np.int32]:
        """The kilometres of the one who travels farther."""
        farther: NDArray[np.int32] = np.maximum.outer(
            travels_of(self.talents), travels_of(self.others)
        )
        return farther

    @cached_property
    def both_online(self) -> Flags:
        """Tell where both like to meet online."""
        return self.both(lambda one: one.online is True)

    @cached_property
    def cells(self) -> Small:
        """How many parts of a week both have."""
        return in_common(bits_of(self.talents), bits_of(self.others))

    @cached_property
    def digits(self) -> Small:
        """How many digits the nearest of their occupations share."""
        same = np.zeros(self.shape, np.uint8)
        for digits in range(1, _DIGITS + 1):
            mine = [_groups(one.occupations, digits) for one in self.talents]
            theirs = [_groups(one.occupations, digits) for one in self.others]
            same[_counted(mine, theirs) > 0] = digits
        return same

    def shared(self, of_talent: str, of_other: str) -> Small:
        """Count what is in a set of one and in a set of the other."""
        return _counted(
            [getattr(one, of_talent) for one in self.talents],
            [getattr(one, of_other) for one in self.others],
        )

    def both(self, is_so: Callable[[Any], bool]) -> Flags:
        """Tell where something is so of both."""
        found: Flags = np.logical_and.outer(flags(self.talents, is_so), flags(self.others, is_so))
        return found

    def know(self, of_talent: str, of_other: str | None = None) -> Flags:
        """Tell where both have given something."""
        mine = flags(self.talents, lambda one: bool(getattr(one, of_talent)))
        theirs = flags(self.others, lambda one: bool(getattr(one, of_other or of_talent)))
        found: Flags = np.logical_and.outer(mine, theirs)
        return found

    def named(self, of: Callable[[Talent], Iterable[int]]) -> Flags:
        """Tell where the talent's facts name the other."""
        places = {one.person_id: at for at, one in enumerate(self.others)}
        found = np.zeros(self.shape, np.bool_)
        for row, talent in enumerate(self.talents):
            for person_id in of(talent):
                if person_id in places:
                    found[row, places[person_id]] = True
        return found

    @cached_property
    def _tongues(self) -> list[tuple[Small, Small]]:
        """The levels of all in each language that is spoken on both sides."""
        mine, theirs = (
            {tag for one in people for tag, _ in one.languages}
            for people in (self.talents, self.others)
        )
        places = places_of(mine & theirs)
        spoken, heard = levels_of(self.talents, places), levels_of(self.others, places)
        return [(spoken[:, at], heard[:, at]) for at in places.values()]


def _groups(codes: Iterable[str], digits: int) -> frozenset[str]:
    return frozenset(code[:digits] for code in codes if len(code) >= digits)


def _counted(mine: Sequence[frozenset[str]], theirs: Sequence[frozenset[str]]) -> Small:
    places = places_of(frozenset().union(*mine) & frozenset().union(*theirs))
    return in_common(marks_of(mine, places), marks_of(theirs, places))
