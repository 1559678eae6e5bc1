"""How long the transaction takes that enqueues 1,000 deliveries, commit included."""

import time
from collections.abc import Sequence

from server.federation.outbox import DELIVER
from server.platform.jobs.model import JobRequest
from server.platform.work import Work
from tests.benchmarks.databases import fresh_database
from tests.benchmarks.goals import Goal, Setting, at_most, median, milli
from tests.benchmarks.installations import Place, running

_JOBS = 1_000


async def measure(setting: Setting) -> Sequence[Goal]:
    """Measure the least disturbed of many transactions."""
    wall, cpu = [], []
    async with fresh_database(setting) as url:
        place = Place(database_url=url, folder=str(setting.folder))
        async with running(place) as instance:
            for number in range(setting.count(40, 10)):
                began, used = time.perf_counter(), time.process_time()
                await instance.work(_enqueue, number)
                wall.append(time.perf_counter() - began)
                cpu.append(time.process_time() - used)
    return [
        at_most(
            "enqueue 1,000 deliveries",
            min(wall) * 1e3,
            10,
            "ms",
            {
                "one transaction, least and median": f"{milli(min(wall))}, {milli(median(wall))}",
                "its CPU time": milli(min(cpu)),
                "transactions": str(len(wall)),
            },
        )
    ]


def _enqueue(w: Work, number: int) -> None:
    w.enqueue_all(
        JobRequest(
            kind=DELIVER,
            payload={"activity": number, "inbox": f"https://h{n}.example/inbox", "shared": True},
            host=f"h{n}.example",
            order_key=f"{number:032x}@h{n}.example",
        )
        for n in range(_JOBS)
    )
