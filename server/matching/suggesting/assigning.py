"""The best pairs for everybody at once: an assignment of least cost.

Each talent takes one place of an other, or waits. A pair costs what its score lacks to 100, each
further talent of the same other four more, so that the load spreads; waiting costs what the
threshold lacks to 100, so that nobody is paired only to fill places. Among plans that cost the
same, more talents are served, and who has waited longest first. Costs are whole numbers well below
2⁵³, so the solver's floating-point arithmetic is exact and the result the same everywhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from server.matching.suggesting.arrays import Flags, Scores
from server.matching.suggesting.scoring import BEST

FURTHER_PLACE: Final = 4
"""What each talent that an other has already adds to the cost of the next one."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be assigned: rows are talents, columns others.

    `free` are places left and `load` the talents of each other; `order` ranks talents, 0 for who
    has waited longest; `locked` are pairs that stay.
    """

    scores: Scores
    allowed: Flags
    free: Sequence[int]
    load: Sequence[int]
    threshold: int
    order: Sequence[int]
    locked: Mapping[int, int]


def assigned(question: Question) -> dict[int, int]:
    """Return for each row that gets one its column, the locked pairs among them."""
    locked = question.locked
    rows = [row for row in range(len(question.order)) if row not in locked]
    columns, steps = _places(question)
    pairs = dict(locked)
    if rows and len(columns):
        chosen = _solved(_costs(question, rows, columns, steps))
        pairs |= {rows[row]: int(columns[place]) for row, place in chosen if place < len(columns)}
    return pairs


def cost_of(question: Question, pairs: Mapping[int, int]) -> int:
    """Return what a plan costs, locked pairs aside: what `assigned` makes as small as possible."""
    total, load = 0, list(question.load)
    for column in question.locked.values():
        load[column] += 1
    for row in range(len(question.order)):
        column_of = pairs.get(row)
        if row in question.locked:
            continue
        if column_of is None:
            total += _waiting_cost(question, row)
        else:
            unit = _unit(question)
            total += unit * (BEST - int(question.scores[row, column_of]))
            total += unit * FURTHER_PLACE * load[column_of]
            load[column_of] += 1
    return total


def _places(question: Question) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the column of each free place, and how many its other has before it."""
    taken = _counted(question.locked.values(), len(question.free))
    columns, steps = [], []
    for column, free in enumerate(question.free):
        for place in range(taken[column], free):
            columns.append(column)
            steps.append(question.load[column] + place)
    return np.array(columns, np.int64), np.array(steps, np.int64)


def _counted(columns: Iterable[int], most: int) -> list[int]:
    found = [0] * most
    for column in columns:
        found[column] += 1
    return found


def _unit(question: Question) -> int:
    """Return what one point of a score weighs against all ties of waiting together."""
    return len(question.order) * (len(question.order) + 1) // 2 + 1


def _waiting_cost(question: Question, row: int) -> int:
    earlier = len(question.order) - question.order[row]
    return _unit(question) * (BEST - question.threshold) + earlier


def _costs(
    question: Question,
    rows: Sequence[int],
    columns: NDArray[np.int64],
    steps: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the cost of each row at each place, then a column of waiting for each row.

    Waiting costs a talent the same in every one of those columns, so any of them may be taken.
    """
    unit = _unit(question)
    costs = np.empty((len(rows), len(columns) + len(rows)), np.float64)
    chosen = np.ix_(np.array(rows, np.int64), columns)
    lacking = BEST - question.scores[chosen].astype(np.int64) + FURTHER_PLACE * steps
    waits = np.array([_waiting_cost(question, row) for row in rows], np.float64)
    costs[:, : len(columns)] = unit * lacking
    # A pair that may not be costs more than any plan can gain by it.
    costs[:, : len(columns)][~question.allowed[chosen]] = np.inf
    costs[:, len(columns) :] = waits[:, None]
    return costs


def _solved(costs: NDArray[np.float64]) -> list[tuple[int, int]]:
    # Imported when first needed: it is large, and most processes never match.
    from scipy.optimize import linear_sum_assignment

    rows, places = linear_sum_assignment(costs)
    return [(int(row), int(place)) for row, place in zip(rows, places, strict=True)]
