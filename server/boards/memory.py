"""What a process remembers of the boards for a while: counts, and when feeds last changed."""

from collections import OrderedDict
from collections.abc import AsyncIterator, Hashable
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from server.boards.queries import Counts
from server.platform.instance import Instance

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_COUNTS_LAST: Final = timedelta(seconds=20)
_MOST_COUNTS: Final = 500
_MOST_FEEDS: Final = 2_000


class _Latest(Generic[Key, Value]):
    """The values used last, up to a number of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """Return a value, or None when it was never put or was forgotten."""
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def put(self, key: Key, value: Value) -> None:
        """Keep a value, and forget the one that was not used for longest."""
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._most:
            self._values.popitem(last=False)


class BoardMemory:
    """Counts by viewer and filter for twenty seconds; the last change of each feed.

    Losing it costs a few statements and one more answer in full. Nothing personal is in it but ids
    of viewers, whose counts differ.
    """

    def __init__(self) -> None:
        self._counts: _Latest[Hashable, tuple[datetime, Counts]] = _Latest(_MOST_COUNTS)
        self._feeds: _Latest[str, tuple[str, datetime]] = _Latest(_MOST_FEEDS)

    def counts(self, key: Hashable, now: datetime) -> Counts | None:
        """Return counts that are fresh enough."""
        kept = self._counts.get(key)
        return kept[1] if kept and now - kept[0] < _COUNTS_LAST else None

    def keep_counts(self, key: Hashable, now: datetime, counts: Counts) -> None:
        """Remember counts."""
        self._counts.put(key, (now, counts))

    def changed_at(self, address: str, tag: str, now: datetime) -> datetime:
        """Return when a feed became what it is (`tag`): the moment it was first seen so.

        The newest entry's date would not do: a list also changes when an entry goes.
        """
        kept = self._feeds.get(address)
        if kept is not None and kept[0] == tag:
            return kept[1]
        moment = now.replace(microsecond=0)
        self._feeds.put(address, (tag, moment))
        return moment


async def start_memory(instance: Instance) -> AsyncIterator[None]:
    """Give an instance its memory of the boards."""
    instance.add_part(BoardMemory())
    yield
