"""The page of stories that everybody may read."""

from typing import Final

from aiohttp import web

from server.coaching.stories import published
from server.people.reader import neighbours_of, reader_of
from server.platform.http.decorators import page
from server.platform.http.render import render


@page()
async def stories(request: web.Request) -> web.StreamResponse:
    """List the published stories, the newest first."""
    reader = await reader_of(request)
    asked = reader.page()
    found = await reader.instance.read(published, asked)
    return await render(
        request,
        "coaching/stories.html",
        {"stories": found, "neighbours": neighbours_of([one.id for one in found], asked)},
    )


ROUTES: Final = (web.get("/stories", stories, name="coaching.stories"),)
