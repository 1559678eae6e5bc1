"""The addresses of privacy."""

from typing import Final

from aiohttp import web

from server.privacy import (
    consent_pages,
    deletion_pages,
    export_pages,
    notice_pages,
    retention_pages,
)

ROUTES: Final = (
    *notice_pages.ROUTES,
    *consent_pages.ROUTES,
    *export_pages.ROUTES,
    *deletion_pages.ROUTES,
    web.get("/staff/retention", retention_pages.retention, name="privacy.retention"),
)
