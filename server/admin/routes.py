"""The routes of admin."""

from typing import Final

from aiohttp import web

ROUTES: Final[tuple[web.RouteDef, ...]] = ()
