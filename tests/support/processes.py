"""The program as an operator runs it: `meshwork` in processes of its own, which may be killed."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import aiohttp

from tests.support.apps import free_port

ROOT = Path(__file__).parents[2]


@dataclass
class Program:
    """One installation in a folder: its settings, its commands, and its server while it runs."""

    folder: Path
    database_url: str
    address: str
    port: int = 0
    more: dict[str, str] = field(default_factory=dict)
    _server: asyncio.subprocess.Process | None = None
    _log: IO[bytes] | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = self.port or free_port(self.address)

    @property
    def base(self) -> str:
        return f"http://{self.address}:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    @property
    def environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("MESHWORK_")}
        return inherited | {
            "MESHWORK_INSTANCE__BASE_URL": self.base,
            "MESHWORK_HTTP__LISTEN": f"{self.address}:{self.port}",
            "MESHWORK_DATABASE__URL": self.database_url,
            "MESHWORK_MEDIA__ROOT": str(self.folder / "media"),
            "MESHWORK_SECRETS__KEY_FILE": str(self.folder / "instance.key"),
            "MESHWORK_FEDERATION__ALLOWED_PRIVATE_NETWORKS": "127.0.0.0/8",
            "MESHWORK_LIMITS__ENABLED": "false",
            "PYTHONUNBUFFERED": "1",
            **self.more,
        }

    async def run(self, *arguments: str) -> str:
        """Run one command and return what it printed; fails when it exits with an error."""
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "server", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert done.returncode == 0, f"meshwork {arguments[0]}: {done.stderr}"
        return done.stdout.strip()

    async def start(self, *, within: float = 40) -> None:
        """Start the server and return when it answers."""
        assert self._server is None, "it runs already"
        self._log = self.log.open("ab")
        self._server = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "server", "serve",
            cwd=ROOT, env=self.environment, stdout=self._log, stderr=self._log,
        )  # fmt: skip
        async with asyncio.timeout(within), aiohttp.ClientSession() as session:
            while not await self._answers(session):
                assert self._server.returncode is None, self.log.read_text("utf-8", "replace")
                await asyncio.sleep(0.05)

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.base}/healthz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def kill(self) -> None:
        """End the server as a power cut would, in the middle of whatever it does."""
        assert self._server is not None
        self._server.kill()
        await self._ended()

    async def stop(self) -> int:
        """Ask the server to end, as an operator does, and return its exit code."""
        assert self._server is not None
        if self._server.returncode is None:
            self._server.terminate()
        return await self._ended()

    async def _ended(self) -> int:
        assert self._server is not None
        async with asyncio.timeout(30):
            code = await self._server.wait()
        self._server = None
        if self._log is not None:
            self._log.close()
        return code

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Program"]:
        """Serve for a while; stopped in the end if a test has not done so."""
        try:
            await self.start()
            yield self
        finally:
            if self._server is not None:
                await self.stop()
