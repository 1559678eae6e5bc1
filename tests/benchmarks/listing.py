"""The list of benchmarks, the smallest first."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from tests.benchmarks import (
    measure_enqueue,
    measure_fan_out,
    measure_growth,
    measure_home,
    measure_inbox,
    measure_matching,
    measure_memory,
    measure_queue,
    measure_runner,
)
from tests.benchmarks.goals import Goal, Setting

Measure = Callable[[Setting], Awaitable[Sequence[Goal]]]

BENCHMARKS: Mapping[str, Measure] = {
    "enqueue": measure_enqueue.measure,
    "memory": measure_memory.measure,
    "queue": measure_queue.measure,
    "fan_out": measure_fan_out.measure,
    "inbox": measure_inbox.measure,
    "home": measure_home.measure,
    "matching": measure_matching.measure,
    "runner": measure_runner.measure,
    "growth": measure_growth.measure,
}
