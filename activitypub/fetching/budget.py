"""How much one cause may make us fetch.

A thread, a collection or a chain of boosts can name documents without end. Whatever starts
fetching makes one `Budget` and hands it down, so that everything that follows from one activity
shares it.
"""

from dataclasses import dataclass, field

from activitypub.errors import BudgetExhausted

MAX_FETCHES = 30
MAX_DEPTH = 10


@dataclass(slots=True)
class _Tally:
    """What is left for all holders of one budget together."""

    fetches_left: int


@dataclass(frozen=True, slots=True)
class Budget:
    """What may still be fetched because of one cause: so many documents, so many levels down.

    Copies made by `deeper` share the number of fetches. To go on in a later job, store
    `fetches_left` and `depth_left` and make a new one with `Budget.of`.
    """

    depth_left: int = MAX_DEPTH
    _tally: _Tally = field(default_factory=lambda: _Tally(MAX_FETCHES))

    @classmethod
    def of(cls, *, fetches: int = MAX_FETCHES, depth: int = MAX_DEPTH) -> "Budget":
        """Return a budget of so many fetches and levels."""
        return cls(depth, _Tally(fetches))

    @property
    def fetches_left(self) -> int:
        """How many documents may still be fetched."""
        return self._tally.fetches_left

    def spend(self) -> None:
        """Account for one fetch; raises BudgetExhausted when none is left."""
        if self._tally.fetches_left <= 0:
            raise BudgetExhausted("one cause has fetched as much as it may")
        self._tally.fetches_left -= 1

    def deeper(self) -> "Budget":
        """Return the same budget one level down; raises BudgetExhausted at the bottom."""
        if self.depth_left <= 0:
            raise BudgetExhausted("one cause has gone as deep as it may")
        return Budget(self.depth_left - 1, self._tally)
