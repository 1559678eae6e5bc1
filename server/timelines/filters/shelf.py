"""The filters of the people who read just now, kept prepared until they change.

Every answer with posts needs them, and preparing words is work. Other processes are heard on the
hub; what was missed is right again after a minute.
"""

from datetime import timedelta
from typing import Final

from activitypub.fetching.cache import BoundedCache
from server.platform.instance import Instance
from server.platform.live import Listener
from server.timelines.filters.queries import filters_of
from server.timelines.filters.rules import NO_FILTERS, Filters
from server.timelines.filters.service import CHANGED

_KEPT: Final = timedelta(minutes=1)
_MOST: Final = 2_000


class Shelf:
    """Prepared filters by person."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._known: BoundedCache[int, Filters] = BoundedCache(_MOST)
        self._changes = Listener()
        instance.live.subscribe(self._changes, CHANGED)

    async def filters(self, person_id: int | None) -> Filters:
        """Return the filters of a person that are in force now; none for nobody."""
        if person_id is None:
            return NO_FILTERS
        self._forget_changed()
        known = self._known.get(person_id)
        if known is None:
            known = Filters.of(await self._instance.read(filters_of, person_id))
            self._known.put(person_id, known, _KEPT)
        return known.in_force(self._instance.clock.now())

    def _forget_changed(self) -> None:
        waiting = self._changes.waiting
        if self._changes.overflowed:
            self.close()
            self._changes = Listener()
            self._instance.live.subscribe(self._changes, CHANGED)
            self._known = BoundedCache(_MOST)
            return
        while not waiting.empty():
            message = waiting.get_nowait()
            if message is not None:
                self._known.forget(message.subject)

    def close(self) -> None:
        """Stop listening."""
        self._instance.live.leave(self._changes)


async def filters_for(instance: Instance, person_id: int | None) -> Filters:
    """Return the filters of whoever reads."""
    return await instance.part(Shelf).filters(person_id)
