"""What happens to profiles in the background: lines written, patterns drawn, old rows swept."""

from datetime import timedelta
from typing import Final

from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring
from server.profiles import lines, pictures
from server.profiles.reach import forget_changes

SWEEP: Final = "profiles.sweep"


async def _sweep(instance: Instance, _: Job) -> None:
    await instance.work(forget_changes)


JOB_KINDS: Final = (*lines.JOB_KINDS, *pictures.JOB_KINDS, one_by_one(SWEEP, _sweep))
RECURRING: Final = (Recurring(SWEEP, timedelta(hours=6)),)
