"""Access, wired: who calls, on pages and through client applications."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from aiohttp import web

from server.access import jobs, privacy, reactions, routes
from server.access.passwords import Passwords
from server.access.visitors import Visitors
from server.people.events import PersonDeleted, PersonSuspended
from server.platform.events import Reaction
from server.platform.feature import NOTHING, Feature
from server.platform.http.middleware import VISITOR_SOURCE
from server.platform.instance import INSTANCE, Instance


async def start(instance: Instance) -> AsyncIterator[None]:
    """Start what checks passwords and knows visitors."""
    passwords = Passwords()
    visitors = Visitors(instance)
    instance.add_part(passwords)
    instance.add_part(visitors)
    try:
        yield
    finally:
        visitors.close()
        passwords.close()


def install(app: web.Application) -> None:
    """Let the middleware ask us who calls."""
    app[VISITOR_SOURCE] = app[INSTANCE].part(Visitors)


FEATURE: Final = Feature(
    name="access",
    personal_data=privacy.PERSONAL_DATA,
    activities=NOTHING,
    routes=routes.ROUTES,
    reactions=(
        Reaction(PersonDeleted, reactions.end_access),
        Reaction(PersonSuspended, reactions.lock_out),
    ),
    job_kinds=jobs.JOB_KINDS,
    recurring=jobs.RECURRING,
    templates=Path(__file__).parent / "templates",
    start=start,
    install=install,
)
"""The room of access."""
