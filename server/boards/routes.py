"""The routes of boards. Feeds come first: their addresses end like names of boards and people."""

from typing import Final

from server.boards import embeds, pages, search_pages, sitemaps
from server.boards.feeds import routes as feeds

ROUTES: Final = (
    *feeds.ROUTES,
    *pages.ROUTES,
    *embeds.ROUTES,
    *search_pages.ROUTES,
    *sitemaps.ROUTES,
)
