"""How much memory one process needs when nobody does anything, after it has served each surface."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict

from aiohttp.test_utils import unused_port

from tests.benchmarks.children import child
from tests.benchmarks.databases import fresh_database
from tests.benchmarks.goals import Goal, Setting, at_most, megabytes
from tests.benchmarks.installations import Place, running
from tests.benchmarks.load import request_bytes, send_all
from tests.benchmarks.readers import settle_reader

_SETTLES_SECONDS = 2.0
_POSTS = 1_000


async def measure(setting: Setting) -> Sequence[Goal]:
    """Measure the resident memory of web and background work in one process."""
    async with fresh_database(setting) as url:
        place = Place(database_url=url, folder=str(setting.folder))
        async with running(place) as instance:
            reader = await settle_reader(instance, _POSTS)
        async with child("serving", what="hello", port=unused_port()) as bare:
            plain = await bare.ask()
        async with child(
            "serving", what="application", port=unused_port(), place=asdict(place), jobs=True
        ) as server:
            started = await server.ask()
            visits = [
                request_bytes("GET", "/healthz", "ours.example"),
                request_bytes("GET", "/api/v1/instance", "ours.example"),
                reader.asks("/api/v1/timelines/home?limit=20"),
            ]
            await send_all(server.ready["port"], visits, side_by_side=1)
            await asyncio.sleep(_SETTLES_SECONDS)
            idle = await server.ask()
    return [
        at_most(
            "idle memory of one process",
            idle["rss"] / 1e6,
            100,
            "MB resident",
            {
                "idle after a first visit": megabytes(idle["rss"]),
                "of it not shared": megabytes(idle["uss"]),
                "just started": megabytes(started["rss"]),
                "modules only, nothing started": megabytes(plain["rss"]),
            },
        )
    ]
