"""Hosts that fail are left alone, probed, and welcomed back."""

from datetime import UTC, datetime, timedelta

from activitypub.delivery.breaker import (
    HEALTHY,
    OPENS_AFTER,
    after_failure,
    after_success,
    is_unavailable,
    may_send,
    with_probe_sent,
)

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def failed(times, *, health=HEALTHY, now=START):
    for _ in range(times):
        health = after_failure(health, now=now)
    return health


def test_nine_failures_leave_it_closed_and_the_tenth_opens_it():
    nine, ten = failed(OPENS_AFTER - 1), failed(OPENS_AFTER)

    assert not nine.is_open
    assert may_send(nine, now=START)
    assert ten.is_open
    assert not may_send(ten, now=START)
    assert ten.failing_since == START


def test_one_success_starts_the_count_anew():
    assert after_success() == HEALTHY
    assert not failed(OPENS_AFTER - 1, health=after_success()).is_open


def test_probes_come_after_1_5_30_120_minutes_and_then_every_six_hours():
    health, now, gaps = failed(OPENS_AFTER), START, []

    for _ in range(7):
        assert health.next_probe_at is not None
        gaps.append((health.next_probe_at - now) / MINUTE)
        now = health.next_probe_at
        assert not may_send(health, now=now - timedelta(seconds=1))
        assert may_send(health, now=now)
        health = after_failure(with_probe_sent(health, now=now), now=now)

    assert gaps == [1, 5, 30, 120, 360, 360, 360]


def test_only_one_delivery_is_the_probe():
    health = failed(OPENS_AFTER)
    due = START + MINUTE

    assert may_send(health, now=due)
    assert not may_send(with_probe_sent(health, now=due), now=due)


def test_failures_under_way_do_not_move_the_probe():
    health = failed(OPENS_AFTER)

    late = failed(3, health=health, now=START + timedelta(seconds=30))

    assert late.next_probe_at == health.next_probe_at
    assert late.failures == OPENS_AFTER + 3
    assert late.failing_since == START


def test_a_healthy_host_needs_no_probe():
    assert with_probe_sent(HEALTHY, now=START) == HEALTHY


def test_after_seven_days_of_failure_a_host_is_unavailable():
    health = failed(OPENS_AFTER)

    assert not is_unavailable(health, now=START + timedelta(days=7, seconds=-1))
    assert is_unavailable(health, now=START + timedelta(days=7))
    assert not is_unavailable(after_success(), now=START + timedelta(days=7))
    assert not is_unavailable(failed(1), now=START + timedelta(days=30))
