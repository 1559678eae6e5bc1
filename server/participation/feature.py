"""Taking part, wired: places at events with a waiting list, and interest in a vacancy."""

from pathlib import Path
from typing import Final

from server.participation import activities, hand_routes, jobs, privacy, reactions, routes
from server.participation.choices import ANSWER_DAYS
from server.participation.notices import NOTICES
from server.platform.feature import Feature, MenuEntry
from server.platform.i18n import say

FEATURE: Final = Feature(
    name="participation",
    personal_data=privacy.PERSONAL_DATA,
    activities=activities.HANDLERS,
    routes=(*routes.ROUTES, *hand_routes.ROUTES),
    reactions=reactions.REACTIONS,
    job_kinds=jobs.JOB_KINDS,
    recurring=jobs.RECURRING,
    templates=Path(__file__).parent / "templates",
    own_pages=(
        MenuEntry(
            label=say("Interest in vacancies"),
            help=say("Who is interested in yours, and what employers answered you."),
            route="participation.hands",
        ),
    ),
    choices=(ANSWER_DAYS,),
    notices=NOTICES,
)
