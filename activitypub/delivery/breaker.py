"""Which hosts to leave alone for a while. Pure transitions; the application stores the value.

A host that failed ten times running is sent nothing but a probe now and then: after 1, 5, 30 and
120 minutes, then every 6 hours. After seven days without success it counts as unavailable. One
success, or anything verified that comes from it, makes it healthy again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

OPENS_AFTER = 10
PROBES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(minutes=120),
    timedelta(hours=6),
)
UNAVAILABLE_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class HostHealth:
    """What is known about one host.

    `failures` are those since the last success, `failing_since` is the time of the first of them,
    `probes` counts the probes sent, `next_probe_at` is set while the breaker is open.
    """

    failures: int = 0
    failing_since: datetime | None = None
    probes: int = 0
    next_probe_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the host is left alone, apart from probes."""
        return self.next_probe_at is not None


HEALTHY = HostHealth()


def after_success() -> HostHealth:
    """Return the health after a delivery arrived, or a verified message came in."""
    return HEALTHY


def after_failure(health: HostHealth, *, now: datetime) -> HostHealth:
    """Return the health after a delivery failed.

    Failures of deliveries that were under way when the breaker opened change nothing more than
    the count: only a probe moves the next probe.
    """
    failures = health.failures + 1
    since = health.failing_since or now
    if health.is_open or failures < OPENS_AFTER:
        return replace(health, failures=failures, failing_since=since)
    return HostHealth(failures, since, 0, now + PROBES[0])


def may_send(health: HostHealth, *, now: datetime) -> bool:
    """Return whether something may be sent now: the host is healthy, or a probe is due."""
    return health.next_probe_at is None or health.next_probe_at <= now


def with_probe_sent(health: HostHealth, *, now: datetime) -> HostHealth:
    """Return the health once a probe is on its way, so that only one delivery is the probe.

    The next one is due after the next longer wait; a success makes that void. A host whose
    breaker is closed needs no probe and stays as it is.
    """
    if not health.is_open:
        return health
    probes = health.probes + 1
    wait = PROBES[min(probes, len(PROBES) - 1)]
    return replace(health, probes=probes, next_probe_at=now + wait)


def is_unavailable(health: HostHealth, *, now: datetime) -> bool:
    """Return whether the host has failed for seven days; only Delete and Undo still go there."""
    since = health.failing_since
    return health.is_open and since is not None and now - since >= UNAVAILABLE_AFTER
