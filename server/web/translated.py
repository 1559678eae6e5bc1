"""A post in the reader's language, made by a machine when they ask for it."""

from typing import Final

from aiohttp import web

from server.people.reader import reader_of
from server.platform.errors import NotAllowed, Unavailable
from server.platform.http.decorators import form
from server.platform.http.parameters import path_id
from server.platform.http.render import render
from server.platform.i18n import Message
from server.posts.translating import Translated, translated_post
from server.web.posts import shown_post

_MAX_TAG: Final = 35


@form(needs="person", limit="post")
async def translate(request: web.Request) -> web.StreamResponse:
    """Show a public post in another language, and say that a machine made it."""
    reader = await reader_of(request)
    target = reader.parameters.text("to", max_length=_MAX_TAG) or reader.translator.tag
    post = await reader.instance.read(shown_post, reader, path_id(request))
    made: Translated | None = None
    why: Message | None = None
    try:
        made = await translated_post(reader.instance, reader.viewer, post.id, target)
    except (NotAllowed, Unavailable) as refused:
        why = refused.safe
    context = {"post": post, "made": made, "why": why}
    status = 200 if made is not None else 422
    return await render(request, "web/translated.html", context, status=status)


ROUTES: Final = (web.post("/posts/{id:[0-9]+}/translate", translate, name="web.translate"),)
