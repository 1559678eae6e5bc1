"""All pages of the web surface, by their addresses."""

from typing import Final

from server.web import (
    actions,
    checking,
    landing,
    people,
    posts,
    reporting,
    sharing,
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
    *people.ROUTES,
)
"""Every route of the pages; names begin with `web.`."""
