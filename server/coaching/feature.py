"""Coaching, wired: check-ins, surveys, tasks, cases and stories."""

from pathlib import Path
from typing import Final

from server.coaching import jobs, privacy, reactions, routes
from server.coaching.colleagues import STAFF
from server.coaching.notices import NOTICES
from server.coaching.tasks import count_open
from server.platform.feature import NOTHING, Feature, MenuEntry
from server.platform.i18n import say

FEATURE: Final = Feature(
    name="coaching",
    personal_data=privacy.PERSONAL_DATA,
    activities=NOTHING,
    routes=routes.ROUTES,
    reactions=reactions.REACTIONS,
    job_kinds=jobs.JOB_KINDS,
    too_old=jobs.too_old,
    recurring=jobs.RECURRING,
    templates=Path(__file__).parent / "templates",
    notices=NOTICES,
    own_pages=(
        MenuEntry(
            label=say("My coaching"),
            help=say("What is kept about me, and who read it."),
            route="coaching.kept",
        ),
    ),
    staff_pages=(
        MenuEntry(
            label=say("Tasks"),
            help=say("What is to be done, by you and your colleagues."),
            route="coaching.tasks",
            roles=STAFF,
            waiting_for=count_open,
        ),
        MenuEntry(
            label=say("Cases"),
            help=say("The people you follow up, with notes and results."),
            route="coaching.cases",
            roles=STAFF,
        ),
    ),
)
