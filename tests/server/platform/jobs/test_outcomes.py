"""When a failed job is tried again, and when it is given up."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.platform.jobs.outcomes import TRIES, next_try

MADE = datetime(2026, 11, 23, 12, tzinfo=UTC)


@given(attempts=st.integers(1, TRIES - 1), luck=st.floats(-1, 1))
def test_early_tries_wait_n_to_the_fourth_with_a_quarter_of_jitter(attempts: int, luck: float):
    again = next_try(attempts=attempts, created_at=MADE, now=MADE, luck=luck)

    assert again is not None
    seconds = (again - MADE).total_seconds()
    assert 0.749 * (attempts**4 + 15) <= seconds <= 1.251 * (attempts**4 + 15)


def test_sixteen_tries_take_about_two_days_then_once_a_day_until_the_seventh():
    now, moments = MADE, []
    for attempts in range(1, 100):
        again = next_try(attempts=attempts, created_at=MADE, now=now, luck=0)
        if again is None:
            break
        moments.append(again - MADE)
        now = again

    assert timedelta(days=1.9) < moments[14] < timedelta(days=2.2)
    assert timedelta(days=7) <= moments[-1] < timedelta(days=8.1)
    assert 20 <= len(moments) <= 23
