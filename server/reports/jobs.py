"""Every night: write down what has ended, before its rows go; delete what no funder needs."""

from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring
from server.reports.keeping import keep_ended
from server.reports.service import forget_old

KEEP: Final = "reports.keep"
FORGET: Final = "reports.forget_old"


async def _keep(instance: Instance, _: Job) -> None:
    await instance.work(keep_ended, ZoneInfo(instance.settings.instance.time_zone))


async def _forget(instance: Instance, _: Job) -> None:
    await instance.work(forget_old)


JOB_KINDS: Final = (one_by_one(KEEP, _keep), one_by_one(FORGET, _forget))
RECURRING: Final = (Recurring(KEEP, timedelta(hours=12)), Recurring(FORGET, timedelta(days=1)))
