"""Which answers other origins may read (CORS), for Mastodon clients that live in a browser.

Tokens travel in headers, so credentials are never allowed: a cookie of ours means nothing to
these routes. Source: Fetch standard, "CORS protocol"; the list of routes is what clients call.
"""

from __future__ import annotations

import re
from typing import Final

from aiohttp import web

from server.platform.http.decorators import policy_of

_OPEN_PREFIXES: Final = ("/api/", "/nodeinfo/", "/media/")
_OPEN_PATHS: Final = frozenset(
    {
        "/api",
        "/nodeinfo",
        "/oauth/token",
        "/oauth/revoke",
        "/oauth/userinfo",
        "/.well-known/nodeinfo",
        "/.well-known/host-meta",
        "/.well-known/host-meta.json",
        "/.well-known/webfinger",
        "/.well-known/oauth-authorization-server",
    }
)
_METHODS: Final = "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS"
_HEADERS: Final = "Authorization, Content-Type, Idempotency-Key"
_EXPOSED: Final = (
    "Link, X-RateLimit-Reset, X-RateLimit-Limit, X-RateLimit-Remaining, X-Request-Id, "
    "Deprecation, Mastodon-Async-Refresh"
)
_HEADER_LIST: Final = re.compile(r"[A-Za-z0-9-]{1,64}(?: ?, ?[A-Za-z0-9-]{1,64}){0,31}")


def is_open(request: web.Request) -> bool:
    """Tell whether other origins may read the answer, found or refused, whatever the route."""
    path = request.rel_url.raw_path
    if path in _OPEN_PATHS or path.startswith(_OPEN_PREFIXES):
        return True
    policy = policy_of(request)
    return policy is not None and policy.cross_origin and path != "/oauth/authorize"


def is_preflight(request: web.Request) -> bool:
    """Tell whether the browser is only asking what it may send; such a question needs no token."""
    return request.method == "OPTIONS" and is_open(request)


def preflight_answer(request: web.Request) -> web.Response:
    """Return the answer to a preflight: the headers asked for are the headers allowed.

    They are echoed because `*` does not cover Authorization in browsers.
    """
    asked = request.headers.get("Access-Control-Request-Headers", "").strip()
    allowed = asked if _HEADER_LIST.fullmatch(asked) else _HEADERS
    return web.Response(
        status=204,
        headers={
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Allow-Headers": allowed,
            "Access-Control-Max-Age": "86400",
            "Vary": "Access-Control-Request-Headers",
        },
    )


def open_to_origins(response: web.StreamResponse) -> None:
    """Let scripts of any origin read an answer and the headers they page and pace by."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = _EXPOSED
