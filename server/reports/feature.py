"""Reports, wired."""

from pathlib import Path
from typing import Final

from server.platform.feature import NOTHING, Feature, MenuEntry
from server.platform.i18n import say
from server.reports import jobs, privacy, reactions, report_pages, routes, service

FEATURE: Final = Feature(
    name="reports",
    personal_data=privacy.PERSONAL_DATA,
    activities=NOTHING,
    routes=routes.ROUTES,
    reactions=reactions.REACTIONS,
    job_kinds=jobs.JOB_KINDS,
    too_old=service.too_old,
    recurring=jobs.RECURRING,
    templates=Path(__file__).parent / "templates",
    own_pages=(
        MenuEntry(
            label=say("Questions of the funder"),
            help=say("What a programme's funder asks. You may refuse any question."),
            route="reports.own",
        ),
    ),
    staff_pages=(
        MenuEntry(
            label=say("Reports on programmes"),
            help=say("What became of programmes, in numbers."),
            route="reports.home",
            roles=report_pages.STAFF,
        ),
    ),
)
