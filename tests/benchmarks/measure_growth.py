"""Whether an installation stays as fast and as small when its posts become many.

The same requests on 1,000 and on 1,000,000 stored posts (200,000 with `--quick`), written in bulk;
each may cost half as much CPU time again, and memory may grow as much; the median duration is told
beside it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from aiohttp.test_utils import unused_port

from tests.benchmarks.children import Child, child
from tests.benchmarks.databases import fresh_database, settle
from tests.benchmarks.goals import Goal, Setting, at_most, median, megabytes, milli
from tests.benchmarks.installations import Place, running
from tests.benchmarks.load import send_all
from tests.benchmarks.readers import Reader, settle_reader

_BOUND = 1.5
_FEW = 1_000


async def measure(setting: Setting) -> Sequence[Goal]:
    """Measure each path on few and on many posts."""
    many = setting.count(1_000_000, 200_000)
    small = await _costs(setting, _FEW)
    large = await _costs(setting, many)
    goals = []
    for name, before in small.items():
        after = large[name]
        goals.append(
            at_most(
                f"{name}: {_FEW:,} to {many:,} posts",
                after.value / before.value,
                _BOUND,
                "times",
                {f"with {_FEW:,}": before.shown, f"with {many:,}": after.shown},
            )
        )
    return goals


class Cost:
    """A number to compare, and how it is shown."""

    def __init__(self, value: float, shown: str) -> None:
        self.value, self.shown = value, shown


async def _costs(setting: Setting, posts: int) -> Mapping[str, Cost]:
    async with fresh_database(setting) as url:
        place = Place(database_url=url, folder=str(setting.folder))
        async with running(place) as instance:
            reader = await settle_reader(instance, posts)
        await settle(url)
        async with child(
            "serving", what="application", port=unused_port(), place=asdict(place)
        ) as server:
            costs = {
                name: await _cost(server, requests, setting)
                for name, requests in _paths(reader).items()
            }
            memory = (await server.ask())["rss"]
    costs["resident memory"] = Cost(memory, megabytes(memory))
    return costs


def _paths(reader: Reader) -> Mapping[str, Sequence[bytes]]:
    posts = [
        reader.says("/api/v1/statuses", json.dumps({"status": f"News {number} #work"}).encode())
        for number in range(60)
    ]
    return {
        "home timeline": [reader.asks("/api/v1/timelines/home?limit=20")],
        "public timeline": [reader.asks("/api/v1/timelines/public?limit=20")],
        "local timeline, nothing from here yet": [
            reader.asks("/api/v1/timelines/public?local=true&limit=20")
        ],
        "hashtag timeline": [reader.asks("/api/v1/timelines/tag/work?limit=20")],
        "posts of a person": [
            reader.asks(f"/api/v1/accounts/{reader.author_id}/statuses?limit=20")
        ],
        "publishing a post": posts,
    }


async def _cost(server: Child, requests: Sequence[bytes], setting: Setting) -> Cost:
    """Return the least CPU time of a request over several rounds, one request at a time."""
    tries, count = setting.count(8, 4), setting.count(60, 20)
    port = server.ready["port"]
    turns = [requests[number % len(requests)] for number in range(count)]
    await send_all(port, turns[:5], side_by_side=1)
    costs, durations = [], []
    for _ in range(tries):
        before = await server.cpu()
        answers = await send_all(port, turns, side_by_side=1)
        costs.append((await server.cpu() - before) / count)
        durations.append(median(answers.seconds))
    return Cost(min(costs), f"{milli(min(costs))} CPU, {milli(min(durations))} by the clock")
