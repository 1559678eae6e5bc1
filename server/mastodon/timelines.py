"""Timelines and markers. Source: Mastodon's API, "timelines API methods" and "markers"."""

from collections.abc import Callable, Sequence

from aiohttp import web

from server.mastodon.calls import Call, answer, call_of
from server.mastodon.entities.scene import Entity, moment
from server.mastodon.entities.status import statuses
from server.mastodon.entities.tag import tag
from server.platform.errors import NotFound
from server.platform.http.decorators import api
from server.platform.http.paging import page_asked, page_links
from server.platform.linkify import tag_key
from server.platform.work import Reading
from server.posts.loading import post_rows
from server.posts.rows import PostRow
from server.timelines import queries as timelines
from server.timelines.model import Marker
from server.timelines.queries import PublicWish
from server.timelines.service import MARKED, set_markers

_MAX_TAG = 100


async def answer_page(call: Call, ids_of: Callable[[Reading], list[int]]) -> web.Response:
    """Answer a page of posts; the Link header goes by the ids asked, seen or not."""

    def unit(r: Reading) -> tuple[list[int], list[PostRow]]:
        ids = ids_of(r)
        return ids, post_rows(r, call.viewer, ids)

    ids, rows = await call.instance.read(unit)
    limit = page_asked(call.parameters).limit
    links = page_links(call.request, ids, limit)
    return answer(statuses(call.scene, rows), headers=links)


@api(scope="read:statuses")
async def home(request: web.Request) -> web.Response:
    """Answer the person's home."""
    call = await call_of(request)
    page = page_asked(call.parameters)
    return await answer_page(call, lambda r: timelines.home(r, call.viewer, page))


@api(scope="read:statuses", needs="nobody")
async def public(request: web.Request) -> web.Response:
    """Answer the public timeline, all of it or one side."""
    call = await call_of(request)
    page, wish = page_asked(call.parameters), _wish(call)
    return await answer_page(call, lambda r: timelines.public(r, call.viewer, wish, page))


@api(scope="read:statuses", needs="nobody")
async def hashtag(request: web.Request) -> web.Response:
    """Answer public posts with a hashtag; an unknown one is an empty list."""
    call = await call_of(request)
    page, wish = page_asked(call.parameters), _wish(call)
    name = _tag_named(request)
    also = [
        call.parameters.texts(group, most=8, max_length=_MAX_TAG)
        for group in ("any", "all", "none")
    ]
    return await answer_page(
        call, lambda r: timelines.hashtag(r, call.viewer, name, page, wish, also=also)
    )


@api(scope="read", needs="nobody")
async def show_tag(request: web.Request) -> web.Response:
    """Answer a hashtag and its last days; one that nobody used yet has seven empty days."""
    call = await call_of(request)
    name = tag_key(_tag_named(request))
    history = await call.instance.read(timelines.tag_history, call.viewer, name)
    return answer(tag(call.scene, name, history))


def _tag_named(request: web.Request) -> str:
    """Return the hashtag of the path. Raises NotFound for what cannot be one."""
    name = request.match_info["name"].lstrip("#")
    if not name or len(name) > _MAX_TAG or not name.isprintable():
        raise NotFound
    return name


def _wish(call: Call) -> PublicWish:
    asked = call.parameters
    return PublicWish(
        local_only=asked.flag("local"),
        remote_only=asked.flag("remote"),
        only_media=asked.flag("only_media"),
    )


@api(scope="read:statuses")
async def markers(request: web.Request) -> web.Response:
    """Answer how far the person has read; timelines never marked are left out."""
    call = await call_of(request)
    wanted = [name for name in call.parameters.texts("timeline") if name in MARKED]
    return answer(_markers(await call.instance.read(timelines.markers, call.me, wanted)))


@api(scope="write:statuses")
async def save_markers(request: web.Request) -> web.Response:
    """Remember how far the person has read."""
    call = await call_of(request)
    last_read: dict[str, int] = {}
    for name in MARKED:
        part = call.parameters.part(name)
        if part is not None and (read := part.id("last_read_id")) is not None:
            last_read[name] = read
    return answer(_markers(await call.instance.work(set_markers, call.me, last_read)))


def _markers(found: Sequence[Marker]) -> Entity:
    return {
        marker.timeline: {
            "last_read_id": str(marker.last_read_id),
            "version": marker.version,
            "updated_at": moment(marker.updated_at),
        }
        for marker in found
    }


ROUTES = (
    web.get("/api/v1/timelines/home", home, name="api.home"),
    web.get("/api/v1/timelines/public", public, name="api.public"),
    web.get("/api/v1/timelines/tag/{name}", hashtag, name="api.hashtag"),
    web.get("/api/v1/tags/{name}", show_tag, name="api.tag"),
    web.get("/api/v1/markers", markers, name="api.markers"),
    web.post("/api/v1/markers", save_markers, name="api.save_markers"),
)
