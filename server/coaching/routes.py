"""The addresses of coaching."""

from typing import Final

from server.coaching import case_pages, own_pages, story_pages, task_pages

ROUTES: Final = (
    *own_pages.ROUTES,
    *story_pages.ROUTES,
    *task_pages.ROUTES,
    *case_pages.ROUTES,
)
