"""Live news for open pages: that something new is there, told as server-sent events.

A page is told only that something happened on a channel it may hear, never what it says: it asks
for the page itself again, so that every rule of visibility holds. Pages work without it.
"""

import asyncio
import contextlib
from typing import Final

from aiohttp import web

from server.people.reader import reader_of
from server.platform.http.decorators import page
from server.platform.http.middleware import SESSION_COOKIE, VISITOR_SOURCE
from server.platform.live import Listener, LiveMessage

_THUMP_SECONDS: Final = 15
_RECHECK_SECONDS: Final = 60
_TOLD: Final = frozenset({"update", "notification", "delete", "status.update"})


@page(needs="person")
async def live(request: web.Request) -> web.StreamResponse:
    """Tell a page of the signed-in person about news in their home timeline and notices."""
    reader = await reader_of(request)
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream",
            "Cache-Control": "private, no-store",
            "X-Accel-Buffering": "no",
        }
    )
    await response.prepare(request)
    hub, listener = reader.instance.live, Listener()
    for channel in (f"user:{reader.me}", f"user:notification:{reader.me}"):
        hub.subscribe(listener, channel)
    try:
        # A reader who went away is no fault.
        with contextlib.suppress(ConnectionError):
            await _tell(request, response, listener)
    finally:
        hub.leave(listener)
    return response


async def _tell(request: web.Request, response: web.StreamResponse, listener: Listener) -> None:
    await response.write(b"retry: 15000\n\n")
    asked_at = _now()
    while not listener.overflowed:
        message = await _next(listener)
        if message is not None and message.what == "stop":
            return
        if _now() - asked_at > _RECHECK_SECONDS:
            asked_at = _now()
            if not await _is_signed_in(request):
                return
        await response.write(_event(message))


async def _next(listener: Listener) -> LiveMessage | None:
    try:
        async with asyncio.timeout(_THUMP_SECONDS):
            return await listener.waiting.get()
    except TimeoutError:
        return None


def _event(message: LiveMessage | None) -> bytes:
    if message is None or message.what not in _TOLD:
        return b":thump\n\n"
    is_notice = message.channel.startswith("user:notification:") or message.what == "notification"
    return f"event: {'notice' if is_notice else message.what}\ndata: 1\n\n".encode()


async def _is_signed_in(request: web.Request) -> bool:
    cookie = request.cookies.get(SESSION_COOKIE, "")
    return bool(cookie) and await request.app[VISITOR_SOURCE].by_session(cookie) is not None


def _now() -> float:
    return asyncio.get_running_loop().time()


# A stream has no end: asked with HEAD it would never be answered.
ROUTES: Final = (web.get("/live", live, name="web.live", allow_head=False),)
