"""`python -m tests.benchmarks`: run benchmarks and print each goal with its parts.

Exits 0 when everything ran, whether or not goals were met: a busy machine is no fault of a change.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from tests.benchmarks.databases import kinds
from tests.benchmarks.goals import Goal, Setting
from tests.benchmarks.installations import quiet_log
from tests.benchmarks.listing import BENCHMARKS
from tests.benchmarks.machine import facts
from tests.benchmarks.reporting import goal_lines, heading, summary, write_json


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=list(BENCHMARKS), metavar="NAME",
        help=f"run only this one (may be repeated): {', '.join(BENCHMARKS)}",
    )  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="small sizes, rough numbers")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results as JSON too")
    parser.add_argument(
        "--database", choices=["sqlite", "postgresql"], help="measure on this database only"
    )
    return parser.parse_args()


async def _measured(names: list[str], database: str, *, quick: bool) -> list[Goal]:
    found: list[Goal] = []
    for name in names:
        with tempfile.TemporaryDirectory(prefix="meshwork-bench-") as folder:
            setting = Setting(database=database, folder=Path(folder), quick=quick)  # type: ignore[arg-type] # one of `kinds`
            for goal in await BENCHMARKS[name](setting):
                print(goal_lines(goal, database), flush=True)
                found.append(goal)
    return found


def main() -> None:
    """Run what was asked for."""
    asked = _asked()
    quiet_log()
    databases = [kind for kind in kinds() if asked.database in {None, kind}]
    machine = facts()
    print(heading(machine, databases), flush=True)
    results: list[tuple[str, Goal]] = []
    for database in databases:
        goals = asyncio.run(_measured(asked.only or list(BENCHMARKS), database, quick=asked.quick))
        results += [(database, goal) for goal in goals]
    print(summary(results))
    if asked.json is not None:
        write_json(asked.json, machine, results)


if __name__ == "__main__":
    main()
