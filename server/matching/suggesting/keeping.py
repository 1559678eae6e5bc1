"""What was worked out about a cohort stays in memory while nothing that it came from has changed.

Opening the answers of two thousand people takes longer than anybody waits for a screen, so a
process keeps the facts (numbers and codes, never a name or a text) of the few programmes it was
asked for last, each with a stamp of the answers it came from, and compares stamps at each reading.
Whoever left a programme is dropped at its next reading, and everybody with `forget`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from weakref import WeakKeyDictionary

from server.matching.suggesting.plans import Cohort
from server.platform.secrets import Vault

Stamp = tuple[int, datetime]
"""How many answers somebody has given, and when they last changed one."""
Which = tuple[int, str]
"""A programme and the role of the others."""

_MOST_COHORTS: Final = 3


@dataclass(frozen=True, slots=True)
class KeptFacts:
    """What answers came to, and the stamp of those answers."""

    stamp: Stamp
    facts: Mapping[str, Any]


class Memory:
    """What one process keeps of the cohorts of one instance."""

    def __init__(self) -> None:
        self._facts: dict[Which, Mapping[int, KeptFacts]] = {}
        self._cohorts: dict[Which, tuple[object, Cohort]] = {}

    def facts_of(self, which: Which) -> Mapping[int, KeptFacts]:
        """Return the facts by person that were kept of a cohort."""
        return self._facts.get(which, {})

    def unchanged(
        self, which: Which, facts: Mapping[int, KeptFacts], source: object
    ) -> Cohort | None:
        """Return the kept cohort when it was made of just this: to compare is less than to make."""
        kept = self._cohorts.get(which)
        if kept is None or kept[0] != source or self._facts.get(which) != facts:
            return None
        return kept[1]

    def keep(
        self, which: Which, facts: Mapping[int, KeptFacts], source: object, cohort: Cohort
    ) -> Cohort:
        """Keep a cohort with what it was made of, beside the facts.

        Returns the former one, with all it has worked out, if nothing changed.
        """
        _, former = self._cohorts.pop(which, (None, None))
        self._facts.pop(which, None)
        kept = former if former == cohort and former is not None else cohort
        self._facts[which], self._cohorts[which] = facts, (source, kept)
        kinds: tuple[dict[Which, Any], ...] = (self._facts, self._cohorts)
        for kind in kinds:
            while len(kind) > _MOST_COHORTS:
                kind.pop(next(iter(kind)), None)
        return kept


_MEMORIES: Final[WeakKeyDictionary[Vault, Memory]] = WeakKeyDictionary()


def memory_of(vault: Vault) -> Memory:
    """Return what is kept for the instance whose vault this is."""
    return _MEMORIES.setdefault(vault, Memory())


def forget(vault: Vault) -> None:
    """Drop everything that is kept for an instance, such as when somebody was erased."""
    _MEMORIES.pop(vault, None)
