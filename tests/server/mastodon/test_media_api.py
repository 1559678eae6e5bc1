"""Uploading pictures through the API."""

import io
from typing import Any

import aiohttp
import pytest
from PIL import Image

from tests.support.api import Api, Surface
from tests.support.pictures import picture, picture_with_place
from tests.support.shapes import check


async def send(someone: Api, content: bytes, version: str = "v2", **more: str) -> Any:
    form = aiohttp.FormData()
    form.add_field("file", io.BytesIO(content), filename="a.jpg", content_type="image/jpeg")
    for name, value in more.items():
        form.add_field(name, value)
    return await someone.ask("POST", f"/api/{version}/media", data=form)


@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_a_picture_is_complete_in_the_answer(ann: Api, version: str) -> None:
    answer = await send(ann, picture(), version, description="a field", focus="0.25,-1")
    shown = check("MediaAttachment", answer.json)
    assert (answer.status, shown["type"], shown["description"]) == (200, "image", "a field")
    assert shown["meta"]["original"] == {
        "width": 320, "height": 200, "size": "320x200", "aspect": 1.6,
    }  # fmt: skip
    assert shown["meta"]["focus"] == {"x": 0.25, "y": -1.0}
    assert shown["blurhash"]
    assert await ann.shown("MediaAttachment", f"/api/v1/media/{shown['id']}") == shown


async def test_the_files_are_served_to_any_origin_without_what_the_camera_wrote(
    surface: Surface, ann: Api
) -> None:
    shown = (await send(ann, picture_with_place())).json
    for name in ("url", "preview_url"):
        path = shown[name].removeprefix("https://ours.example")
        async with surface.session.get(surface.base.rstrip("/") + path) as answer:
            assert answer.status == 200
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert not Image.open(io.BytesIO(await answer.read())).getexif()


async def test_words_and_focus_change_until_the_picture_is_posted(ann: Api, ben: Api) -> None:
    media = (await send(ann, picture())).json
    path = f"/api/v1/media/{media['id']}"
    changed = check("MediaAttachment", await ann.put(path, description="now", focus="1,0.5"))
    assert (changed["description"], changed["meta"]["focus"]) == ("now", {"x": 1.0, "y": 0.5})
    answer = await ann.ask("PUT", path, data={"description": "as a form"})
    assert answer.json["description"] == "as a form"
    assert answer.json["meta"]["focus"] == {"x": 1.0, "y": 0.5}
    assert (await ann.put(path, description=""))["description"] is None
    assert await ben.status_of("PUT", path, json={"description": "theirs"}) == 404
    await ann.publish("", media_ids=[media["id"]])
    assert await ann.status_of("PUT", path, json={"description": "late"}) == 404


async def test_a_picture_is_its_uploaders_alone(surface: Surface, ann: Api, ben: Api) -> None:
    path = f"/api/v1/media/{(await send(ann, picture())).json['id']}"
    for method in ("GET", "DELETE"):
        assert await ben.status_of(method, path) == 404
        assert await surface.nobody.status_of(method, path) == 401
    assert await ann.status_of("GET", path) == 200


async def test_a_picture_that_is_not_posted_can_be_deleted(ann: Api) -> None:
    path = f"/api/v1/media/{(await send(ann, picture())).json['id']}"
    answer = await ann.ask("DELETE", path)
    assert (answer.status, answer.json) == (200, {})
    assert await ann.status_of("GET", path) == 404
    posted = (await send(ann, picture())).json["id"]
    await ann.publish("", media_ids=[posted])
    assert await ann.status_of("DELETE", f"/api/v1/media/{posted}") == 422


@pytest.mark.parametrize(
    "content", [b"", b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a\x00"]
)
async def test_what_is_no_picture_is_refused(ann: Api, content: bytes) -> None:
    assert (await send(ann, content)).status == 422


@pytest.mark.parametrize(
    "more",
    [
        {"focus": "1"},
        {"focus": "a,b"},
        {"focus": "2,0"},
        {"focus": "nan,0"},
        {"description": "x" * 1_501},
    ],
)
async def test_wrong_words_about_a_picture_are_refused(ann: Api, more: dict[str, str]) -> None:
    assert (await send(ann, picture(), **more)).status == 422


async def test_an_upload_needs_a_file_a_token_and_its_scope(surface: Surface, ann: Api) -> None:
    for path in ("/api/v1/media", "/api/v2/media"):
        assert await ann.status_of("POST", path) == 422
        assert await ann.status_of("POST", path, data={"file": "text"}) == 422
        assert await ann.status_of("POST", path, json={"file": {"a": 1}}) == 422
        assert await surface.nobody.status_of("POST", path) == 401
        client = await surface.with_scopes(ann, "write:statuses")
        assert await client.status_of("POST", path) == 403


async def test_a_file_beyond_the_limit_is_refused(surface: Surface, ann: Api) -> None:
    most = surface.instance.settings.media.max_image_bytes
    assert (await send(ann, b"\xff\xd8" + bytes(most))).status == 413


@pytest.mark.parametrize("wrong", ["abc", "1", "9" * 30])
async def test_there_is_no_picture_with_a_wrong_id(ann: Api, wrong: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        assert await ann.status_of(method, f"/api/v1/media/{wrong}") == 404
