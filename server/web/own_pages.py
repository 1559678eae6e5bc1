"""My settings: one page that leads to what each room lets people decide for themselves."""

from typing import Final

from aiohttp import web

from server.people.reader import reader_of
from server.platform.http.decorators import page
from server.platform.http.render import render


@page(needs="login")
async def settings(request: web.Request) -> web.StreamResponse:
    """Show the pages of settings that the rooms declare, in the order of rooms."""
    reader = await reader_of(request)
    entries = [entry for feature in reader.instance.features for entry in feature.own_pages]
    return await render(request, "web/settings.html", {"entries": entries})


ROUTES: Final = (web.get("/settings", settings, name="web.settings"),)
