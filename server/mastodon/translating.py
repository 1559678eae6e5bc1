"""A post in another language, made by a machine. Source: "statuses API methods", translate."""

from typing import Final

from aiohttp import web

from server.mastodon.calls import answer, call_of
from server.mastodon.entities.scene import Entity
from server.platform.http.decorators import api
from server.platform.http.locales import translator_of
from server.platform.http.parameters import path_id
from server.posts.translating import Translated, translated_post

_MAX_TAG: Final = 35


@api(scope="read:statuses")
async def translate(request: web.Request) -> web.Response:
    """Answer a public post in the language asked for, or in the client's own."""
    call = await call_of(request)
    target = call.parameters.text("lang", max_length=_MAX_TAG) or translator_of(request).tag
    post_id = path_id(request)
    return answer(
        entity(post_id, await translated_post(call.instance, call.viewer, post_id, target))
    )


def entity(post_id: int, made: Translated) -> Entity:
    """Return the Translation entity."""
    options = [{"title": one} for one in made.options]
    return {
        "content": made.content,
        "spoiler_text": made.spoiler,
        "language": made.language,
        "detected_source_language": made.source,
        "provider": made.provider,
        "media_attachments": [{"id": one, "description": text} for one, text in made.media.items()],
        "poll": {"id": str(post_id), "options": options} if options else None,
    }


ROUTES = (web.post("/api/v1/statuses/{id}/translate", translate, name="api.translate"),)
"""The one call; which languages there are is a matter of the instance."""
