"""When a failed job is tried again, and when it is given up."""

from datetime import UTC, datetime, timedelta

from server.platform.jobs.outcomes import next_try

MADE = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_sixteen_tries_take_about_two_days_then_once_a_day_until_the_seventh():
    now, waits = MADE, []
    for attempts in range(1, 100):
        again = next_try(attempts=attempts, created_at=MADE, now=now, chance=0.5)
        if again is None:
            break
        waits.append(again - now)
        now = again

    assert waits[0] == timedelta(seconds=15)
    assert timedelta(days=1.9) < sum(waits[:16], timedelta()) < timedelta(days=2.2)
    assert sum(waits, timedelta()) == timedelta(days=7)
    assert 20 <= len(waits) <= 23
