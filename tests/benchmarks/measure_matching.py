"""What suggestions cost: the plan for a whole cohort with its reasons, and the screen of a talent.

The plan is made once, in a fresh process, from the first question to the database to the last
reason, so it holds the import of the solver, too. It is also given as a ratio to the bare solver
on as many places with random scores, which is the part that cannot be made quicker.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from tests.benchmarks.applicants import add_programme
from tests.benchmarks.children import child
from tests.benchmarks.databases import fresh_database, settle
from tests.benchmarks.goals import Goal, Setting, at_most, median, megabytes, milli
from tests.benchmarks.installations import Place, running

_CAPACITY = 3
_SECONDS = 2
_MEGABYTES = 300
_SCREEN_MS = 200
_TIMES_SOLVER = 30
_TRIES = 5


async def measure(setting: Setting) -> Sequence[Goal]:
    """Measure a cohort of 1,000 talents and 400 mentors, and a screen at 2,000 people."""
    talents, mentors = setting.count(1_000, 100), setting.count(400, 40)
    whole = await _told(setting, talents, mentors)
    wide = await _told(setting, setting.count(1_200, 120), setting.count(800, 80))
    again, bare = whole["took"]["again"]["cpu"], _bare_solver(talents, mentors * _CAPACITY)
    screens = wide["screens"]
    return [
        _plan(f"{talents:,} talents, {mentors:,} mentors for {_CAPACITY} each", whole),
        at_most(
            "solving again against the bare solver",
            again / bare,
            _TIMES_SOLVER,
            "times its CPU time",
            {"solved again": milli(again), "bare solver": milli(bare)},
        ),
        at_most(
            "memory of a whole cohort",
            (whole["peak"] - whole["idle"]) / 1e6,
            _MEGABYTES,
            "MB above idle",
            {"idle": megabytes(whole["idle"]), "at most": megabytes(whole["peak"])},
        ),
        at_most(
            "suggestions at 2,000 people",
            min(one["cpu"] for one in screens) * 1e3,
            _SCREEN_MS,
            "ms of CPU",
            {
                "on the clock, least and median": f"{milli(min(one['wall'] for one in screens))}, "
                f"{milli(median([one['wall'] for one in screens]))}",
                "the very first, opening everything": milli(
                    sum(wide["took"][part]["cpu"] for part in ("reading", "opening"))
                ),
            },
        ),
    ]


def _plan(cohort: str, whole: Mapping[str, Any]) -> Goal:
    took = whole["took"]
    once = ("reading", "opening", "solving")
    parts = {
        "cohort": cohort,
        "on the clock": milli(sum(took[part]["wall"] for part in once)),
        "reading from the database": milli(took["reading"]["cpu"]),
        "opening what is sealed": milli(took["opening"]["cpu"]),
        "rules, scores, assignment, reasons": milli(took["solving"]["cpu"]),
        "solved again after a lock": milli(took["again"]["cpu"]),
        "pairs, with reasons, waiting": f"{whole['pairs']}, {whole['explained']}, "
        f"{whole['waiting']}",
    }
    seconds = sum(took[part]["cpu"] for part in once)
    return at_most("plan of a whole cohort", seconds, _SECONDS, "s of CPU", parts)


async def _told(setting: Setting, talents: int, mentors: int) -> Mapping[str, Any]:
    """Return what a fresh process tells about a programme of this size."""
    async with fresh_database(setting) as url:
        place = Place(database_url=url, folder=str(setting.folder))
        async with running(place) as instance:
            programme_id = await instance.work(add_programme, talents, mentors, _CAPACITY)
        await settle(url)
        async with child("pairing", place=asdict(place), programme_id=programme_id) as one:
            return one.ready


def _bare_solver(talents: int, places: int) -> float:
    """Return the least time of the solver alone, on random scores with room to wait."""
    random = np.random.default_rng(4)
    costs = np.full((talents, places + talents), 60.0)
    costs[:, :places] = random.integers(0, 101, (talents, places))
    took = []
    for _ in range(_TRIES):
        began = time.process_time()
        linear_sum_assignment(costs)
        took.append(time.process_time() - began)
    return min(took)
