"""Telling the other processes of one installation: PostgreSQL's LISTEN and NOTIFY.

What is sent are references only (what happened to which id, on which channels), never contents. A
lost connection is opened again; what was missed meanwhile is seen at the next reload, because
streams are a convenience and nothing durable rests on them. On SQLite the web process does the
background work itself, so there is nobody to tell.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg
import orjson
import structlog

from server.platform.live import LiveHub, LiveMessage

_CHANNEL = "meshwork_live"
_MOST_BYTES = 7_000  # PostgreSQL takes payloads below 8,000
_QUEUED = 10_000
_AGAIN_SECONDS = 5.0
_log = structlog.get_logger("live")


class Relay:
    """Carries live messages between the hubs of several processes."""

    def __init__(self, url: str, hub: LiveHub) -> None:
        self._dsn = url.replace("postgresql+asyncpg://", "postgresql://", 1)
        self._hub = hub
        self._mine = f"{os.getpid()}.{os.urandom(6).hex()}"
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(_QUEUED)

    def send(self, channels: Sequence[str], message: LiveMessage) -> None:
        """Tell the other processes soon; when too many wait, some are dropped."""
        for part in _parts(self._mine, channels, message):
            with contextlib.suppress(asyncio.QueueFull):
                self._waiting.put_nowait(part)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen and send until left."""
        task = asyncio.create_task(self._run())
        self._hub.relay = self.send
        try:
            yield
        finally:
            self._hub.relay = None
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        while True:
            try:
                await self._connected()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                _log.warning("live relay lost", error=type(error).__name__)
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _connected(self) -> None:
        connection = await asyncpg.connect(self._dsn)
        try:
            await connection.add_listener(_CHANNEL, self._hear)
            while True:
                part = await self._waiting.get()
                await connection.execute("SELECT pg_notify($1, $2)", _CHANNEL, part.decode())
        finally:
            await connection.close(timeout=2)

    def _hear(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        told = orjson.loads(str(payload))
        if told["from"] != self._mine:
            message = LiveMessage(told["what"], told["subject"], "", told["about"])
            self._hub.publish(told["channels"], message, to_others=False)


def _parts(mine: str, channels: Sequence[str], message: LiveMessage) -> list[bytes]:
    """Return the message in as many parts as its channels need."""
    whole = orjson.dumps(
        {
            "from": mine,
            "what": message.what,
            "subject": message.subject,
            "about": dict(message.about),
            "channels": list(channels),
        }
    )
    if len(whole) <= _MOST_BYTES or len(channels) < 2:  # noqa: PLR2004 - one cannot be parted
        return [whole]
    middle = len(channels) // 2
    return [
        *_parts(mine, channels[:middle], message),
        *_parts(mine, channels[middle:], message),
    ]
