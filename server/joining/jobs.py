"""The background work of joining: forgetting what is over."""

from datetime import timedelta
from typing import Final

from server.joining.applications import forget_refused
from server.joining.drafts import forget_expired
from server.joining.invitations import forget_ended
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring

FORGET: Final = "joining.forget"


async def _forget(instance: Instance, job: Job) -> None:
    del job
    for forget in (forget_expired, forget_refused, forget_ended):
        await instance.work(forget)


JOB_KINDS: Final = (one_by_one(FORGET, _forget),)
RECURRING: Final = (Recurring(FORGET, timedelta(hours=6)),)
