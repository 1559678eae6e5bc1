"""The wiring of joining."""

from pathlib import Path
from typing import Final

from server.joining.behalf_pages import MAKES
from server.joining.choices import CHOICES
from server.joining.jobs import JOB_KINDS, RECURRING
from server.joining.privacy import PERSONAL_DATA
from server.joining.routes import ROUTES
from server.joining.staff_pages import STAFF
from server.joining.telling import DECIDES, NOTICES
from server.platform.feature import NOTHING, Feature, MenuEntry
from server.platform.i18n import say

FEATURE: Final = Feature(
    name="joining",
    personal_data=PERSONAL_DATA,
    activities=NOTHING,
    routes=ROUTES,
    job_kinds=JOB_KINDS,
    recurring=RECURRING,
    choices=CHOICES,
    notices=NOTICES,
    templates=Path(__file__).parent / "templates",
    static=Path(__file__).parent / "static",
    staff_pages=(
        MenuEntry(
            label=say("Invitations"),
            help=say("Codes and posters with which people join."),
            route="joining.invitations",
            roles=STAFF,
        ),
        MenuEntry(
            label=say("Applications"),
            help=say("People who ask to join, and your answer to them."),
            route="joining.applications",
            roles=frozenset(DECIDES),
        ),
        MenuEntry(
            label=say("Make an account for somebody"),
            help=say("For people who signed on paper. They take it over later with a code."),
            route="joining.new_person",
            roles=MAKES,
        ),
    ),
)
