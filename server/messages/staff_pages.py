"""The page on which whoever runs the site opens a conversation, with a reason that both read."""

from typing import Final

from aiohttp import web

from server.messages.glass import MOST_REASON, Opened, Wanted, break_glass
from server.people.reader import Reader, reader_of
from server.platform.errors import Invalid
from server.platform.http.decorators import form, page
from server.platform.http.render import render
from server.platform.http.visitor import visitor_of

ADMINS: Final = frozenset({"admin"})
_MAX_TYPED: Final = 2_000


@page(needs="login", staff=ADMINS)
async def glass(request: web.Request) -> web.StreamResponse:
    """Show the form; a reported message may be named in the address."""
    reader = await reader_of(request)
    return await _shown(reader, _wanted(reader))


@form(needs="login", staff=ADMINS)
async def open_glass(request: web.Request) -> web.StreamResponse:
    """Show one conversation, once it is written down and its people are told."""
    reader = await reader_of(request)
    wanted = _wanted(reader)
    try:
        opened = await reader.instance.work(break_glass, visitor_of(request).login, wanted)
    except Invalid as refused:
        return await _shown(reader, wanted, refused=refused)
    return await _shown(reader, wanted, opened=opened)


def _wanted(reader: Reader) -> Wanted:
    sent = reader.parameters
    handles = [sent.text(name, max_length=300) or "" for name in ("first", "second")]
    return Wanted(
        post_id=sent.id("post"),
        handles=handles,
        reason=sent.text("reason", max_length=_MAX_TYPED) or "",
    )


async def _shown(
    reader: Reader,
    wanted: Wanted,
    *,
    opened: Opened | None = None,
    refused: Invalid | None = None,
) -> web.StreamResponse:
    faults = {} if refused is None else refused.details
    context = {
        "wanted": wanted,
        "opened": opened,
        "most": MOST_REASON,
        "faults": {name: [one.description for one in found] for name, found in faults.items()},
    }
    status = 200 if refused is None else 422
    return await render(reader.request, "messages/glass.html", context, status=status)


ROUTES: Final = (
    web.get("/staff/break-glass", glass, name="messages.glass"),
    web.post("/staff/break-glass", open_glass, name="messages.open_glass"),
)
"""Only for whoever runs the site."""
