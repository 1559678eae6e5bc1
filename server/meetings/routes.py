"""The addresses of meetings."""

from collections.abc import Sequence
from typing import Final

from aiohttp import web

ROUTES: Final[Sequence[web.RouteDef]] = ()
