"""Child processes of a measurement: started as modules, asked over their standard input.

A child writes one JSON line when it is ready, and one for each line that it reads. `CHILD` modules
call `serve_questions`; the parent uses `Child`.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped] # it has no types

_ROOT = Path(__file__).parents[2]
_STARTS_WITHIN = 60.0
_ENDS_WITHIN = 20.0


class Child:
    """The parent's side of a child process."""

    def __init__(self, process: asyncio.subprocess.Process, ready: Mapping[str, Any]) -> None:
        self._process = process
        self.ready = ready
        """What the child said when it was ready, such as its port."""

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def ask(self) -> Mapping[str, Any]:
        """Return what the child has used: `cpu` seconds, `rss` and `uss` bytes, and its counts."""
        assert self._process.stdin
        self._process.stdin.write(b"\n")
        await self._process.stdin.drain()
        return await _line_of(self._process)

    async def cpu(self) -> float:
        """Return the CPU seconds that the child has used."""
        return float((await self.ask())["cpu"])


@asynccontextmanager
async def child(module: str, **wishes: object) -> AsyncIterator[Child]:
    """Run `python -m tests.benchmarks.<module>` with wishes as JSON; end it afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"tests.benchmarks.{module}",
        json.dumps(wishes),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=_ROOT,
    )
    try:
        async with asyncio.timeout(_STARTS_WITHIN):
            ready = await _line_of(process)
        yield Child(process, ready)
    finally:
        if process.returncode is None:
            assert process.stdin
            process.stdin.close()  # the child ends when nobody asks any more
            try:
                async with asyncio.timeout(_ENDS_WITHIN):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


async def _line_of(process: asyncio.subprocess.Process) -> Mapping[str, Any]:
    assert process.stdout
    line = await process.stdout.readline()
    if not line:
        raise RuntimeError("a child process of the benchmark ended; see its message above")
    found: Mapping[str, Any] = json.loads(line)
    return found


def wishes() -> dict[str, Any]:
    """Return, in a child, what the parent asked for."""
    found: dict[str, Any] = json.loads(sys.argv[1])
    return found


async def serve_questions(ready: Mapping[str, object]) -> None:
    """Say that this child is ready, then answer until the parent closes our standard input."""
    _say(ready)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    this = psutil.Process()
    while await reader.readline():
        memory = this.memory_full_info()
        _say({"cpu": time.process_time(), "rss": memory.rss, "uss": memory.uss})


def _say(what: Mapping[str, object]) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")
