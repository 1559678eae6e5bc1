"""Caches that stay small and forget in time, and budgets that run out."""

from datetime import timedelta

import pytest

from activitypub.errors import BudgetExhausted, Gone, NotFound, RecentlyFailed
from activitypub.fetching.budget import MAX_DEPTH, MAX_FETCHES, Budget
from activitypub.fetching.cache import BoundedCache, RecentFailures

MINUTE = timedelta(minutes=1)


def test_an_entry_is_there_until_its_time_is_up():
    time = [0.0]
    cache = BoundedCache(10, clock=lambda: time[0])

    cache.put("a", 1, MINUTE)
    time[0] = 59.9
    assert cache.get("a") == 1
    time[0] = 60.0
    assert cache.get("a") is None
    assert len(cache) == 0


def test_the_least_recently_used_entry_leaves_first():
    cache = BoundedCache(2)

    cache.put("a", 1, MINUTE)
    cache.put("b", 2, MINUTE)
    cache.get("a")
    cache.put("c", 3, MINUTE)

    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, 3)
    cache.forget("a")
    cache.forget("never there")
    assert len(cache) == 1


def test_failures_expire_by_their_kind():
    time = [0.0]
    failures = RecentFailures(clock=lambda: time[0])

    failures.missing("https://a.example/1", Gone)
    failures.missing("https://a.example/2", NotFound)
    failures.failed("https://a.example/3", RecentlyFailed)

    assert failures.failure_of("https://a.example/1") is Gone
    time[0] = 121.0
    assert failures.failure_of("https://a.example/2") is NotFound
    assert failures.failure_of("https://a.example/3") is None
    time[0] = 601.0
    assert failures.failure_of("https://a.example/1") is None


def test_one_answer_clears_a_host():
    failures = RecentFailures(host_strikes=2)

    failures.no_answer("a")
    assert not failures.is_host_down("a")
    failures.no_answer("a")
    assert failures.is_host_down("a")
    failures.answered("a")
    assert not failures.is_host_down("a")


def test_invented_urls_and_hosts_do_not_fill_the_memory():
    failures = RecentFailures(max_entries=100)

    for number in range(1000):
        failures.failed(f"https://{number}.example/", RecentlyFailed)
        failures.no_answer(f"{number}.example")

    assert len(failures._urls) == len(failures._hosts) == 100


def test_a_budget_has_thirty_fetches_shared_by_all_depths():
    budget = Budget()
    below = budget.deeper()

    for _ in range(MAX_FETCHES - 1):
        below.spend()
    assert budget.fetches_left == 1
    budget.spend()
    with pytest.raises(BudgetExhausted):
        below.spend()


def test_a_budget_has_ten_levels():
    budget = Budget()

    for _ in range(MAX_DEPTH):
        budget = budget.deeper()
    with pytest.raises(BudgetExhausted):
        budget.deeper()


def test_two_causes_do_not_share():
    one, other = Budget(), Budget()

    one.spend()

    assert (one.fetches_left, other.fetches_left) == (MAX_FETCHES - 1, MAX_FETCHES)
    assert Budget.of(fetches=3, depth=2).deeper().depth_left == 1
