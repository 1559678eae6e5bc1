"""Filters of both versions: kept, shown, refused, and found in posts, notifications and streams."""

import asyncio
import json
from typing import Any

import pytest

from server.timelines.privacy import erase, export
from tests.support.api import Api, Surface

V2 = "/api/v2/filters"


async def make(api: Api, *words: str, **more: Any) -> Any:
    return await api.post(
        V2,
        **{
            "title": "Words", "context": ["home", "notifications"],
            "keywords_attributes": [{"keyword": w, "whole_word": True} for w in words], **more,
        },
    )  # fmt: skip


async def test_a_filter_is_made_changed_and_deleted(ann: Api) -> None:
    made = await make(ann, "rain", "#snow", expires_in=3600)
    assert made["title"] == "Words"
    assert made["context"] == ["home", "notifications"]
    assert made["filter_action"] == "warn"
    assert made["expires_at"] == "2026-11-23T13:00:00.000Z"
    assert [one["keyword"] for one in made["keywords"]] == ["rain", "#snow"]
    assert made["statuses"] == []

    first, second = made["keywords"]
    path = f"{V2}/{made['id']}"
    changed = await ann.put(
        path, title="Weather", filter_action="hide", expires_in="",
        keywords_attributes=[
            {"id": first["id"], "_destroy": True},
            {"id": second["id"], "keyword": "sleet"},
            {"keyword": "hail", "whole_word": False},
        ],
    )  # fmt: skip
    assert changed["title"] == "Weather"
    assert changed["filter_action"] == "hide"
    assert changed["expires_at"] is None
    assert [(one["keyword"], one["whole_word"]) for one in changed["keywords"]] == [
        ("sleet", True), ("hail", False),
    ]  # fmt: skip
    assert await ann.get(path) == changed
    assert await ann.get(V2) == [changed]
    assert await ann.delete(path) == {}
    assert await ann.get(V2) == []


async def test_keywords_have_addresses_of_their_own(ann: Api) -> None:
    made = await make(ann)
    added = await ann.post(f"{V2}/{made['id']}/keywords", keyword="rain", whole_word=False)
    path = f"{V2}/keywords/{added['id']}"
    assert await ann.get(path) == added
    changed = await ann.put(path, keyword="hail", whole_word=True)
    assert changed == {"id": added["id"], "keyword": "hail", "whole_word": True}
    assert await ann.get(f"{V2}/{made['id']}/keywords") == [changed]
    assert await ann.delete(path) == {}
    assert await ann.get(f"{V2}/{made['id']}/keywords") == []


async def test_single_posts_are_filtered(ann: Api, ben: Api) -> None:
    post = await ben.publish("Nothing special")
    made = await make(ann)
    path = f"{V2}/{made['id']}/statuses"
    added = await ann.post(path, status_id=post["id"])
    assert added["status_id"] == post["id"]
    assert await ann.post(path, status_id=post["id"]) == added
    assert await ann.get(path) == [added]
    assert await ann.get(f"{V2}/statuses/{added['id']}") == added
    (found,) = (await ann.get(f"/api/v1/statuses/{post['id']}"))["filtered"]
    assert found["status_matches"] == [post["id"]]
    assert found["keyword_matches"] is None
    assert await ann.delete(f"{V2}/statuses/{added['id']}") == added
    assert (await ann.get(f"/api/v1/statuses/{post['id']}"))["filtered"] == []
    assert await ann.status_of("POST", path, json={"status_id": "1"}) == 404
    assert await ann.status_of("POST", path, json={}) == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"context": []},
        {"context": ["nowhere"]},
        {"filter_action": "burn"},
        {"expires_in": -5},
        {"keywords_attributes": [{"keyword": " "}]},
        {"keywords_attributes": [{"keyword": "x" * 201}]},
    ],
)
async def test_an_unsound_filter_is_refused_and_leaves_nothing(ann: Api, wrong: Any) -> None:
    body = {"title": "Words", "context": ["home"], **wrong}
    assert await ann.status_of("POST", V2, json=body) == 422
    assert await ann.get(V2) == []


async def test_filters_of_others_do_not_exist(ann: Api, ben: Api) -> None:
    made = await make(ann, "rain")
    word = made["keywords"][0]["id"]
    for method, path in (
        ("GET", f"{V2}/{made['id']}"),
        ("PUT", f"{V2}/{made['id']}"),
        ("DELETE", f"{V2}/{made['id']}"),
        ("GET", f"{V2}/{made['id']}/keywords"),
        ("POST", f"{V2}/{made['id']}/keywords"),
        ("GET", f"{V2}/keywords/{word}"),
        ("PUT", f"{V2}/keywords/{word}"),
        ("DELETE", f"{V2}/keywords/{word}"),
        ("GET", f"{V2}/{made['id']}/statuses"),
        ("GET", f"/api/v1/filters/{word}"),
        ("PUT", f"/api/v1/filters/{word}"),
        ("DELETE", f"/api/v1/filters/{word}"),
    ):
        assert await ben.status_of(method, path, json={"keyword": "x"}) == 404, (method, path)
    assert await ben.get(V2) == []
    own = await make(ben, "snow")
    stolen = [{"id": word, "_destroy": True}]
    path = f"{V2}/{own['id']}"
    assert await ben.status_of("PUT", path, json={"keywords_attributes": stolen}) == 404
    assert len((await ann.get(f"{V2}/{made['id']}"))["keywords"]) == 1


