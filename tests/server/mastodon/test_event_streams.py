"""Live streams as server-sent events: what Mastodon.py opens."""

import asyncio
import json
from typing import Any

import pytest

from server.access.oauth.tokens import revoke_tokens_of_person
from server.mastodon import streaming
from tests.support.api import Api, Surface

PATH = "/api/v1/streaming"
PATIENCE = 10.0


async def event_of(content: Any) -> tuple[str, str]:
    """Return the next event and its data; comments are passed over."""
    name = data = ""
    while True:
        line = (await asyncio.wait_for(content.readline(), PATIENCE)).decode().rstrip("\n")
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data = line.removeprefix("data: ")
        elif not line and name:
            return name, data


@pytest.mark.parametrize(
    "name", ["user", "public", "public/local", "hashtag?tag=Work", "hashtag/local?tag=work"]
)
async def test_server_sent_events_carry_the_same(surface: Surface, ann: Api, name: str) -> None:
    async with surface.session.get(
        f"{surface.base.rstrip('/')}{PATH}/{name}",
        headers={"Authorization": f"Bearer {ann.token}"},
    ) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/event-stream"
        assert answer.headers["X-Accel-Buffering"] == "no"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Content-Encoding" not in answer.headers
        post = await ann.publish("#work")
        event, data = await event_of(answer.content)
        assert (event, json.loads(data)["id"]) == ("update", post["id"])
        await ann.ask("DELETE", f"/api/v1/statuses/{post['id']}")
        assert await event_of(answer.content) == ("delete", post["id"])


async def test_notifications_come_as_server_sent_events(
    surface: Surface, ann: Api, ben: Api
) -> None:
    address = f"{surface.base.rstrip('/')}{PATH}/user/notification?access_token={ann.token}"
    async with surface.session.get(address) as answer:
        await ben.publish("@ann hello")
        event, data = await event_of(answer.content)
        assert (event, json.loads(data)["type"]) == ("notification", "mention")


async def test_the_tag_of_an_event_stream_may_come_in_a_form(surface: Surface, ann: Api) -> None:
    async with surface.session.request(
        "GET",
        f"{surface.base.rstrip('/')}{PATH}/hashtag",
        data={"tag": "work"},
        headers={"Authorization": f"Bearer {ann.token}"},
    ) as answer:
        assert answer.status == 200
        await ann.publish("#work")
        assert (await event_of(answer.content))[0] == "update"


async def test_a_quiet_event_stream_thumps(
    surface: Surface, ann: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "_THUMP_SECONDS", 0.05)
    address = f"{surface.base.rstrip('/')}{PATH}/user?access_token={ann.token}"
    async with surface.session.get(address) as answer:
        lines = [await asyncio.wait_for(answer.content.readline(), PATIENCE) for _ in range(4)]
        assert b":thump\n" in lines


async def test_a_revoked_token_ends_its_event_stream(surface: Surface, ann: Api) -> None:
    address = f"{surface.base.rstrip('/')}{PATH}/user?access_token={ann.token}"
    async with surface.session.get(address) as answer:
        await surface.instance.work(revoke_tokens_of_person, ann.id)
        assert b"event" not in await asyncio.wait_for(answer.content.read(), PATIENCE)


@pytest.mark.parametrize(
    ("name", "status"), [("nothing", 400), ("hashtag", 400), ("list?list=1", 400)]
)
async def test_an_unknown_event_stream_is_refused(ann: Api, name: str, status: int) -> None:
    assert await ann.status_of("GET", f"{PATH}/{name}") == status


async def test_streams_do_not_answer_head(ann: Api) -> None:
    assert await ann.status_of("HEAD", f"{PATH}/user") == 405
