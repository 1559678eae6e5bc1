"""Reading for reports: which programmes somebody may count, the counts, the funder's answers."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Final

from sqlalchemy import select

from server.access.model import StaffRole
from server.people.cards import PersonRow
from server.people.model import PersonKey
from server.people.queries import people_by_ids
from server.people.rules import HOUSE
from server.platform.errors import NotFound
from server.platform.i18n import Message
from server.platform.work import Reading
from server.programmes.model import Participation, ProgrammeStaff, Role
from server.programmes.queries import ParticipationRow, ProgrammeRow, participations, programmes
from server.reports.facts import ANSWER, match_facts, meetings_by_mode, part_facts
from server.reports.following import following_tables
from server.reports.funding import (
    Answers,
    Countable,
    Record,
    contradictions,
    countables,
    joined,
    sums_of,
)
from server.reports.indicators import HOST, TALENT, IndicatorSet, indicator_sets
from server.reports.model import Counted, ExportTrail, FundedProgramme, FunderAnswers
from server.reports.rules import Period
from server.reports.service import moments_open, opened
from server.reports.tables import Counts, Table, funder_table, number_tables

_TRAIL: Final = 20


@dataclass(frozen=True, slots=True)
class Scope:
    """Which programmes a report counts; `programme` is None for all that the reader may count."""

    every: tuple[ProgrammeRow, ...]
    programme: ProgrammeRow | None

    @property
    def ids(self) -> list[int]:
        """The numbers of the programmes counted."""
        return [one.id for one in ([self.programme] if self.programme else self.every)]


@dataclass(frozen=True, slots=True)
class Funding:
    """What a funder gets: the table, what does not add up, how many answers are not complete."""

    kept: IndicatorSet
    table: Table
    faults: tuple[Message, ...]
    incomplete: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything of one report."""

    scope: Scope
    period: Period
    numbers: tuple[Table, ...]
    funding: tuple[Funding, ...]
    trail: tuple[ExportTrail, ...]


def scope_of(
    r: Reading, login_id: int, roles: frozenset[str], programme_id: int | None = None
) -> Scope:
    """Return what somebody of the staff may count. Raises NotFound for a programme outside it.

    Admins count all; coordinators those that name them, or name no coordinators at all.
    """
    every = tuple(programmes(r, viewer_is_staff=True))
    if StaffRole.ADMIN not in roles:
        named = _coordinators(r)
        every = tuple(one for one in every if login_id in named.get(one.id, {login_id}))
    chosen = next((one for one in every if one.id == programme_id), None)
    if programme_id is not None and chosen is None:
        raise NotFound
    return Scope(every, chosen)


def _coordinators(r: Reading) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = r.session.execute(
        select(ProgrammeStaff.programme_id, ProgrammeStaff.login_id).where(
            ProgrammeStaff.role == StaffRole.COORDINATOR.value
        )
    )
    for programme_id, login_id in rows:
        found[programme_id].add(login_id)
    return found


def report_of(r: Reading, scope: Scope, period: Period, zone: tzinfo) -> Report:
    """Count everything of some programmes within a period."""
    ids = scope.ids
    counts = Counts(
        part_facts(r, ids, zone),
        match_facts(r, ids, zone),
        meetings_by_mode(r, ids, period, zone),
    )
    asked = select(FundedProgramme.indicator_set).where(FundedProgramme.programme_id.in_(ids))
    names = sorted(set(r.session.scalars(asked)) & indicator_sets().keys())
    return Report(
        scope,
        period,
        (*number_tables(counts, period), *following_tables(r, ids, period, zone)),
        tuple(_funding(r, indicator_sets()[name], ids, period) for name in names),
        tuple(_trail(r, scope)),
    )


