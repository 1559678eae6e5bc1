"""Messages, wired: conversations as pages and for clients, and the instance's own notices."""

from pathlib import Path
from typing import Final

from server.messages import jobs, privacy, reactions, routes, staff_pages
from server.messages.notices import NOTICES
from server.platform.feature import NOTHING, Feature, MenuEntry
from server.platform.i18n import say

FEATURE: Final = Feature(
    name="messages",
    personal_data=privacy.PERSONAL_DATA,
    activities=NOTHING,
    routes=(*routes.ROUTES, *staff_pages.ROUTES),
    reactions=reactions.REACTIONS,
    job_kinds=jobs.JOB_KINDS,
    too_old=jobs.too_old,
    recurring=jobs.RECURRING,
    templates=Path(__file__).parent / "templates",
    notices=NOTICES,
    own_pages=(
        MenuEntry(
            label=say("Messages"),
            help=say("Notices as messages, and who opened a conversation."),
            route="messages.settings",
        ),
    ),
    staff_pages=(
        MenuEntry(
            label=say("Open a conversation"),
            help=say("Only with a reason. Both people are told."),
            route="messages.glass",
            roles=staff_pages.ADMINS,
        ),
    ),
)
