"""The wiring of notifications."""

from datetime import timedelta

from server.notifications.privacy import erase, export
from server.notifications.reactions import REACTIONS
from server.notifications.routes import ROUTES
from server.notifications.service import forget_old
from server.platform.feature import NOTHING, Feature, PersonalData
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring


async def _forget_old(instance: Instance, job: Job) -> None:
    del job
    await instance.work(forget_old)


FEATURE = Feature(
    name="notifications",
    personal_data=PersonalData(export=export, erase=erase),
    activities=NOTHING,
    routes=ROUTES,
    reactions=REACTIONS,
    job_kinds=(one_by_one("notifications.forget_old", _forget_old),),
    recurring=(Recurring("notifications.forget_old", timedelta(days=1)),),
)
