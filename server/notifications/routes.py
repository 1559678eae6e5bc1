"""The routes of notifications."""

from typing import Final

from aiohttp import web

ROUTES: Final[tuple[web.RouteDef, ...]] = ()
