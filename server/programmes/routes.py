"""The addresses of programmes."""

from collections.abc import Sequence
from typing import Final

from aiohttp import web

from server.programmes import own_pages, pages, people_pages, rules_pages, staff_pages

ROUTES: Final[Sequence[web.RouteDef]] = (
    *pages.ROUTES,
    *own_pages.ROUTES,
    *people_pages.ROUTES,
    *rules_pages.ROUTES,
    *staff_pages.ROUTES,
)
