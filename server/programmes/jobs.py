"""The background work of programmes: forgetting old applications, ending rests that are over."""

from datetime import timedelta
from typing import Final

from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring
from server.programmes.service import forget_old, resume_rested

FORGET: Final = "programmes.forget"
RESUME: Final = "programmes.resume"


async def _forget(instance: Instance, job: Job) -> None:
    del job
    await instance.work(forget_old)


async def _resume(instance: Instance, job: Job) -> None:
    del job
    await instance.work(resume_rested)


JOB_KINDS: Final = (one_by_one(FORGET, _forget), one_by_one(RESUME, _resume))
RECURRING: Final = (
    Recurring(FORGET, timedelta(days=1)),
    Recurring(RESUME, timedelta(hours=6)),
)
