"""The addresses of matching."""

from collections.abc import Sequence
from typing import Final

from aiohttp import web

ROUTES: Final[Sequence[web.RouteDef]] = ()
