"""The staff pages as a feature: a menu of what the rooms declare, and pages that belong to none."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

import aiohttp_jinja2
from aiohttp import web

from server.admin.choices_pages import ADMINS
from server.admin.menu import menu_of
from server.admin.people_pages import MODERATORS, STAFF
from server.admin.report_pages import waiting
from server.admin.routes import ROUTES
from server.platform.feature import NOTHING, Feature, MenuEntry
from server.platform.http.render import Here
from server.platform.i18n import say

_HERE: Final = Path(__file__).parent


def install(app: web.Application) -> None:
    """Give the templates the menu of whoever looks."""
    environment = aiohttp_jinja2.get_env(app)
    here = cast("Callable[[], Here]", environment.globals["here"])
    environment.globals["staff_menu"] = lambda: menu_of(here().request)


FEATURE: Final = Feature(
    name="admin",
    personal_data=NOTHING,
    activities=NOTHING,
    routes=ROUTES,
    templates=_HERE / "templates",
    install=install,
    staff_pages=(
        MenuEntry(
            label=say("People"),
            help=say("Find somebody, help them to sign in, give roles."),
            route="admin.people",
            roles=STAFF,
        ),
        MenuEntry(
            label=say("Reports"),
            help=say("What people reported, and what became of it."),
            route="admin.reports",
            roles=MODERATORS,
            waiting=waiting,
        ),
        MenuEntry(
            label=say("Settings of this place"),
            help=say("How people join, what waits for a look, and more."),
            route="admin.choices",
            roles=ADMINS,
        ),
        MenuEntry(
            label=say("Languages"),
            help=say("Which languages are offered, and how complete they are."),
            route="admin.languages",
            roles=ADMINS,
        ),
        MenuEntry(
            label=say("Log"),
            help=say("What staff did, and when."),
            route="admin.log",
            roles=ADMINS,
        ),
    ),
)
