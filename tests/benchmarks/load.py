"""Requests over warm connections, as many side by side as asked; written to cost little itself."""

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answers:
    """What came of a round of requests: each one's duration, and the wall time of all."""

    seconds: list[float]
    wall: float
    last_body: bytes


def request_bytes(
    method: str, path: str, host: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> bytes:
    """Return an HTTP/1.1 request as it goes on the wire."""
    lines = [f"{method} {path} HTTP/1.1"]
    given = {name.lower() for name in headers or {}}
    if "host" not in given:
        lines.append(f"Host: {host}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def send_all(
    port: int, requests: Iterable[bytes], *, side_by_side: int, expected: int = 200
) -> Answers:
    """Send requests over a fixed number of connections; any other status is an error."""
    waiting = iter(requests)
    seconds: list[float] = []
    bodies: list[bytes] = [b""]
    async with AsyncExitStack() as stack:
        connections = []
        for _ in range(side_by_side):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            stack.enter_context(closing(writer))
            connections.append((reader, writer))
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for reader, writer in connections:
                group.create_task(_one_by_one(reader, writer, waiting, expected, seconds, bodies))
        wall = time.perf_counter() - began
    return Answers(seconds, wall, bodies[0])


async def _one_by_one(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    waiting: Iterator[bytes],
    expected: int,
    seconds: list[float],
    bodies: list[bytes],
) -> None:
    for request in waiting:
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(_length(head))
        seconds.append(time.perf_counter() - began)
        status = int(head[9:12])
        if status != expected:
            raise RuntimeError(f"answered {status}: {body[:300]!r}")
        bodies[0] = body


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
