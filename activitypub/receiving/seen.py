"""Has this activity been here before? Asked in the transaction of the effect, never earlier.

The key is the pair of actor and id: an id alone would let one server suppress another's
activity by sending its id first (Fedify GHSA-4qhx-hhwf-8685).
"""

from collections import OrderedDict
from typing import NamedTuple, Protocol

from activitypub.documents.activity import Activity
from activitypub.documents.origin import canonical_url


class SeenKey(NamedTuple):
    """What makes an activity the same one, in canonical spelling."""

    actor: str
    activity_id: str


def seen_key(activity: Activity) -> SeenKey:
    """Return the key of an activity."""
    return SeenKey(canonical_url(activity.actor), canonical_url(activity.id))


class Seen(Protocol):
    """Remembers which activities had their effect; the application keeps it in its database."""

    def is_first(self, key: SeenKey) -> bool:
        """Note the key; true only for the first time it is given."""
        ...


class RecentlySeen:
    """A `Seen` in memory, for tools and tests: bounded, and empty after a restart."""

    def __init__(self, *, most: int = 10_000) -> None:
        self._most = most
        self._keys: OrderedDict[SeenKey, None] = OrderedDict()

    def is_first(self, key: SeenKey) -> bool:
        """Note the key; true only for the first time it is given, as far back as remembered."""
        if key in self._keys:
            self._keys.move_to_end(key)
            return False
        self._keys[key] = None
        if len(self._keys) > self._most:
            self._keys.popitem(last=False)
        return True
