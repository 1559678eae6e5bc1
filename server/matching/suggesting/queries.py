"""Asking for suggestions: for one talent, for a whole cohort, and how fair they were.

`cohort_of` reads; everything else about it is arithmetic without a database. `suggest` and `solve`
take a cohort and are to be run off the event loop: `await asyncio.to_thread(solve, cohort, …)`.
Their arrays are imported when they are first used: a process that never matches has no need of
them. Staff only; a route that calls these checks the role and logs the look.
"""

from collections.abc import Collection

from server.matching.suggesting.candidates import MOST
from server.matching.suggesting.fairness import fairness
from server.matching.suggesting.hard import NOTHING_RELAXED, Relaxed, relaxed_by
from server.matching.suggesting.plans import Cohort, Pair, Plan, Suggestions
from server.matching.suggesting.reading import cohort_of
from server.platform.work import Reading
from server.programmes.model import Role

__all__ = [
    "Cohort",
    "Plan",
    "Suggestions",
    "cohort_of",
    "fairness",
    "relaxed_by",
    "solve",
    "suggest",
    "suggestions_for",
]


def suggest(
    cohort: Cohort,
    talent_part_id: int,
    relaxed: Relaxed = NOTHING_RELAXED,
    limit: int = MOST,
    among: Collection[int] | None = None,
) -> Suggestions:
    """Return who may be paired with a talent of a cohort; as `suggestions.suggest`."""
    from server.matching.suggesting import suggestions

    return suggestions.suggest(cohort, talent_part_id, relaxed, limit, among)


def solve(
    cohort: Cohort,
    locked: Collection[Pair] = (),
    relaxed: Relaxed = NOTHING_RELAXED,
    banned: Collection[Pair] = (),
) -> Plan:
    """Return the best pairs for everybody who waits; as `solving.solve`."""
    from server.matching.suggesting import solving

    return solving.solve(cohort, locked, relaxed, banned)


def suggestions_for(
    r: Reading,
    programme_id: int,
    talent_part_id: int,
    *,
    role: Role = Role.MENTOR,
    relaxed: Relaxed = NOTHING_RELAXED,
    limit: int = MOST,
) -> Suggestions:
    """Return who may be paired with a talent of a programme, best first.

    `role` is whom to look for: mentors, or hosts. Raises NotFound for a programme or a talent that
    is not in it.
    """
    return suggest(cohort_of(r, programme_id, role), talent_part_id, relaxed, limit)
