"""What a browser may do with our pages: a strict content policy with a nonce, and its companions.

Scripts and styles come from this instance or carry the nonce of the answer; nothing is framed but
the lists made for that, which run no scripts and send no forms.
The consent page alone may post elsewhere: Chromium checks form-action on the redirect back to the
client, too. Source: CSP Level 3; OWASP Secure Headers.
"""

from __future__ import annotations

import secrets
from typing import Final

from aiohttp import web

from server.platform.http.cookies import is_secure
from server.platform.http.decorators import Policy, Surface, policy_of

NONCE: Final = web.RequestKey("script nonce", str)
MEDIA_SOURCES: Final = web.AppKey("media sources", tuple[str, ...])
"""Other origins that pictures on our pages may come from, such as a media host of ours."""

_HSTS: Final = "max-age=63072000"  # this host only: others of the organisation are not ours
_PERMISSIONS: Final = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
_FRAMED_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors *"
)
_DOCUMENT_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"


def nonce_of(request: web.Request) -> str:
    """Return the nonce that inline scripts and styles of this answer carry."""
    found = request.get(NONCE)
    if found is None:
        found = secrets.token_urlsafe(16)
        request[NONCE] = found
    return found


def page_policy(
    nonce: str, *, media_sources: tuple[str, ...] = (), posts_anywhere: bool = False
) -> str:
    """Return the Content-Security-Policy of a page."""
    media = " ".join(("'self'", *media_sources))
    parts = [
        "default-src 'none'",
        f"script-src 'self' 'nonce-{nonce}'",
        f"style-src 'self' 'nonce-{nonce}'",
        f"img-src {media} data: blob:",
        f"media-src {media}",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    if not posts_anywhere:
        parts.append("form-action 'self'")
    return "; ".join(parts)


def secure(request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers; one that the handler set itself is left as it is."""
    policy = policy_of(request)
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        **(
            _page_headers(request, policy)
            if _is_page(response)
            else _document_headers(policy, response)
        ),
    }
    if is_secure(request):
        wanted["Strict-Transport-Security"] = _HSTS
    for name, value in wanted.items():
        response.headers.setdefault(name, value)


def _is_page(response: web.StreamResponse) -> bool:
    return response.content_type == "text/html"


def _page_headers(request: web.Request, policy: Policy | None) -> dict[str, str]:
    headers = {
        "Content-Security-Policy": page_policy(
            nonce_of(request),
            media_sources=request.app.get(MEDIA_SOURCES) or (),
            posts_anywhere=policy is not None and policy.posts_anywhere,
        ),
        "X-Frame-Options": "DENY",
        "Permissions-Policy": _PERMISSIONS,
        "Cache-Control": "private, no-cache",
        "Vary": "Accept, Accept-Language, Cookie",
    }
    if policy is not None and policy.framed:
        del headers["X-Frame-Options"]  # it has no word for "anybody"
        headers["Content-Security-Policy"] = _FRAMED_POLICY
    if policy is None or not policy.keeps_opener:
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return headers


def _document_headers(policy: Policy | None, response: web.StreamResponse) -> dict[str, str]:
    if policy is None or policy.surface is Surface.PLAIN:
        return {}
    headers = {"Content-Security-Policy": _DOCUMENT_POLICY}
    if policy.surface is Surface.API:
        headers["Cache-Control"] = "private, no-store"
    if policy.surface is Surface.ACTIVITY or response.content_type == "application/problem+json":
        # A 404 for somebody unknown must not reach a follower from a cache: Mastodon would take
        # the post for deleted.
        headers |= {"Cache-Control": "private, max-age=0", "Vary": "Accept, Signature"}
    return headers
