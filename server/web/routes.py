"""All pages of the web surface, by their addresses."""

from typing import Final

from server.web import actions, landing, people, posts, streams, writing

ROUTES: Final = (
    *landing.ROUTES,
    *streams.ROUTES,
    *writing.ROUTES,
    *actions.ROUTES,
    *posts.ROUTES,
    *people.ROUTES,
)
"""Every route of the pages; names begin with `web.`."""
