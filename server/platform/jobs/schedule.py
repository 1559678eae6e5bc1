"""Recurring jobs: due moments kept in one row each, so that several processes share them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.platform.jobs.model import JobSchedule


@dataclass(frozen=True, slots=True)
class Recurring:
    """A job kind that is enqueued again and again."""

    kind: str
    every: timedelta


def due(session: Session, now: datetime, recurring: Sequence[Recurring]) -> list[Recurring]:
    """Return the recurring jobs that are due, each to one process only, and set their next time."""
    if not recurring:
        return []
    rows = session.execute(
        select(JobSchedule.name, JobSchedule.next_at).where(
            JobSchedule.name.in_([r.kind for r in recurring])
        )
    )
    known = {row.name: row.next_at for row in rows}
    ready = []
    for one in recurring:
        next_at = known.get(one.kind)
        if next_at is None:
            session.merge(JobSchedule(name=one.kind, next_at=now + one.every))
            ready.append(one)
        elif next_at <= now:
            moved = session.execute(
                update(JobSchedule)
                .where(JobSchedule.name == one.kind, JobSchedule.next_at == next_at)
                .values(next_at=now + one.every)
            )
            if getattr(moved, "rowcount", 0):
                ready.append(one)
    return ready
