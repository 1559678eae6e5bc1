"""A child that suggests pairs for a programme and says how long that took, and how much memory.

It measures before it is ready, so that nothing else runs beside it.
"""

import asyncio
import resource
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import psutil  # type: ignore[import-untyped] # it has no types

from server.app import build_app
from server.matching.suggesting.queries import solve, suggest
from server.matching.suggesting.reading import gathered
from server.platform.instance import Instance
from tests.benchmarks.children import serve_questions, wishes
from tests.benchmarks.installations import Place, quiet_log, running

_TRIES = range(7)


@dataclass(frozen=True, slots=True)
class _Took:
    """Seconds on the clock, and of the processor."""

    wall: float
    cpu: float


async def _timed(run: Callable[[], Any]) -> tuple[_Took, Any]:
    began, used = time.perf_counter(), time.process_time()
    found = run()
    if asyncio.iscoroutine(found):
        found = await found
    return _Took(time.perf_counter() - began, time.process_time() - used), found


async def _measured(instance: Instance, programme_id: int) -> dict[str, Any]:
    """Read, open, solve and solve again as the draft board does; then suggest as the screen does."""
    idle = psutil.Process().memory_info().rss
    reading, found = await _timed(lambda: instance.read(gathered, programme_id))
    opening, cohort = await _timed(lambda: asyncio.to_thread(found.cohort))
    solving, plan = await _timed(lambda: asyncio.to_thread(solve, cohort))
    first = plan.pairs[0]
    locked = [(first.talent_part_id, first.other_part_id)]
    again, second = await _timed(lambda: asyncio.to_thread(solve, cohort, locked))
    assert len(second.pairs) == len(plan.pairs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    part_id = first.talent_part_id
    screens = [(await _timed(lambda: _screen(instance, programme_id, part_id)))[0] for _ in _TRIES]
    parts = {"reading": reading, "opening": opening, "solving": solving, "again": again}
    return {
        "idle": idle,
        "peak": peak,
        "took": {name: asdict(part) for name, part in parts.items()},
        "pairs": len(plan.pairs),
        "waiting": len(plan.waiting),
        "explained": sum(bool(pair.explanation["reasons"]) for pair in plan.pairs),
        "screens": [asdict(one) for one in screens],
    }


async def _screen(instance: Instance, programme_id: int, part_id: int) -> object:
    found = await instance.read(gathered, programme_id)
    return await asyncio.to_thread(lambda: suggest(found.cohort(), part_id))


async def main() -> None:
    """Measure, say so, and end when the parent does."""
    quiet_log()
    asked = wishes()
    async with running(Place(**asked["place"])) as instance:
        build_app(instance)
        told = await _measured(instance, asked["programme_id"])
        await serve_questions(told)


if __name__ == "__main__":
    asyncio.run(main())
