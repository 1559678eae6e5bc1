"""The statements of the job queue: enqueue, claim under a lease, finish in groups.

The same statements serve both databases: SKIP LOCKED lets several workers claim side by side on
PostgreSQL and is left out on SQLite, where the one writer makes it safe. A lease is the moment a
row may be claimed again, so a dead worker's rows come back without anybody repairing them.
"""

import random
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.platform.ids import Ids
from server.platform.jobs.hosts import send_probes
from server.platform.jobs.model import DEAD, READY, Job, JobHost, JobRequest, JobRow
from server.platform.jobs.outcomes import Done, Failed, GivenUp, Outcome, next_try
from server.platform.storage.base import BigId, Moment

LEASE = timedelta(minutes=5)
DEAD_KEPT = timedelta(days=30)
_ERROR_LENGTH = 300

# The table, not the entity: bulk work needs nothing of what the ORM does for each row.
_JOBS = cast("Table", JobRow.__table__)
_JOB = _JOBS.c
# In the text of the statement, because a partial index is not used for a parameter.
_READY: ColumnElement[str] = literal_column(f"'{READY}'", String())
_INSERT = insert(_JOBS)
_DELETE_DONE = delete(_JOBS).where(
    _JOB.id.in_(bindparam("ids", type_=BigId, expanding=True)),
    _JOB.lease == bindparam("held", type_=BigId),
)


def enqueue(session: Session, ids: Ids, now: datetime, requests: Iterable[JobRequest]) -> int:
    """Insert jobs; a request whose unique key is waiting already is left out. Return how many."""
    rows = [_row(ids, now, request) for request in requests]
    plain = [row for row in rows if row["unique_key"] is None]
    if plain:
        session.execute(_INSERT, plain)
    for row in rows:
        if row["unique_key"] is not None:
            session.execute(_insert_once(session, row))
    return len(rows)


def _row(ids: Ids, now: datetime, request: JobRequest) -> dict[str, Any]:
    return {
        "id": ids.new(now),
        "kind": request.kind,
        "payload": dict(request.payload),
        "state": READY,
        "run_at": request.run_at or now,
        "attempts": 0,
        "created_at": now,
        "host": request.host,
        "order_key": request.order_key,
        "unique_key": request.unique_key,
    }


def _insert_once(session: Session, row: Mapping[str, Any]) -> Any:  # noqa: ANN401 - two dialects
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return (
        dialect.insert(JobRow).values(**row).on_conflict_do_nothing(index_elements=["unique_key"])
    )


@cache
def _claiming(*, with_busy_hosts: bool) -> Executable:
    """Return the statement of `claim`, made once: making it costs more than running it."""
    older, hosts = _JOBS.alias(), JobHost.__table__
    waits = (
        select(older.c.id)
        .where(older.c.order_key == _JOB.order_key, older.c.id < _JOB.id, older.c.state == _READY)
        .exists()
    )
    shut = select(hosts.c.host).where(hosts.c.closed_until > bindparam("now", type_=Moment()))
    kinds = bindparam("kinds", type_=String(), expanding=True)
    ready = (
        select(_JOB.id)
        .where(_JOB.state == _READY, _JOB.run_at <= bindparam("now", type_=Moment()))
        .where(_JOB.kind.in_(kinds), _JOB.order_key.is_(None) | ~waits)
        .where(_JOB.host.is_(None) | _JOB.host.not_in(shut))
        .order_by(_JOB.run_at, _JOB.id)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=True, of=_JOBS)
    )
    if with_busy_hosts:
        busy = bindparam("busy", type_=String(), expanding=True)
        ready = ready.where(_JOB.host.is_(None) | _JOB.host.not_in(busy))
    return (
        update(_JOBS)
        .where(_JOB.id.in_(ready.scalar_subquery()))
        .values(
            lease=bindparam("new_lease", type_=BigId),
            run_at=bindparam("leased_until", type_=Moment()),
            attempts=_JOB.attempts + 1,
        )
        .returning(
            _JOB.id, _JOB.kind, _JOB.payload, _JOB.attempts, _JOB.created_at, _JOB.host,
            _JOB.order_key,
        )
    )  # fmt: skip


def claim(
    session: Session,
    now: datetime,
    *,
    kinds: Collection[str],
    limit: int,
    busy_hosts: Collection[str] = (),
) -> tuple[int, list[Job]]:
    """Lease up to `limit` ready jobs, oldest first; return the lease's number and the jobs.

    Left out: hosts whose breaker is closed or that are busy here, and jobs whose order key has an
    older job that is not finished.
    """
    lease = secrets.randbits(62)
    rows = session.execute(
        _claiming(with_busy_hosts=bool(busy_hosts)),
        {
            "now": now, "kinds": list(kinds), "most": limit, "busy": list(busy_hosts),
            "new_lease": lease, "leased_until": now + LEASE,
        },
    )  # fmt: skip
    jobs = [Job(**row._mapping) for row in rows]  # noqa: SLF001 - the public name of SQLAlchemy
    jobs.sort(key=lambda job: job.id)
    return lease, _one_probe_each(session, now, lease, jobs)


