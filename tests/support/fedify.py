"""The Fedify peer: an instance of another make, in a process of its own, steered from a test."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

FOLDER = Path(__file__).parents[1] / "interop" / "fedify"
RFC9421 = "rfc9421"
CAVAGE = "draft-cavage-http-signatures-12"


@dataclass
class FedifyPeer:
    """Hana's server. It signs in one form and takes no other."""

    base: str
    form: str
    session: aiohttp.ClientSession

    @property
    def actor(self) -> str:
        return f"{self.base}/users/hana"

    @property
    def handle(self) -> str:
        return f"hana@{self.base.partition('://')[2]}"

    async def act(self, what: str, **about: Any) -> dict[str, Any]:
        """Let Hana do something; returns when the other side has answered."""
        task = {"do": what, **about}
        async with self.session.post(f"{self.base}/control", data=json.dumps(task)) as answer:
            done: dict[str, Any] = await answer.json()
            assert answer.status == 200, done
            return done

    async def arrived(self, activity_type: str | None = None) -> list[dict[str, Any]]:
        """Return the activities that Fedify verified and gave to its listeners, oldest first."""
        async with self.session.get(f"{self.base}/control") as answer:
            seen = await answer.json()
        taken = [
            one["document"]
            for one in seen["arrived"]
            if one["status"] == 202 and one["document"]["id"] in seen["handled"]
        ]
        return [one for one in taken if activity_type in {None, one["type"]}]

    async def refused(self) -> list[dict[str, Any]]:
        """Return the requests that were refused, as {"form": …, "status": …}."""
        async with self.session.get(f"{self.base}/control") as answer:
            seen = await answer.json()
        return [one for one in seen["arrived"] if one["status"] >= 400]


@asynccontextmanager
async def fedify_peer(address: str, form: str) -> AsyncIterator[FedifyPeer]:
    """Start the peer; skips (fails where CI is set) when it is not installed."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").is_dir():
        reason = "Node.js or tests/interop/fedify/node_modules is missing"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    started = await asyncio.create_subprocess_exec(
        str(node), "peer.mjs", address, form, cwd=FOLDER, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert started.stdout is not None
        async with asyncio.timeout(30):
            base = (await started.stdout.readline()).decode().strip()
        assert base, "the peer did not start"
        async with aiohttp.ClientSession() as session:
            yield FedifyPeer(base, form, session)
    finally:
        if started.returncode is None:
            started.terminate()
        await started.wait()
