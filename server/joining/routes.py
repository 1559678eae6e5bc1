"""The routes of joining."""

from typing import Final

from aiohttp import web

ROUTES: Final[tuple[web.RouteDef, ...]] = ()
