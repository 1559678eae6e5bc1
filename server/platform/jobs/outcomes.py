"""How a job ended, and what follows from it: pure decisions without a database.

Retries wait n⁴ + 15 seconds with a quarter of jitter, 16 times (about two days), then once a day
until the seventh day; then the job is dead and stays visible.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

TRIES = 16
DAILY_UNTIL = timedelta(days=7)
JITTER = 0.25


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


def next_try(*, attempts: int, created_at: datetime, now: datetime, luck: float) -> datetime | None:
    """Return when to try again after `attempts` tries, or None when it is time to give up.

    `luck` is a random number from -1 to 1 that spreads the retries of many jobs.
    """
    if attempts < TRIES:
        seconds = attempts**4 + 15
        return now + timedelta(seconds=seconds * (1 + JITTER * luck))
    if now - created_at >= DAILY_UNTIL:
        return None
    return now + timedelta(days=1) * (1 + 0.1 * luck)
