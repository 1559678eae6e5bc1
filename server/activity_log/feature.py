"""The wiring of the activity log."""

from datetime import timedelta

from server.activity_log.privacy import erase, export
from server.activity_log.service import forget_old
from server.platform.feature import NOTHING, Feature, PersonalData
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring


async def _forget_old(instance: Instance, job: Job) -> None:
    del job
    await instance.work(forget_old)


FEATURE = Feature(
    name="activity_log",
    personal_data=PersonalData(export=export, erase=erase),
    activities=NOTHING,
    job_kinds=(one_by_one("activity_log.forget_old", _forget_old),),
    recurring=(Recurring("activity_log.forget_old", timedelta(days=1)),),
)
