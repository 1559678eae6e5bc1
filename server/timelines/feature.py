"""The wiring of timelines."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

from server.platform.feature import NOTHING, Feature, MenuEntry, PersonalData
from server.platform.i18n import say
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring
from server.timelines import pushing
from server.timelines.filters import pages as filter_pages
from server.timelines.filters.shelf import Shelf
from server.timelines.lists import pages as list_pages
from server.timelines.privacy import erase, export
from server.timelines.reactions import REACTIONS
from server.timelines.service import trim_homes


async def _trim_homes(instance: Instance, job: Job) -> None:
    del job
    await instance.work(trim_homes)


async def start(instance: Instance) -> AsyncIterator[None]:
    """Start what keeps the readers' filters at hand."""
    shelf = Shelf(instance)
    instance.add_part(shelf)
    try:
        yield
    finally:
        shelf.close()


FEATURE = Feature(
    name="timelines",
    personal_data=PersonalData(export=export, erase=erase),
    activities=NOTHING,
    routes=(*filter_pages.ROUTES, *list_pages.ROUTES),
    reactions=(*REACTIONS, *pushing.REACTIONS),
    job_kinds=(one_by_one("timelines.trim_homes", _trim_homes), *pushing.JOB_KINDS),
    recurring=(Recurring("timelines.trim_homes", timedelta(hours=6)),),
    templates=Path(__file__).parent / "templates",
    own_pages=(
        MenuEntry(
            label=say("Filters"),
            help=say("Words and posts that you do not want to see."),
            route="timelines.filters",
        ),
    ),
    start=start,
)
