"""The circuit breaker of each remote host, kept in the database so that restarts remember it.

When it opens and when a probe may go is decided by `activitypub.delivery.breaker`; here is where
its values are stored.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import String, Table, bindparam, or_, select
from sqlalchemy.orm import Session

from activitypub.delivery.breaker import (
    HostHealth,
    after_failure,
    after_success,
    is_unavailable,
    with_probe_sent,
)
from server.platform.jobs.model import Job, JobHost
from server.platform.jobs.outcomes import Done, Failed, GivenUp, Outcome

_HOSTS = bindparam("hosts", type_=String(), expanding=True)
_HOST = cast("Table", JobHost.__table__).c
_RESTLESS = select(_HOST.host).where(
    _HOST.host.in_(_HOSTS), or_(_HOST.failures > 0, _HOST.closed_until.is_not(None))
)
_UNAVAILABLE = select(_HOST.host).where(_HOST.unavailable)
_SHUT = select(_HOST.host).where(_HOST.host.in_(_HOSTS), _HOST.closed_until.is_not(None))


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
    _note_answers(session, now, answered)
    for host, times in failed.items():
        if host not in answered:
            _note_failures(session, now, host, times)


def note_answer(session: Session, now: datetime, host: str) -> None:
    """The host answered, or sent us something that verified: its breaker is reset."""
    _note_answers(session, now, {host})


def _note_answers(session: Session, now: datetime, hosts: Collection[str]) -> None:
    """Reset the breakers that are not at rest; mostly none is, so it is one short question."""
    if not hosts:
        return
    for host in session.scalars(_RESTLESS, {"hosts": list(hosts)}).all():
        _store(session.get_one(JobHost, host), after_success(), now)


def send_probes(session: Session, now: datetime, hosts: Collection[str]) -> frozenset[str]:
    """Return which of these hosts may get one probe only; the next one waits longer already."""
    probed = session.scalars(_SHUT, {"hosts": list(hosts)}).all() if hosts else ()
    for host in probed:
        row = session.get_one(JobHost, host)
        _store(row, with_probe_sent(_health(row), now=now), now)
    return frozenset(probed)


def states(session: Session) -> Mapping[str, JobHost]:
    """Return every host that has failed lately, for the operator."""
    return {row.host: row for row in session.scalars(select(JobHost).where(JobHost.failures > 0))}


def unavailable_hosts(session: Session) -> frozenset[str]:
    """Return the hosts that have failed for seven days: few, so that none needs to be named."""
    return frozenset(session.scalars(_UNAVAILABLE))


def _note_failures(session: Session, now: datetime, host: str, times: int) -> None:
    row = session.get(JobHost, host)
    if row is None:
        row = JobHost(host=host, failures=0, probes=0, unavailable=False, changed_at=now)
        session.add(row)
    health = _health(row)
    for _ in range(times):
        health = after_failure(health, now=now)
    _store(row, health, now)


def _health(row: JobHost) -> HostHealth:
    return HostHealth(row.failures, row.failing_since, row.probes, row.closed_until)


def _store(row: JobHost, health: HostHealth, now: datetime) -> None:
    row.failures, row.failing_since = health.failures, health.failing_since
    row.probes, row.closed_until = health.probes, health.next_probe_at
    row.unavailable = is_unavailable(health, now=now)
    row.changed_at = now
