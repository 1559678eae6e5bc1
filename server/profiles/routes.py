"""The routes of profiles."""

from typing import Final

from aiohttp import web

from server.profiles import admin
from server.profiles.pages import answers, members, name, reach, seen

ROUTES: Final[tuple[web.RouteDef, ...]] = (
    *seen.ROUTES,
    *answers.ROUTES,
    *reach.ROUTES,
    *name.ROUTES,
    *members.ROUTES,
    *admin.ROUTES,
)
