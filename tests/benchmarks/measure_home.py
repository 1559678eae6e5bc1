"""What reading one's home costs: 40 statuses as a whole HTTP request, against a hello request."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from aiohttp.test_utils import unused_port

from tests.benchmarks.children import child
from tests.benchmarks.databases import fresh_database, settle
from tests.benchmarks.goals import Goal, Setting, at_most, median, micro, milli
from tests.benchmarks.installations import Place, running
from tests.benchmarks.load import send_all
from tests.benchmarks.plain_request import cpu_of_requests, seconds_per_hello
from tests.benchmarks.readers import settle_reader

_PAGE = 40
_POSTS = 2_000


async def measure(setting: Setting) -> Sequence[Goal]:
    """Measure the CPU time of the server for one page."""
    count, rounds = setting.count(300, 40), setting.count(5, 2)
    hello = await seconds_per_hello(setting)
    async with fresh_database(setting) as url:
        place = Place(database_url=url, folder=str(setting.folder))
        async with running(place) as instance:
            reader = await settle_reader(instance, _POSTS)
        await settle(url)
        async with child(
            "serving", what="application", port=unused_port(), place=asdict(place)
        ) as server:
            page = reader.asks(f"/api/v1/timelines/home?limit={_PAGE}")
            first = await send_all(server.ready["port"], [page] * 20, side_by_side=1)
            statuses = json.loads(first.last_body)
            assert len(statuses) == _PAGE, f"the page has {len(statuses)} statuses"
            costs = [
                await cpu_of_requests(server, [page] * count, side_by_side=4) for _ in range(rounds)
            ]
            alone = await send_all(server.ready["port"], [page] * count, side_by_side=1)
    return [
        at_most(
            "home timeline of 40 statuses, whole request",
            min(costs) / hello,
            25,
            "× Hc",
            {
                "CPU of one page": micro(min(costs)),
                "Hc, CPU of a hello request": micro(hello),
                "one at a time, median": milli(median(alone.seconds)),
                "the answer": f"{len(first.last_body):,} bytes",
                "round": f"{count} requests, best of {rounds}",
            },
        )
    ]
