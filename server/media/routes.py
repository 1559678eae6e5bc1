"""Serving pictures: never as anything a browser could run, never as an ActivityPub document."""

from pathlib import Path

from aiohttp import hdrs, web

from server.media.remote import RemotePictures, unpacked
from server.media.store import FileStore
from server.platform.errors import NotFound
from server.platform.http.decorators import plain
from server.platform.instance import instance_of

_TYPES = {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}
_HEADERS = {
    hdrs.CACHE_CONTROL: "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Disposition": "inline",
}


@plain(cross_origin=True)
async def stored(request: web.Request) -> web.StreamResponse:
    """Answer an uploaded picture by its unguessable name; ranges are understood."""
    path = instance_of(request).part(FileStore).path_of(request.match_info["name"])
    if path is None or not path.is_file():
        raise NotFound
    return _answer(path)


@plain(cross_origin=True)
async def remote(request: web.Request) -> web.StreamResponse:
    """Answer a picture of another server, through our own cache."""
    instance = instance_of(request)
    url = unpacked(instance.vault, request.match_info["mark"], request.match_info["packed"])
    return _answer(await instance.part(RemotePictures).picture(instance, url))


def _answer(path: Path) -> web.FileResponse:
    extension = path.suffix.removeprefix(".")
    return web.FileResponse(
        path,
        headers={**_HEADERS, hdrs.CONTENT_TYPE: _TYPES.get(extension, "application/octet-stream")},
    )


ROUTES = (
    web.get("/media/remote/{mark}/{packed}", remote, name="media.remote"),
    web.get("/media/{name}", stored, name="media.stored"),
)
