"""Suggestions for the selected talent, worked out off the event loop, with rules relaxed by a run.

Relaxing a rule is a run of its own that is written down (`MatchRun`); a page only reads which rules
a run of its programme relaxed, so no address relaxes anything unseen.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from server.matching.desk.context import Desk
from server.matching.model import MatchRun
from server.matching.suggesting.candidates import candidate_of
from server.matching.suggesting.hard import RELAXABLE, Relaxed, Rule, first_failing
from server.matching.suggesting.plans import Candidate, Suggestions
from server.matching.suggesting.queries import relaxed_by, suggest
from server.matching.suggesting.reading import Gathered, gathered
from server.people.reader import Reader
from server.platform.errors import NotFound
from server.platform.work import Reading
from server.programmes.model import Participation, Role
from server.programmes.rules import INSIDE

SHOWN: Final = 10


async def suggestions(
    reader: Reader,
    desk: Desk,
    talent_id: int,
    *,
    role: Role = Role.MENTOR,
    run_id: int | None = None,
    among: Collection[int] | None = None,
) -> Suggestions:
    """Return suggestions for a talent of the programme. Raises NotFound for anybody else.

    The best ten, or those of these people who may be.
    """
    found, part_id, relaxed = await reader.instance.read(
        _read, desk.programme.id, talent_id, role, run_id
    )
    return await asyncio.to_thread(_suggested, found, part_id, relaxed, among)


@dataclass(frozen=True, slots=True)
class Judged:
    """What suggestions say of one pair: its rank among the candidates, or the rule against it."""

    candidate: Candidate
    talent_part_id: int
    weights_version: int
    rank: int | None
    rule: Rule | None

    @property
    def is_possible(self) -> bool:
        """Tell whether staff may decide for it: no rule is against it, or one that may give way."""
        return self.rule is None or self.rule in RELAXABLE


async def judged(reader: Reader, desk: Desk, talent_id: int, other_id: int) -> Judged:
    """Return what suggestions say of a pair. Raises NotFound for who is not in the programme."""
    found = await reader.instance.read(_gathered_for, desk.programme.id, talent_id, other_id)
    return await asyncio.to_thread(_judged, found, talent_id, other_id)


def _gathered_for(r: Reading, programme_id: int, talent_id: int, other_id: int) -> Gathered:
    part_of(r, programme_id, talent_id, Role.TALENT)
    other = part_of(r, programme_id, other_id, Role.MENTOR, Role.HOST)
    return gathered(r, programme_id, Role(other.role))


def _judged(found: Gathered, talent_id: int, other_id: int) -> Judged:
    cohort = found.cohort()
    talent = next((one for one in cohort.talents if one.person_id == talent_id), None)
    other = next((one for one in cohort.others if one.person_id == other_id), None)
    if talent is None or other is None:
        raise NotFound
    every = suggest(cohort, talent.part_id, limit=0)
    ranks = {part_id: rank for rank, part_id in enumerate(every.order, 1)}
    return Judged(
        candidate_of(cohort, talent, other),
        talent.part_id,
        cohort.weights_version,
        None if every.by_hand else ranks.get(other.part_id),
        first_failing(talent, other, cohort.floors),
    )


def part_of(r: Reading, programme_id: int, person_id: int, *roles: Role) -> Participation:
    """Return as what somebody takes part in a programme now. Raises NotFound."""
    found = r.session.scalar(
        select(Participation).where(
            Participation.programme_id == programme_id,
            Participation.person_id == person_id,
            Participation.role.in_(roles),
            Participation.state.in_(INSIDE),
        )
    )
    if found is None:
        raise NotFound
    return found


def relaxed_in(r: Reading, programme_id: int, run_id: int | None) -> Relaxed:
    """Return the rules that a run relaxed. Raises NotFound for a run of another programme."""
    if run_id is None:
        return frozenset()
    run = r.session.get(MatchRun, run_id)
    if run is None or run.programme_id != programme_id:
        raise NotFound
    return relaxed_by(list(run.relaxed))


def _read(
    r: Reading, programme_id: int, talent_id: int, role: Role, run_id: int | None
) -> tuple[Gathered, int, Relaxed]:
    part = part_of(r, programme_id, talent_id, Role.TALENT)
    relaxed = relaxed_in(r, programme_id, run_id)
    return gathered(r, programme_id, role), part.id, relaxed


def _suggested(
    found: Gathered, part_id: int, relaxed: Relaxed, among: Collection[int] | None
) -> Suggestions:
    return suggest(found.cohort(), part_id, relaxed, SHOWN, among)
