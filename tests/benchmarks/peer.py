"""A child: another server that takes everything, as cheaply as a process can.

It listens on many addresses of the loopback network (each is a host of its own for the sender),
answers every POST with 202 and everything else with 404, and counts the POSTs in a file that the
parent maps, so that counting costs neither side a question.
"""

import asyncio
import mmap
import ssl
import struct
from pathlib import Path

from tests.benchmarks.children import serve_questions, wishes

_ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
_UNKNOWN = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
_LENGTH = b"content-length:"


class Counter:
    """A number in a small file that several processes may read."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        if create:
            path.write_bytes(bytes(8))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 8)
        self._count = self.value

    @property
    def value(self) -> int:
        """The number as it is now."""
        return int(struct.unpack_from("<q", self._map)[0])

    def add_one(self) -> None:
        """Count; only one process may."""
        self._count += 1
        struct.pack_into("<q", self._map, 0, self._count)


class TakesEverything(asyncio.Protocol):
    """One connection: reads requests whole and answers each at once."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._waiting = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._waiting += data
        while (end := self._waiting.find(b"\r\n\r\n")) >= 0:
            length = end + 4 + self._body_length(end)
            if len(self._waiting) < length:
                return
            is_post = self._waiting.startswith(b"POST")
            del self._waiting[:length]
            if is_post:
                self._counter.add_one()
            assert self._transport
            self._transport.write(_ACCEPTED if is_post else _UNKNOWN)

    def _body_length(self, end: int) -> int:
        head = bytes(self._waiting[:end]).lower()
        at = head.find(_LENGTH)
        return int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0


async def main() -> None:
    """Listen until the parent is done."""
    asked = wishes()
    counter = Counter(Path(asked["counter"]))
    tls = None
    if asked.get("certificate"):
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(asked["certificate"])
    loop = asyncio.get_running_loop()
    for address in asked["addresses"]:
        await loop.create_server(
            lambda: TakesEverything(counter), address, asked["port"], ssl=tls, backlog=64
        )
    await serve_questions({"port": asked["port"]})


if __name__ == "__main__":
    asyncio.run(main())
