"""Small caches with two promises: they never outgrow their bound, and every entry expires.

The protocols are what the library asks for; the versions here live in memory. An application
with several processes may put a shared store behind the same protocol.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Generic, Protocol, TypeVar

from activitypub.errors import FetchError

K = TypeVar("K", bound=Hashable)
K_contra = TypeVar("K_contra", bound=Hashable, contravariant=True)
V = TypeVar("V")

Monotonic = Callable[[], float]
"""Seconds of a clock that never goes back."""


class Cache(Protocol[K_contra, V]):
    """Remembers a value per key for a while; may forget early, never lies."""

    def get(self, key: K_contra) -> V | None:
        """Return the value, or None when there is none that is still fresh."""
        ...

    def put(self, key: K_contra, value: V, lifetime: timedelta) -> None:
        """Remember the value for at most `lifetime`."""
        ...

    def forget(self, key: K_contra) -> None:
        """Forget the value, if there is one."""
        ...


class BoundedCache(Generic[K, V]):
    """A cache in memory; the entry that was used least recently leaves first."""

    def __init__(self, max_entries: int, *, clock: Monotonic = monotonic) -> None:
        """Hold at most `max_entries` values."""
        self._max = max_entries
        self._clock = clock
        self._entries: OrderedDict[K, tuple[V, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        """Return the value, or None when there is none that is still fresh."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[1] <= self._clock():
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: K, value: V, lifetime: timedelta) -> None:
        """Remember the value for at most `lifetime`."""
        self._entries[key] = (value, self._clock() + lifetime.total_seconds())
        self._entries.move_to_end(key)
        while len(self._entries) > self._max:
            self._entries.popitem(last=False)

    def forget(self, key: K) -> None:
        """Forget the value, if there is one."""
        self._entries.pop(key, None)


@dataclass(frozen=True, slots=True)
class NegativeLifetimes:
    """How long failures are remembered."""

    missing: timedelta = timedelta(minutes=10)
    failed: timedelta = timedelta(minutes=2)
    host: timedelta = timedelta(minutes=2)


class RecentFailures:
    """Remembers URLs that just failed, and hosts that fail again and again.

    A host is given up for a while after `host_strikes` requests in a row that got no answer at
    all; an error status is an answer. The tables are bounded, because anybody can invent hosts
    (the reason: Fedify CVE-2026-69132).
    """

    def __init__(
        self,
        *,
        lifetimes: NegativeLifetimes | None = None,
        host_strikes: int = 3,
        max_entries: int = 10_000,
        clock: Monotonic = monotonic,
    ) -> None:
        """Remember at most `max_entries` URLs, and as many hosts."""
        self._lifetimes = lifetimes or NegativeLifetimes()
        self._host_strikes = host_strikes
        self._urls: BoundedCache[str, type[FetchError]] = BoundedCache(max_entries, clock=clock)
        self._hosts: BoundedCache[str, int] = BoundedCache(max_entries, clock=clock)

    def failure_of(self, url: str) -> type[FetchError] | None:
        """Return why the URL failed a short while ago, or None."""
        return self._urls.get(url)

    def is_host_down(self, host: str) -> bool:
        """Return whether the host gave no answer several times in a row."""
        return (self._hosts.get(host) or 0) >= self._host_strikes

    def missing(self, url: str, why: type[FetchError]) -> None:
        """Remember that there is no such document."""
        self._urls.put(url, why, self._lifetimes.missing)

    def failed(self, url: str, why: type[FetchError]) -> None:
        """Remember that the document could not be had."""
        self._urls.put(url, why, self._lifetimes.failed)

    def no_answer(self, host: str) -> None:
        """Count a request to the host that got no answer."""
        self._hosts.put(host, (self._hosts.get(host) or 0) + 1, self._lifetimes.host)

    def answered(self, host: str) -> None:
        """The host is there: start counting anew."""
        self._hosts.forget(host)

    def forget(self, url: str) -> None:
        """Let the URL be tried again at once."""
        self._urls.forget(url)
