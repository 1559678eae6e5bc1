"""The wiring of importing."""

from pathlib import Path
from typing import Final

from server.importing.admin import STAFF
from server.importing.jobs import JOB_KINDS, RECURRING
from server.importing.privacy import erase, export
from server.importing.routes import ROUTES
from server.platform.feature import NOTHING, Feature, MenuEntry, PersonalData
from server.platform.i18n import say

FEATURE: Final = Feature(
    name="importing",
    personal_data=PersonalData(export=export, erase=erase),
    activities=NOTHING,
    routes=ROUTES,
    job_kinds=JOB_KINDS,
    recurring=RECURRING,
    templates=Path(__file__).parent / "templates",
    own_pages=(
        MenuEntry(
            label=say("Posts from elsewhere"),
            help=say("Calendars, feeds and tables that become posts by themselves."),
            route="importing.sources",
        ),
    ),
    staff_pages=(
        MenuEntry(
            label=say("Posts from elsewhere"),
            help=say("All calendars, feeds and tables that are read, and the switch to stop one."),
            route="importing.all_sources",
            roles=STAFF,
        ),
    ),
)
