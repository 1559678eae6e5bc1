"""The circuit breaker of each remote host, kept in the database so that restarts remember it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.platform.jobs.model import Job, JobHost
from server.platform.jobs.outcomes import Done, Failed, GivenUp, Outcome

OPENS_AFTER = 10
PROBES = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 360))
UNAVAILABLE_AFTER = timedelta(days=7)


def note_outcomes(session: Session, now: datetime, results: Iterable[tuple[Job, Outcome]]) -> None:
    """Count what each host answered; ten failures running shut the way for a while."""
    answered: set[str] = set()
    failed: dict[str, int] = {}
    for job, outcome in results:
        if job.host is None:
            continue
        if isinstance(outcome, Done | GivenUp) and outcome.host_ok:
            answered.add(job.host)
        elif isinstance(outcome, Failed) and outcome.host_failed:
            failed[job.host] = failed.get(job.host, 0) + 1
    for host in answered:
        note_answer(session, now, host)
    for host, times in failed.items():
        if host not in answered:
            _note_failures(session, now, host, times)


def note_answer(session: Session, now: datetime, host: str) -> None:
    """The host answered, or sent us something that verified: its breaker is reset."""
    row = session.get(JobHost, host)
    if row is not None and (row.failures or row.closed_until):
        row.failures, row.probes, row.failing_since = 0, 0, None
        row.closed_until, row.unavailable, row.changed_at = None, False, now


def is_unavailable(session: Session, host: str) -> bool:
    """Say whether the host has failed for seven days."""
    return bool(session.scalar(select(JobHost.unavailable).where(JobHost.host == host)))


def _note_failures(session: Session, now: datetime, host: str, times: int) -> None:
    row = session.get(JobHost, host)
    if row is None:
        row = JobHost(host=host, failures=0, probes=0, unavailable=False, changed_at=now)
        session.add(row)
    row.failures += times
    row.failing_since = row.failing_since or now
    row.changed_at = now
    if row.failures < OPENS_AFTER:
        return
    if row.closed_until is None or row.closed_until <= now:  # one more probe has failed
        row.closed_until = now + PROBES[min(row.probes, len(PROBES) - 1)]
        row.probes += 1
    row.unavailable = now - row.failing_since >= UNAVAILABLE_AFTER
