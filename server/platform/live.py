"""The hub of live updates: who listens in this process, and how other processes are told.

A message is a small reference (what happened to which id), never content, so every listener reads
what it may see by itself. On PostgreSQL messages also cross processes by NOTIFY; on SQLite the web
process does the background work itself, so they need not.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

_BUFFER = 256


@dataclass(frozen=True, slots=True)
class LiveMessage:
    """Something happened: `what` to `subject`, of interest to the channels it is published on."""

    what: str
    subject: int
    channel: str = ""
    about: Mapping[str, str] = field(default_factory=dict)


class Listener:
    """One open stream's mailbox; it is closed when its reader is too slow."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[LiveMessage | None] = asyncio.Queue(_BUFFER)
        self.channels: set[str] = set()
        self.overflowed = False

    def put(self, message: LiveMessage) -> None:
        """Add a message; a full mailbox marks the listener as too slow."""
        try:
            self.waiting.put_nowait(message)
        except asyncio.QueueFull:
            self.overflowed = True


class LiveHub:
    """Listeners by channel."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        # Tells the hubs of other processes, where there are any.
        self.relay: Callable[[Sequence[str], LiveMessage], None] | None = None

    def subscribe(self, listener: Listener, channel: str) -> None:
        """Let the listener hear a channel."""
        listener.channels.add(channel)
        self._listeners[channel].add(listener)

    def unsubscribe(self, listener: Listener, channel: str) -> None:
        """Stop hearing a channel."""
        listener.channels.discard(channel)
        self._listeners[channel].discard(listener)
        if not self._listeners[channel]:
            del self._listeners[channel]

    def leave(self, listener: Listener) -> None:
        """Stop hearing everything."""
        for channel in tuple(listener.channels):
            self.unsubscribe(listener, channel)

    def publish(
        self, channels: Iterable[str], message: LiveMessage, *, to_others: bool = True
    ) -> None:
        """Tell the listeners of these channels, one message for each channel it matches.

        Other processes are told too, unless the message came from one of them.
        """
        wanted = tuple(channels)
        if to_others and self.relay is not None:
            self.relay(wanted, message)
        for channel in wanted:
            told = LiveMessage(message.what, message.subject, channel, message.about)
            for listener in tuple(self._listeners.get(channel, ())):
                listener.put(told)

    def end_all(self) -> None:
        """Tell every listener that the server stops."""
        for listeners in tuple(self._listeners.values()):
            for listener in tuple(listeners):
                listener.put(LiveMessage("stop", 0))