def _funding(r: Reading, kept: IndicatorSet, ids: Collection[int], period: Period) -> Funding:
    found, incomplete = list(_gone(r, kept, ids)), 0
    for record in records_of(r, kept, ids):
        marks = countables(kept, record)
        found += marks
        incomplete += not marks and period.has(record.entry)
    sums = sums_of(kept, found, period)
    faults = contradictions(kept, sums)
    return Funding(kept, funder_table(kept, sums), tuple(faults), incomplete)


def _gone(r: Reading, kept: IndicatorSet, ids: Collection[int]) -> Sequence[Countable]:
    rows = r.session.scalars(
        select(Counted.facts).where(Counted.kind == ANSWER, Counted.programme_id.in_(ids))
    )
    return [
        Countable(one["code"], one["group"], date.fromisoformat(one["on"]))
        for one in rows
        if one["set"] == kept.name
    ]


def records_of(r: Reading, kept: IndicatorSet, ids: Collection[int]) -> list[Record]:
    """Return one record for each person and programme, opened only to be counted."""
    by_person: dict[tuple[int, int], list[Record]] = defaultdict(list)
    for row, record in opened_rows(r, kept, ids):
        by_person[row.person_id, row.programme_id].append(record)
    return [joined(several) for several in by_person.values()]


def opened_rows(
    r: Reading, kept: IndicatorSet, ids: Collection[int]
) -> list[tuple[FunderAnswers, Record]]:
    """Return the answers of some programmes with their records, in the order they were begun."""
    rows = r.session.execute(
        select(FunderAnswers, Participation.ended_at)
        .outerjoin(Participation, Participation.id == FunderAnswers.participation_id)
        .where(FunderAnswers.programme_id.in_(ids), FunderAnswers.indicator_set == kept.name)
        .order_by(FunderAnswers.id)
    ).all()
    people = {row.person_id for row, _ in rows}
    # Read all keys at once: opening then finds each in the session.
    held = r.session.scalars(select(PersonKey).where(PersonKey.person_id.in_(people))).all()
    found = [(row, _record(r, kept, row, ended_at)) for row, ended_at in rows]
    del held
    return found


def _record(
    r: Reading, kept: IndicatorSet, row: FunderAnswers, ended_at: datetime | None
) -> Record:
    answers = opened(r, row)
    left = ended_at.date() if ended_at is not None else row.exit_on
    return Record(role_of_answers(kept, answers), row.entry_on, left, answers)


def role_of_answers(kept: IndicatorSet, answers: Answers) -> str:
    """Return of whom answers are: only a host answers the questions for hosts."""
    entry = answers.get("entry", {})
    return HOST if any(one.name in entry for one in kept.asked(HOST, "entry")) else TALENT


def _trail(r: Reading, scope: Scope) -> Sequence[ExportTrail]:
    wanted = select(ExportTrail).order_by(ExportTrail.id.desc()).limit(_TRAIL)
    if scope.programme is not None:
        wanted = wanted.where(ExportTrail.programme_id == scope.programme.id)
    rows = r.session.scalars(wanted).all()
    for one in rows:
        r.session.expunge(one)
    return rows


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody whom the funder asks: what may be answered now, and what was answered already."""

    part: ParticipationRow
    person: PersonRow | None
    moments: tuple[str, ...]
    answered: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What the staff call them."""
        return (self.person.display_name or self.person.username) if self.person else "–"


def asked_in(r: Reading, programme_id: int) -> list[Asked]:
    """Return whom the funder of a programme asks, with no answer of anybody."""
    parts = participations(r, programme_id, roles=(Role.TALENT, Role.HOST))
    rows = r.session.execute(
        select(FunderAnswers.participation_id, FunderAnswers.moments).where(
            FunderAnswers.programme_id == programme_id
        )
    )
    answered = {row.participation_id: row.moments for row in rows}
    people = people_by_ids(r, HOUSE, sorted({one.person_id for one in parts}))
    found = [
        Asked(
            part,
            people.get(part.person_id),
            tuple(moments_open(part, r.now.date())),
            answered.get(part.id, {}),
        )
        for part in parts
    ]
    return [one for one in found if one.moments]
