"""Every address of access, room by room; this list is for the wiring alone."""

from typing import Final

from server.access import mailing_pages
from server.access.oauth import consent, endpoints
from server.access.own_pages import applications, changing, second_factor, sign_in
from server.access.own_pages import sessions as own_sessions
from server.access.signing_in import (
    codes,
    doors,
    links,
    passkey_pages,
    proof_pages,
    second_step,
)

ROUTES: Final = (
    *doors.ROUTES,
    *second_step.ROUTES,
    *links.ROUTES,
    *codes.ROUTES,
    *passkey_pages.ROUTES,
    *proof_pages.ROUTES,
    *sign_in.ROUTES,
    *changing.ROUTES,
    *second_factor.ROUTES,
    *own_sessions.ROUTES,
    *applications.ROUTES,
    *mailing_pages.ROUTES,
    *consent.ROUTES,
    *endpoints.ROUTES,
)
"""The addresses of access."""