async def test_posts_say_what_was_found_for_whom(surface: Surface, ann: Api, ben: Api) -> None:
    await make(ann, "rain")
    post = await ben.publish("Rain tomorrow")
    other = await ben.publish("A brainy day")
    shown = await ann.get(f"/api/v1/statuses/{post['id']}")
    (found,) = shown["filtered"]
    assert found["filter"]["title"] == "Words"
    assert "keywords" not in found["filter"]
    assert found["keyword_matches"] == ["rain"]
    assert (await ann.get(f"/api/v1/statuses/{other['id']}"))["filtered"] == []
    assert (await ben.get(f"/api/v1/statuses/{post['id']}"))["filtered"] == []
    assert "filtered" not in await surface.nobody.get(f"/api/v1/statuses/{post['id']}")
    boost = await ben.post(f"/api/v1/statuses/{post['id']}/reblog")
    seen = await ann.get(f"/api/v1/statuses/{boost['id']}")
    assert seen["filtered"] == seen["reblog"]["filtered"] != []


async def test_a_filter_ends_with_its_term(surface: Surface, ann: Api, ben: Api) -> None:
    await make(ann, "rain", expires_in=600)
    post = await ben.publish("Rain tomorrow")
    path = f"/api/v1/statuses/{post['id']}"
    assert (await ann.get(path))["filtered"]
    surface.later(minutes=11)
    assert (await ann.get(path))["filtered"] == []
    assert len(await ann.get(V2)) == 1


@pytest.mark.parametrize(("action", "seen"), [("warn", 1), ("hide", 0)])
async def test_hiding_leaves_notifications_out_and_nothing_else(
    ann: Api, ben: Api, action: str, seen: int
) -> None:
    await make(ann, "rain", filter_action=action)
    post = await ben.publish("Rain for @ann")
    assert len(await ann.get("/api/v1/notifications")) == seen
    assert await ann.status_of("GET", f"/api/v1/statuses/{post['id']}") == 200
    assert post["id"] in await ann.ids("/api/v1/timelines/public", local="true")


async def test_streams_tell_of_changes_and_show_what_was_found(ann: Api, ben: Api) -> None:
    headers = {"Authorization": f"Bearer {ann.token}"}
    url = f"{ann.base}api/v1/streaming?stream=public"
    async with ann.session.ws_connect(url, headers=headers) as ws:
        await ws.send_json({"type": "subscribe", "stream": "user"})
        await asyncio.sleep(0.2)
        await make(ann, "rain")
        changed = json.loads((await ws.receive(timeout=10)).data)
        assert changed == {"stream": ["user"], "event": "filters_changed"}
        await ben.publish("Rain tomorrow")
        told = json.loads((await ws.receive(timeout=10)).data)
        assert json.loads(told["payload"])["filtered"][0]["keyword_matches"] == ["rain"]


async def test_version_one_shows_each_keyword_as_a_filter(ann: Api) -> None:
    path = "/api/v1/filters"
    made = await ann.post(
        path, phrase="rain", context=["home"], irreversible=True, whole_word=True, expires_in=60
    )
    assert made["phrase"] == "rain"
    assert made["irreversible"] is True
    assert made["whole_word"] is True
    assert made["context"] == ["home"]
    assert await ann.get(path) == [made]
    one = f"{path}/{made['id']}"
    changed = await ann.put(one, phrase="hail", context=["public"], irreversible=False)
    assert (changed["phrase"], changed["context"], changed["irreversible"]) == (
        "hail", ["public"], False,
    )  # fmt: skip
    assert await ann.get(one) == changed
    assert await ann.delete(one) == {}
    assert await ann.get(V2) == []
    assert await ann.status_of("POST", path, json={"phrase": "", "context": ["home"]}) == 422


async def test_version_one_does_not_change_what_several_words_share(ann: Api) -> None:
    made = await make(ann, "rain", "hail")
    one = f"/api/v1/filters/{made['keywords'][0]['id']}"
    assert await ann.status_of("PUT", one, json={"phrase": "rain", "context": ["public"]}) == 422
    same = ["home", "notifications"]
    assert (await ann.put(one, phrase="sleet", context=same))["phrase"] == "sleet"
    assert await ann.delete(one) == {}
    assert [word["keyword"] for word in (await ann.get(V2))[0]["keywords"]] == ["hail"]


async def test_filters_are_exported_and_erased(surface: Surface, ann: Api) -> None:
    await make(ann, "rain")
    (found,) = (await surface.instance.read(export, ann.id))["filters"]
    assert found["words"] == ["rain"]
    await surface.instance.work(erase, ann.id)
    assert (await surface.instance.read(export, ann.id))["filters"] == []