def _one_probe_each(session: Session, now: datetime, lease: int, jobs: list[Job]) -> list[Job]:
    """Keep one job for each host that only gets a probe; give the others back."""
    waiting = send_probes(session, now, {job.host for job in jobs if job.host is not None})
    kept, others = [], []
    probed: set[str] = set()
    for job in jobs:
        if job.host in waiting and job.host in probed:
            others.append(job.id)
        else:
            kept.append(job)
            probed.add(job.host or "")
    if others:
        release(session, now, {lease: others})
    return kept


def finish(session: Session, now: datetime, results: Sequence[tuple[Job, int, Outcome]]) -> None:
    """Write how leased jobs ended: `(job, lease, outcome)`. A lost lease changes nothing."""
    done = [(job.id, lease) for job, lease, outcome in results if isinstance(outcome, Done)]
    for lease in {lease for _, lease in done}:
        ids = [job_id for job_id, of in done if of == lease]
        session.execute(_DELETE_DONE, {"ids": ids, "held": lease})
    for job, lease, outcome in results:
        if not isinstance(outcome, Done):
            session.execute(
                update(JobRow)
                .where(JobRow.id == job.id, JobRow.lease == lease)
                .values(**_after(job, now, outcome))
            )


def _after(job: Job, now: datetime, outcome: Failed | GivenUp) -> dict[str, Any]:
    error = outcome.error[:_ERROR_LENGTH]
    if isinstance(outcome, Failed):
        again = next_try(
            attempts=job.attempts,
            created_at=job.created_at,
            now=now,
            chance=random.random(),  # noqa: S311 - jitter, not a secret
        )
        if again is not None:
            if outcome.not_before is not None:
                again = max(again, outcome.not_before)
            return {"lease": None, "run_at": again, "last_error": error}
    return {"lease": None, "state": DEAD, "unique_key": None, "run_at": now, "last_error": error}


def release(session: Session, now: datetime, lease_and_ids: Mapping[int, Sequence[int]]) -> None:
    """Give leased jobs back untouched, for a worker that stops."""
    for lease, ids in lease_and_ids.items():
        session.execute(
            update(JobRow)
            .where(JobRow.id.in_(ids), JobRow.lease == lease)
            .values(lease=None, run_at=now, attempts=JobRow.attempts - 1)
        )


def cancel(session: Session, *, order_key: str, before: int | None = None) -> int:
    """Drop waiting jobs of an order key (optionally older than a job id); return how many."""
    unsent = delete(JobRow).where(JobRow.order_key == order_key, JobRow.lease.is_(None))
    if before is not None:
        unsent = unsent.where(JobRow.id < before)
    dropped = session.execute(unsent, execution_options={"synchronize_session": False})
    return int(getattr(dropped, "rowcount", 0))


def requeue_dead(session: Session, now: datetime, *, kind: str | None = None) -> int:
    """Try given-up jobs once more; return how many."""
    again = (
        update(JobRow)
        .where(JobRow.state == DEAD)
        .values(state=READY, run_at=now, attempts=0, created_at=now, lease=None)
    )
    if kind is not None:
        again = again.where(JobRow.kind == kind)
    changed = session.execute(again, execution_options={"synchronize_session": False})
    return int(getattr(changed, "rowcount", 0))


def forget_dead(session: Session, now: datetime) -> None:
    """Delete given-up jobs that were kept for 30 days."""
    session.execute(delete(JobRow).where(JobRow.state == DEAD, JobRow.run_at < now - DEAD_KEPT))


def depth(session: Session, now: datetime) -> Mapping[str, Any]:
    """Return how the queue stands: counts by state and kind, age of the oldest ready job."""
    rows = session.execute(
        select(JobRow.state, JobRow.kind, func.count()).group_by(JobRow.state, JobRow.kind)
    ).all()
    oldest = session.scalar(
        select(func.min(JobRow.run_at)).where(
            JobRow.state == READY, JobRow.run_at <= now, JobRow.lease.is_(None)
        )
    )
    return {
        "jobs": [{"state": state, "kind": kind, "count": count} for state, kind, count in rows],
        "oldest_seconds": (now - oldest).total_seconds() if oldest else 0.0,
    }
