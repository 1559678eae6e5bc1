"""The wiring of notifications."""

from datetime import timedelta
from pathlib import Path

from server.notifications import summaries
from server.notifications.privacy import erase, export
from server.notifications.reactions import REACTIONS
from server.notifications.routes import ROUTES
from server.notifications.service import forget_old
from server.platform.feature import NOTHING, Feature, MenuEntry, PersonalData
from server.platform.i18n import say
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
    job_kinds=(
        one_by_one("notifications.forget_old", _forget_old),
        one_by_one(summaries.LOOK, summaries.look),
        one_by_one(summaries.PAGE, summaries.one_page),
    ),
    recurring=(
        Recurring("notifications.forget_old", timedelta(days=1)),
        # Three times in the hour of the summaries, so that a late minute does not skip a day.
        Recurring(summaries.LOOK, timedelta(minutes=20)),
    ),
    templates=Path(__file__).parent / "templates",
    own_pages=(
        MenuEntry(
            label=say("Notices"),
            help=say("What you hear of here, on your phone and by mail, and when it is quiet."),
            route="notifications.settings",
        ),
    ),
    mail_values={summaries.TEMPLATE: summaries.summary_values},
)
