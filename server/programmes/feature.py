"""Programmes, wired."""

from pathlib import Path
from typing import Final

from server.platform.feature import NOTHING, Feature, MenuEntry
from server.platform.i18n import say
from server.programmes import jobs, privacy, reactions, routes, service
from server.programmes.queries import waiting_applications
from server.programmes.staff_pages import STAFF
from server.programmes.telling import NOTICES

FEATURE: Final = Feature(
    name="programmes",
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
            label=say("My programmes"),
            help=say("Find a programme, rest or leave, say how many people you can help."),
            route="programmes.own",
        ),
    ),
    staff_pages=(
        MenuEntry(
            label=say("Programmes"),
            help=say("Applications, people, scoring and agreements."),
            route="programmes.listing",
            roles=STAFF,
            waiting=waiting_applications,
        ),
    ),
    notices=NOTICES,
)
