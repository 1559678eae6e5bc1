"""How many requests run at once: few per host, not too many in all.

A slow host can occupy only its own slots. The time a request waits here is not part of its
deadline, so a queue of our own making is never mistaken for a slow peer.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from activitypub.errors import FetchError


class Busy(FetchError):
    """The request was not made, because too many others were waiting before it."""


@dataclass(slots=True)
class _Lane:
    """The slots of one host, and how many requests use or await them."""

    slots: asyncio.Semaphore
    users: int = 0


class Slots:
    """Slots per host and in all; a host without requests takes no memory."""

    def __init__(self, *, per_host: int, in_all: int) -> None:
        self._per_host = per_host
        self._all = asyncio.Semaphore(in_all)
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def taken(self, host: str, *, wait: float) -> AsyncIterator[None]:
        """Hold a slot of the host; raises Busy when none came free within `wait` seconds."""
        lane = self._lanes.setdefault(host, _Lane(asyncio.Semaphore(self._per_host)))
        lane.users += 1
        try:
            await _acquire(lane.slots, self._all, wait=wait)
            try:
                yield
            finally:
                self._all.release()
                lane.slots.release()
        finally:
            lane.users -= 1
            if lane.users == 0:
                self._lanes.pop(host, None)


async def _acquire(first: asyncio.Semaphore, second: asyncio.Semaphore, *, wait: float) -> None:
    """Take both, the host's first: who waits for a slow host holds nobody else up."""
    if not first.locked() and not second.locked():  # nothing to wait for, so no clock is set
        await first.acquire()
        await second.acquire()
        return
    try:
        async with asyncio.timeout(wait):
            await first.acquire()
            try:
                await second.acquire()
            except BaseException:
                first.release()
                raise
    except TimeoutError as error:
        raise Busy("too many requests are waiting") from error
