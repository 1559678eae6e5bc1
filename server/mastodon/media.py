"""Media. Source: Mastodon's API, "media API methods"."""

from aiohttp import web

from server.mastodon.calls import EMPTY, answer, call_of
from server.mastodon.entities.status import uploaded
from server.media.model import Media
from server.media.queries import own_media
from server.media.service import delete_own, describe
from server.media.uploads import upload_image
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import api
from server.platform.http.parameters import Parameters, path_id
from server.platform.i18n import say
from server.platform.work import Work

_MAX_DESCRIPTION = 10_000  # refused by the service with its own, lower bound


@api(scope="write:media", limit="media")
async def upload(request: web.Request) -> web.Response:
    """Take a picture; it is complete in the answer, for both versions of the API."""
    call = await call_of(request)
    file = call.parameters.upload("file")
    if file is None:
        raise Invalid(details={"file": [("ERR_BLANK", say("can't be blank"))]})
    media = await upload_image(
        call.instance,
        person_id=call.me,
        content=file.read(),
        description=call.parameters.text("description", max_length=_MAX_DESCRIPTION) or "",
        focus=focus_asked(call.parameters) or (0.0, 0.0),
    )
    return answer(uploaded(call.scene, media))


@api(scope="write:media")
async def show(request: web.Request) -> web.Response:
    """Answer one of the person's own pictures."""
    call = await call_of(request)
    media = await call.instance.read(own_media, call.me, path_id(request))
    if media is None:
        raise NotFound
    return answer(uploaded(call.scene, media))


@api(scope="write:media")
async def change(request: web.Request) -> web.Response:
    """Change the words or the focus of one's own picture that is not part of a post yet."""
    call = await call_of(request)
    description = call.parameters.edited("description", max_length=_MAX_DESCRIPTION)
    focus = focus_asked(call.parameters)

    def unit(w: Work) -> Media:
        media = own_media(w, call.me, path_id(request))
        # Once it is part of a post, its words change with the post, so that readers are told.
        if media is None or media.attached:
            raise NotFound
        return describe(
            w, person_id=call.me, media_id=media.id, description=description, focus=focus
        )

    return answer(uploaded(call.scene, await call.instance.work(unit)))


@api(scope="write:media")
async def delete(request: web.Request) -> web.Response:
    """Delete one's own picture that is not part of a post."""
    call = await call_of(request)
    await call.instance.work(delete_own, person_id=call.me, media_id=path_id(request))
    return answer(EMPTY)


def focus_asked(asked: Parameters) -> tuple[float, float] | None:
    """Return the focal point from "x,y", each between -1 and 1. Raises Invalid for nonsense."""
    text = asked.text("focus", max_length=60)
    if text is None:
        return None
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        raise _wrong_focus() from None
    if not (-1 <= x <= 1 and -1 <= y <= 1):
        raise _wrong_focus()
    return x, y


def _wrong_focus() -> Invalid:
    return Invalid(details={"focus": [("ERR_INVALID", say("must be two numbers from -1 to 1"))]})


ROUTES = (
    web.post("/api/v1/media", upload, name="api.media_v1"),
    web.post("/api/v2/media", upload, name="api.media_v2"),
    web.get("/api/v1/media/{id}", show, name="api.media"),
    web.put("/api/v1/media/{id}", change, name="api.media_change"),
    web.delete("/api/v1/media/{id}", delete, name="api.media_delete"),
)
