"""The routes of profiles."""

from typing import Final

from aiohttp import web

ROUTES: Final[tuple[web.RouteDef, ...]] = ()
