"""The addresses of joining. A code comes last: every other word below /join is a page."""

from typing import Final

from server.joining import (
    application_pages,
    behalf_pages,
    later_pages,
    staff_pages,
    starting,
    wizard,
)

ROUTES: Final = (
    *starting.ROUTES,
    *wizard.ROUTES,
    *later_pages.ROUTES,
    *starting.CODE_ROUTES,
    *staff_pages.ROUTES,
    *application_pages.ROUTES,
    *behalf_pages.ROUTES,
)
