"""All pages of the web surface, by their addresses."""

from typing import Final

from server.web import (
    actions,
    checking,
    elsewhere,
    gathering,
    installing,
    landing,
    live,
    own_pages,
    people,
    posts,
    reporting,
    sharing,
    statements,
    streams,
    writing,
)

ROUTES: Final = (
    *landing.ROUTES,
    *streams.ROUTES,
    *writing.ROUTES,
    *checking.ROUTES,
    *actions.ROUTES,
    *posts.ROUTES,
    *sharing.ROUTES,
    *reporting.ROUTES,
    *elsewhere.ROUTES,
    *gathering.ROUTES,
    *live.ROUTES,
    *own_pages.ROUTES,
    *statements.ROUTES,
    *installing.ROUTES,
    *people.ROUTES,
)
"""Every route of the pages; names begin with `web.`."""
