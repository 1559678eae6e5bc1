"""The moderators' queue of first posts: look, let through, or send back with a reason."""

from typing import Final

from aiohttp import web

from server.people.reader import Reader, reader_of, see
from server.platform.errors import Invalid
from server.platform.feature import MenuEntry
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import render
from server.platform.i18n import say
from server.posts.holding import (
    MAX_REASON,
    approve_post,
    count_waiting,
    refuse_post,
    waiting_posts,
)

_STAFF: Final = ("moderator", "admin")
_PATH: Final = "/staff/first_posts"


@page(needs="login", staff=_STAFF)
async def first_posts(request: web.Request) -> web.StreamResponse:
    """Show the posts that wait, longest first, as they will look."""
    return await _queue(await reader_of(request))


async def _queue(
    reader: Reader, *, refused: Invalid | None = None, post_id: int = 0, reason: str = ""
) -> web.Response:
    context = {
        "posts": await reader.instance.read(waiting_posts),
        "count": await reader.instance.read(count_waiting),
        "wrong_at": post_id,
        "reason": reason,
        "faults": [fault.description for fault in refused.details["reason"]] if refused else [],
        "most": MAX_REASON,
    }
    status = 200 if refused is None else 422
    return await render(reader.request, "posts/first_posts.html", context, status=status)


@form(needs="login", staff=_STAFF)
async def approve(request: web.Request) -> web.StreamResponse:
    """Publish a waiting post."""
    reader = await reader_of(request)
    await reader.instance.work(approve_post, path_id(request))
    return see(_PATH)


@form(needs="login", staff=_STAFF)
async def refuse(request: web.Request) -> web.StreamResponse:
    """Send a waiting post back to its author."""
    reader = await reader_of(request)
    post_id = path_id(request)
    reason = reader.parameters.text("reason", max_length=4 * MAX_REASON) or ""
    try:
        await reader.instance.work(refuse_post, post_id, reason)
    except Invalid as refused:
        return await _queue(reader, refused=refused, post_id=post_id, reason=reason)
    return see(_PATH)


ROUTES: Final = (
    web.get(_PATH, first_posts, name="posts.first_posts"),
    web.post(f"{_PATH}/{{id:[0-9]+}}/approve", approve, name="posts.approve"),
    web.post(f"{_PATH}/{{id:[0-9]+}}/refuse", refuse, name="posts.refuse"),
)

STAFF_PAGES: Final = (
    MenuEntry(
        label=say("First posts"),
        help=say("Look at what new people want to publish, and let it through."),
        route="posts.first_posts",
        roles=frozenset(_STAFF),
        waiting=count_waiting,
    ),
)
