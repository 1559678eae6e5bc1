"""The wiring of moderation."""

from datetime import timedelta

from server.moderation.activities import HANDLERS
from server.moderation.jobs import forget_closed
from server.moderation.privacy import erase, export
from server.platform.feature import Feature, PersonalData
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring

FEATURE = Feature(
    name="moderation",
    personal_data=PersonalData(export=export, erase=erase),
    activities=HANDLERS,
    job_kinds=(one_by_one("moderation.forget_closed", forget_closed),),
    recurring=(Recurring("moderation.forget_closed", timedelta(days=1)),),
)
