"""What access adds around every page: staff who lack a second factor, and shared devices.

Staff who must have a second factor are led to its page before anything else. Pages for a shared
device are `no-store`, so that neither the browser nor the service worker keeps them; the service
worker keeps no answer that says so.
"""

from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from server.access.entering import see_other
from server.platform.errors import NotAllowed
from server.platform.http.csrf import SAFE_METHODS
from server.platform.http.decorators import Surface, policy_of
from server.platform.http.render import path_for
from server.platform.http.visitor import visitor_of
from server.platform.i18n import say

_OPEN: Final = ("access.", "web.language")
"""Where staff without a second factor may go: to set it up, to sign out, to read it."""
_CLOSED: Final = ("access.authorize", "access.decide")
"""Not there: an application must not get what the login itself may not use yet."""


@web.middleware
async def leading(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Lead to the second factor first; let nothing be kept on a shared device."""
    visitor = visitor_of(request)
    if visitor.lacks_second_factor and not _is_open(request):
        if request.method not in SAFE_METHODS:
            raise NotAllowed(say("Set up a second step for your sign-in first."))
        return see_other(path_for(request.app, "access.second_factor"))
    answer = await handler(request)
    if visitor.is_shared_device and not answer.prepared:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _is_open(request: web.Request) -> bool:
    policy = policy_of(request)
    if policy is None or policy.surface not in {Surface.PAGE, Surface.FORM}:
        return True
    name = request.match_info.route.name or ""
    return name.startswith(_OPEN) and not name.startswith(_CLOSED)
