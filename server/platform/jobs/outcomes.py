"""How a job ended, and what follows from it: pure decisions without a database.

A failed job is tried again for seven days, ever more slowly; then it is dead and stays visible.
"""

from dataclasses import dataclass
from datetime import datetime

from activitypub.delivery.retrying import wait_before_retry


@dataclass(frozen=True, slots=True)
class Done:
    """It is done; the row goes. `host_ok` tells the breaker that the host answered."""

    host_ok: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """It failed now and is tried again; `host_failed` counts against the host's breaker."""

    error: str
    not_before: datetime | None = None
    host_failed: bool = False


@dataclass(frozen=True, slots=True)
class GivenUp:
    """It can never succeed; the row stays for the admin to see. `host_ok`: the host answered."""

    error: str
    host_ok: bool = False


Outcome = Done | Failed | GivenUp


def next_try(
    *, attempts: int, created_at: datetime, now: datetime, chance: float
) -> datetime | None:
    """Return when to try again after `attempts` tries, or None when it is time to give up.

    `chance` is a random number in [0, 1) that spreads the retries of many jobs. The curve is the
    one of deliveries (`activitypub.delivery.retrying`), for every kind of job.
    """
    wait = wait_before_retry(max(attempts, 1), age=now - created_at, chance=chance)
    return None if wait is None else now + wait
