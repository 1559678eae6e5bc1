"""Access, wired: who calls, on pages and through client applications."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from aiohttp import web

from server.access import jobs, letters, mailing, privacy, reactions, routes
from server.access.leading import leading
from server.access.passwords import Passwords
from server.access.signing_in.second_factor import STAFF_SECOND_FACTOR
from server.access.visitors import Visitors
from server.people.events import PersonDeleted, PersonSuspended
from server.platform.events import Reaction
from server.platform.feature import NOTHING, Feature, MenuEntry
from server.platform.http.middleware import VISITOR_SOURCE
from server.platform.i18n import say
from server.platform.instance import INSTANCE, Instance

_HERE: Final = Path(__file__).parent


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
    """Let the middleware ask us who calls, and lead those who have to set something up first."""
    app[VISITOR_SOURCE] = app[INSTANCE].part(Visitors)
    app.middlewares.append(leading)


FEATURE: Final = Feature(
    name="access",
    personal_data=privacy.PERSONAL_DATA,
    activities=NOTHING,
    routes=routes.ROUTES,
    reactions=(
        Reaction(PersonDeleted, reactions.end_access),
        Reaction(PersonSuspended, reactions.lock_out),
    ),
    job_kinds=(*jobs.JOB_KINDS, *letters.JOB_KINDS, *mailing.JOB_KINDS),
    recurring=jobs.RECURRING,
    templates=_HERE / "templates",
    static=_HERE / "static",
    own_pages=(
        MenuEntry(
            label=say("Sign-in and security"),
            help=say("Password, passkeys, second step, e-mail address and language"),
            route="access.own_sign_in",
        ),
        MenuEntry(
            label=say("Where you are signed in"),
            help=say("Browsers and devices, and signing out of them"),
            route="access.own_sessions",
        ),
        MenuEntry(
            label=say("Applications with access"),
            help=say("Apps that may read and post for you"),
            route="access.own_applications",
        ),
    ),
    choices=(STAFF_SECOND_FACTOR,),
    start=start,
    install=install,
)
"""The room of access."""
