"""The addresses of privacy."""

from typing import Final

from server.privacy import consent_pages, deletion_pages, export_pages, notice_pages

ROUTES: Final = (
    *notice_pages.ROUTES,
    *consent_pages.ROUTES,
    *export_pages.ROUTES,
    *deletion_pages.ROUTES,
)
