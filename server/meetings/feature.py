"""Meetings, wired."""

from pathlib import Path
from typing import Final

from server.meetings import jobs, privacy, reactions, routes
from server.meetings.mails import MAIL_VALUES
from server.meetings.notices import NOTICES
from server.platform.feature import NOTHING, Feature, MenuEntry
from server.platform.i18n import say

FEATURE: Final = Feature(
    name="meetings",
    personal_data=privacy.PERSONAL_DATA,
    activities=NOTHING,
    routes=routes.ROUTES,
    reactions=reactions.REACTIONS,
    job_kinds=jobs.JOB_KINDS,
    too_old=jobs.too_old,
    recurring=jobs.RECURRING,
    templates=Path(__file__).parent / "templates",
    own_pages=(
        MenuEntry(
            label=say("Meetings"),
            help=say("When you meet, with whom, and what you want to do."),
            route="meetings.all",
        ),
        MenuEntry(
            label=say("Calendar"),
            help=say("Your time zone, and your meetings in the calendar of your phone."),
            route="meetings.calendar",
        ),
    ),
    notices=NOTICES,
    mail_values=MAIL_VALUES,
)
