"""Reads of importing: sources, what became of their entries, and all sources for the staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from server.importing.model import ImportItem, ImportSource, ItemState, SourceForm
from server.people.model import Person
from server.platform.http.paging import Page
from server.platform.storage.paging import paged
from server.platform.work import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source as its owner and staff see it."""

    id: int
    person_id: int
    person_name: str
    form: SourceForm
    name: str
    address: str | None
    kind: str
    is_paused: bool
    ran_at: datetime | None
    next_at: datetime | None
    report: dict[str, Any] | None
    posted: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """An entry and what became of it."""

    id: int
    title: str
    identity: str
    state: ItemState
    post_id: int | None
    faults: Sequence[dict[str, Any]]


def sources_of(r: Reading, person_id: int) -> list[SourceRow]:
    """Return somebody's sources, the newest first."""
    return _sources(r, ImportSource.person_id == person_id)


def all_sources(r: Reading) -> list[SourceRow]:
    """Return every source of the instance for the staff, the newest first, at most 200."""
    return _sources(r)


def source(r: Reading, source_id: int) -> SourceRow | None:
    """Return one source."""
    found = _sources(r, ImportSource.id == source_id)
    return found[0] if found else None


def _sources(r: Reading, *where: Any) -> list[SourceRow]:  # noqa: ANN401 - SQL expressions
    rows = r.session.execute(
        select(ImportSource, Person.display_name)
        .join(Person, Person.id == ImportSource.person_id)
        .where(*where)
        .order_by(ImportSource.id.desc())
        .limit(200)
    ).all()
    counts = _counts(r, [row.ImportSource.id for row in rows])
    return [
        SourceRow(
            id=one.id,
            person_id=one.person_id,
            person_name=name,
            form=SourceForm(one.form),
            name=one.name,
            address=one.address,
            kind=one.kind,
            is_paused=one.is_paused,
            ran_at=one.ran_at,
            next_at=one.next_at,
            report=one.report,
            posted=counts.get((one.id, ItemState.POSTED), 0),
            refused=counts.get((one.id, ItemState.REFUSED), 0),
        )
        for one, name in rows
    ]


def _counts(r: Reading, ids: Sequence[int]) -> dict[tuple[int, ItemState], int]:
    rows = r.session.execute(
        select(ImportItem.source_id, ImportItem.state, func.count())
        .where(ImportItem.source_id.in_(ids))
        .group_by(ImportItem.source_id, ImportItem.state)
    )
    return {(source_id, ItemState(state)): count for source_id, state, count in rows}


def items_of(r: Reading, source_id: int, page: Page) -> list[ItemRow]:
    """Return a page of the entries of a source, those that came last first."""
    wanted = paged(select(ImportItem).where(ImportItem.source_id == source_id), ImportItem.id, page)
    return [
        ItemRow(
            id=row.id,
            title=row.title,
            identity=row.identity,
            state=ItemState(row.state),
            post_id=row.post_id,
            faults=row.faults,
        )
        for row in r.session.scalars(wanted)
    ]


def due(r: Reading, most: int) -> list[int]:
    """Return the sources that are to be read now, those that wait longest first."""
    return list(
        r.session.scalars(
            select(ImportSource.id)
            .where(ImportSource.next_at <= r.now, ImportSource.is_paused.is_(False))
            .order_by(ImportSource.next_at)
            .limit(most)
        )
    )
