"""Pictures of other servers come through us: fetched once, re-encoded, and only those we named."""

import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from server.media.remote import remote_address
from server.platform.instance import Instance


@pytest.fixture
async def elsewhere() -> AsyncIterator[dict[str, Any]]:
    """Give a website with a picture, a page and how often each was asked for."""
    drawn = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(drawn, "PNG")
    asked: dict[str, Any] = {}

    async def answer(request: web.Request) -> web.Response:
        asked[request.path] = asked.get(request.path, 0) + 1
        if request.path == "/face.png":
            return web.Response(body=drawn.getvalue(), content_type="image/png")
        return web.Response(text="no picture", status=200 if request.path == "/page" else 404)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        asked["address"] = str(server.make_url("/")).rstrip("/")
        yield asked


def path_of(instance: Instance, url: str) -> str:
    return remote_address(instance.site, instance.vault, url).removeprefix(instance.site.base_url)


async def test_a_remote_picture_is_fetched_once_and_served_as_our_own(
    instance: Instance, site_client: TestClient[Any, Any], elsewhere: dict[str, Any]
) -> None:
    path = path_of(instance, elsewhere["address"] + "/face.png")

    for _ in range(2):
        async with site_client.get(path) as answer:
            assert answer.status == 200
            assert answer.content_type in {"image/png", "image/jpeg"}
            assert Image.open(io.BytesIO(await answer.read())).size == (40, 20)

    assert elsewhere["/face.png"] == 1


@pytest.mark.parametrize("path", ["/page", "/nothing"])
async def test_what_is_no_picture_is_not_found(
    instance: Instance,
    site_client: TestClient[Any, Any],
    elsewhere: dict[str, Any],
    path: str,
) -> None:
    async with site_client.get(path_of(instance, elsewhere["address"] + path)) as answer:
        assert answer.status == 404


async def test_addresses_inside_the_house_or_not_named_by_us_are_never_fetched(
    instance: Instance, site_client: TestClient[Any, Any], elsewhere: dict[str, Any]
) -> None:
    inside = path_of(instance, "http://10.0.0.1/face.png")
    named = path_of(instance, elsewhere["address"] + "/face.png")
    mark, packed = named.split("/")[-2:]

    for path in (inside, named.replace(mark, "0" * 32), f"/media/remote/{mark}/{packed}xx"):
        async with site_client.get(path) as answer:
            assert answer.status == 404
    assert "/face.png" not in elsewhere
