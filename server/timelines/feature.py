"""The wiring of timelines."""

from datetime import timedelta

from server.platform.feature import NOTHING, Feature, PersonalData
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring
from server.timelines.privacy import erase, export
from server.timelines.reactions import REACTIONS
from server.timelines.service import trim_homes


async def _trim_homes(instance: Instance, job: Job) -> None:
    del job
    await instance.work(trim_homes)


FEATURE = Feature(
    name="timelines",
    personal_data=PersonalData(export=export, erase=erase),
    activities=NOTHING,
    reactions=REACTIONS,
    job_kinds=(one_by_one("timelines.trim_homes", _trim_homes),),
    recurring=(Recurring("timelines.trim_homes", timedelta(hours=6)),),
)
