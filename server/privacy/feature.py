"""The wiring of privacy: the notice, the consent ledger, and asking others for their share."""

from pathlib import Path
from typing import Final

from server.platform.feature import NOTHING, Feature, MenuEntry, PersonalData
from server.platform.i18n import say
from server.privacy.choices import CHOICES
from server.privacy.jobs import JOB_KINDS, RECURRING
from server.privacy.privacy import erase, export
from server.privacy.reactions import REACTIONS
from server.privacy.retention_pages import ADMINS
from server.privacy.routes import ROUTES
from server.privacy.telling import NOTICES

FEATURE: Final = Feature(
    name="privacy",
    personal_data=PersonalData(export=export, erase=erase),
    activities=NOTHING,
    routes=ROUTES,
    reactions=REACTIONS,
    job_kinds=JOB_KINDS,
    recurring=RECURRING,
    choices=CHOICES,
    notices=NOTICES,
    templates=Path(__file__).parent / "templates",
    staff_pages=(
        MenuEntry(
            label=say("What is deleted next"),
            help=say("How much goes within a day, and within 30 days."),
            route="privacy.retention",
            roles=ADMINS,
        ),
    ),
    own_pages=(
        MenuEntry(
            label=say("What you agreed to"),
            help=say("Say yes or no to each use of your data, at any time."),
            route="privacy.consents",
        ),
        MenuEntry(
            label=say("Take your data with you"),
            help=say("Get a copy of everything we have about you."),
            route="privacy.export",
        ),
        MenuEntry(
            label=say("Delete your account"),
            help=say("See what happens, then decide."),
            route="privacy.delete_page",
        ),
    ),
)
