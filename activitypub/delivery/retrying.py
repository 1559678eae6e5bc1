"""When to try a delivery again, and when to stop. Pure: time and chance come in as arguments.

The curve is the fourth power that the fediverse is used to: sixteen retries in about two days,
then once a day until a week has passed.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

QUICK_RETRIES = 16
DAILY = timedelta(days=1)
LAST_TRY_AFTER = timedelta(days=7)
LONGEST_RETRY_AFTER = timedelta(hours=6)
JITTER = 0.25
_MAX_DIGITS = 9

_SUCCESS = range(200, 300)
_CLIENT_ERROR = range(400, 500)
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429})


class Verdict(StrEnum):
    """What an HTTP status says about a delivery."""

    DELIVERED = "delivered"
    KNOCK_AGAIN = "knock_again"
    """The signature may have been of the wrong form: one more try with the other one."""
    PERMANENT = "permanent"
    LATER = "later"


def verdict_of(status: int) -> Verdict:
    """Return what the status of a POST to an inbox means.

    Every 4xx is permanent, apart from 408, 425 and 429 (wait) and 400 and 401 (permanent once
    both forms of signature were tried). Redirects and 5xx are tried later: an inbox behind a
    maintenance page comes back.
    """
    if status in _SUCCESS:
        return Verdict.DELIVERED
    if status in {400, 401}:
        return Verdict.KNOCK_AGAIN
    if status in _CLIENT_ERROR and status not in _WORTH_ANOTHER_TRY:
        return Verdict.PERMANENT
    return Verdict.LATER


def wait_before_retry(
    failures: int,
    *,
    age: timedelta,
    chance: float,
    retry_after: timedelta | None = None,
) -> timedelta | None:
    """Return how long to wait after the given number of failures, or None to give up.

    `failures` counts from 1; `age` is the time since the first try; `chance` is a random number
    in [0, 1) that spreads the wait by ±25 %. The peer's `retry_after` is honoured up to six hours.
    The last try falls on day 7.
    """
    if failures < 1:
        raise ValueError("a wait follows a failure")
    if age >= LAST_TRY_AFTER:
        return None
    wait = DAILY if failures > QUICK_RETRIES else timedelta(seconds=(failures - 1) ** 4 + 15)
    wait *= 1 - JITTER + 2 * JITTER * chance
    if retry_after is not None:
        wait = max(wait, min(retry_after, LONGEST_RETRY_AFTER))
    return min(wait, LAST_TRY_AFTER - age)


def read_retry_after(header: str | None, *, now: datetime) -> timedelta | None:
    """Return the wait that a Retry-After header asks for, at most six hours, or None.

    Seconds or an HTTP date (RFC 9110 §10.2.3); a past date is no wait, nonsense is ignored.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        seconds = int(text) if len(text) <= _MAX_DIGITS else 10**_MAX_DIGITS
        return min(timedelta(seconds=seconds), LONGEST_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return min(max(date - now, timedelta(0)), LONGEST_RETRY_AFTER)
