"""The routes of privacy."""

from typing import Final

from aiohttp import web

ROUTES: Final[tuple[web.RouteDef, ...]] = ()
