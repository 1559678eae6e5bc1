"""The wiring of boards."""

from pathlib import Path
from typing import Final

from server.boards.jobs import JOB_KINDS, RECURRING
from server.boards.memory import start_memory
from server.boards.notices import NOTICES
from server.boards.privacy import PERSONAL_DATA
from server.boards.reactions import REACTIONS
from server.boards.routes import ROUTES
from server.boards.words import install
from server.platform.feature import NOTHING, Feature, MenuEntry
from server.platform.i18n import say

_HERE: Final = Path(__file__).parent

FEATURE: Final = Feature(
    name="boards",
    personal_data=PERSONAL_DATA,
    activities=NOTHING,
    routes=ROUTES,
    reactions=REACTIONS,
    job_kinds=JOB_KINDS,
    recurring=RECURRING,
    templates=_HERE / "templates",
    static=_HERE / "static",
    notices=NOTICES,
    own_pages=(
        MenuEntry(
            label=say("Saved searches"),
            help=say("What you search for, and how you hear of something new."),
            route="boards.searches",
        ),
    ),
    start=start_memory,
    install=install,
)
