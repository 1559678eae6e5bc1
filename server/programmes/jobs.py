"""The background work of programmes: forgetting applications that came to nothing."""

from datetime import timedelta
from typing import Final

from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring
from server.programmes.service import forget_old

FORGET: Final = "programmes.forget"


async def _forget(instance: Instance, job: Job) -> None:
    del job
    await instance.work(forget_old)


JOB_KINDS: Final = (one_by_one(FORGET, _forget),)
RECURRING: Final = (Recurring(FORGET, timedelta(days=1)),)
