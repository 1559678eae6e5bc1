"""Cookies as this server sets them: HttpOnly, SameSite=Lax, Secure whenever the site is https."""

from __future__ import annotations

from aiohttp import web

from server.platform.http.paging import BASE_URL


def keep_cookie(
    request: web.Request,
    response: web.StreamResponse,
    name: str,
    value: str,
    *,
    max_age: int | None = None,
) -> None:
    """Set a cookie for the whole site; without `max_age` (seconds) it ends with the browser.

    Lax, not Strict: a person who follows a link from a mail stays signed in; unsafe requests are
    protected by the form token.
    """
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=is_secure(request),
    )


def drop_cookie(request: web.Request, response: web.StreamResponse, name: str) -> None:
    """Tell the browser to forget a cookie."""
    response.del_cookie(name, path="/", httponly=True, samesite="Lax", secure=is_secure(request))


def is_secure(request: web.Request) -> bool:
    """Tell whether people reach this instance by https (by its public address, not the socket)."""
    return (request.app.get(BASE_URL) or "").startswith("https://")
