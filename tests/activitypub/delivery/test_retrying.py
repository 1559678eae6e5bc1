"""When to try again, and when to stop."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activitypub.delivery.retrying import (
    DAILY,
    LAST_TRY_AFTER,
    QUICK_RETRIES,
    Verdict,
    read_retry_after,
    verdict_of,
    wait_before_retry,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NO_TIME = timedelta(0)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.DELIVERED),
        (202, Verdict.DELIVERED),
        (204, Verdict.DELIVERED),
        (301, Verdict.LATER),
        (400, Verdict.KNOCK_AGAIN),
        (401, Verdict.KNOCK_AGAIN),
        (403, Verdict.PERMANENT),
        (404, Verdict.PERMANENT),
        (405, Verdict.PERMANENT),
        (406, Verdict.PERMANENT),
        (408, Verdict.LATER),
        (410, Verdict.PERMANENT),
        (413, Verdict.PERMANENT),
        (422, Verdict.PERMANENT),
        (425, Verdict.LATER),
        (429, Verdict.LATER),
        (451, Verdict.PERMANENT),
        (500, Verdict.LATER),
        (503, Verdict.LATER),
    ],
)
def test_each_status_has_its_verdict(status, verdict):
    assert verdict_of(status) is verdict


def test_the_waits_grow_with_the_fourth_power():
    waits = [wait_before_retry(n, age=NO_TIME, chance=0.5) for n in range(1, QUICK_RETRIES + 1)]

    assert waits[0] == timedelta(seconds=15)
    assert waits[1] == timedelta(seconds=16)
    assert waits[15] == timedelta(seconds=15**4 + 15)
    assert sum(waits, NO_TIME) == timedelta(seconds=178_552)


def test_after_the_quick_retries_it_is_daily_until_day_seven():
    age, failures, tries = timedelta(hours=50), QUICK_RETRIES + 1, 0

    while (wait := wait_before_retry(failures, age=age, chance=0.5)) is not None:
        assert wait <= DAILY
        age, failures, tries = age + wait, failures + 1, tries + 1

    assert age == LAST_TRY_AFTER
    assert tries == 5


@given(
    failures=st.integers(1, 40),
    hours=st.integers(0, 167),
    chance=st.floats(0, 1, exclude_max=True),
)
def test_the_jitter_stays_within_a_quarter_and_never_passes_day_seven(failures, hours, chance):
    age = timedelta(hours=hours)
    plain = DAILY if failures > QUICK_RETRIES else timedelta(seconds=(failures - 1) ** 4 + 15)

    wait = wait_before_retry(failures, age=age, chance=chance)

    assert wait is not None
    assert wait <= plain * 1.25 + timedelta(microseconds=1)
    assert wait >= min(plain * 0.75, LAST_TRY_AFTER - age) - timedelta(microseconds=1)
    assert age + wait <= LAST_TRY_AFTER


def test_the_peers_wish_is_honoured_up_to_six_hours():
    wish = timedelta(minutes=10)

    assert wait_before_retry(1, age=NO_TIME, chance=0.5, retry_after=wish) == wish
    assert wait_before_retry(1, age=NO_TIME, chance=0.5, retry_after=DAILY) == timedelta(hours=6)
    assert wait_before_retry(16, age=NO_TIME, chance=0.5, retry_after=wish) > wish


def test_after_seven_days_it_is_over():
    assert wait_before_retry(25, age=LAST_TRY_AFTER, chance=0.5) is None


def test_a_wait_without_a_failure_is_a_mistake():
    with pytest.raises(ValueError, match="follows a failure"):
        wait_before_retry(0, age=NO_TIME, chance=0.5)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("600", timedelta(seconds=600)),
        (" 0 ", NO_TIME),
        ("999999", timedelta(hours=6)),
        ("9" * 500, timedelta(hours=6)),
        ("Mon, 23 Nov 2026 12:10:00 GMT", timedelta(minutes=10)),
        ("Mon, 23 Nov 2026 11:00:00 GMT", NO_TIME),
        ("Mon, 23 Nov 2026 12:10:00 -0000", timedelta(minutes=10)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(hours=6)),
        ("-5", None),
        ("soon", None),
        ("１２", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(header, wait):
    assert read_retry_after(header, now=NOW) == wait
