"""Drafts, wired: kept, listed, published at their moment, forgotten."""

from pathlib import Path
from typing import Final

from server.drafts import jobs, privacy
from server.drafts.notices import NOTICES
from server.drafts.routes import ROUTES
from server.platform.feature import NOTHING, Feature, MenuEntry
from server.platform.i18n import say

FEATURE: Final = Feature(
    name="drafts",
    personal_data=privacy.PERSONAL_DATA,
    activities=NOTHING,
    routes=ROUTES,
    job_kinds=jobs.JOB_KINDS,
    recurring=jobs.RECURRING,
    templates=Path(__file__).parent / "templates",
    notices=NOTICES,
    own_pages=(
        MenuEntry(
            label=say("My drafts"),
            help=say("What you have not published yet."),
            route="drafts.drafts",
        ),
    ),
)
