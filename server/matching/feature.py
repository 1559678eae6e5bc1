"""Matching, wired."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from server.matching import forgetting, jobs, notices, privacy, reactions, routes
from server.matching.desk import routes as desk
from server.matching.desk.context import READERS
from server.matching.queries import SOURCE
from server.platform.feature import NOTHING, Feature, MenuEntry
from server.platform.i18n import say
from server.platform.instance import Instance
from server.profiles.standing import MATCHES


async def _start(_: Instance) -> AsyncIterator[None]:
    """Let the rooms below know who is matched; the source keeps nothing, so it is never taken."""
    MATCHES.known_by(SOURCE)
    yield


FEATURE: Final = Feature(
    name="matching",
    personal_data=privacy.PERSONAL_DATA,
    activities=NOTHING,
    routes=(*routes.ROUTES, *desk.ROUTES),
    reactions=reactions.REACTIONS,
    job_kinds=jobs.JOB_KINDS,
    too_old=forgetting.too_old,
    recurring=jobs.RECURRING,
    templates=Path(__file__).parent / "templates",
    static=Path(__file__).parent / "static",
    staff_pages=(
        MenuEntry(
            label=say("Matching"),
            help=say("Who waits, who fits, and pairs for a whole programme."),
            route="matching.desk",
            roles=READERS,
        ),
    ),
    own_pages=(
        MenuEntry(
            label=say("My matches"),
            help=say("Answer, agree, rest or stop."),
            route="matching.matches",
        ),
    ),
    notices=notices.NOTICES,
    mail_values=notices.MAIL_VALUES,
    start=_start,
)
