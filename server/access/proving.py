"""Proving again who one is, before something that would lock the owner of a login out of it.

Ten minutes after signing in, or after the last proof, a page behind `recently_proven` leads to
`/auth/prove` first. Rooms above use it for what cannot be taken back, such as deleting an account.
"""

import functools
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from aiohttp import web

from server.access.entering import see_other
from server.access.rules import PROOF_LASTS
from server.platform.http.csrf import SAFE_METHODS
from server.platform.http.render import path_for
from server.platform.http.visitor import Visitor, visitor_of
from server.platform.instance import instance_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_JSON: Final = "application/json"


def is_recently_proven(visitor: Visitor, now: datetime) -> bool:
    """Tell whether a session proved who it is within the last ten minutes."""
    return visitor.proven_at is not None and now - visitor.proven_at < PROOF_LASTS


def recently_proven(back: str) -> Callable[[Handler], Handler]:
    """Let a handler run only after a recent proof; put it beneath `@form` or `@page`.

    Pages come back to themselves after the proof, forms to the page whose route is `back`. A script
    that asks for JSON gets a 403 that names the page under `prove`.
    """

    def around(handler: Handler) -> Handler:
        @functools.wraps(handler)
        async def checked(request: web.Request) -> web.StreamResponse:
            if is_recently_proven(visitor_of(request), instance_of(request).clock.now()):
                return await handler(request)
            is_page = request.method in SAFE_METHODS
            going = request.rel_url.raw_path_qs if is_page else path_for(request.app, back)
            prove = path_for(request.app, "access.prove", query={"next": going})
            if request.headers.get("Accept") == _JSON:
                return web.json_response({"prove": prove}, status=403)
            return see_other(prove)

        return checked

    return around
