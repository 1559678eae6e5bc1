"""Live streams over WebSocket, as the clients open them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError
from sqlalchemy import update

from server.access import visitors
from server.access.oauth.tokens import revoke_tokens_of_person
from server.federation.model import Actor
from server.mastodon import streaming
from server.mastodon.streams import stream_named
from server.platform.work import Work
from tests.support.api import Api, Surface, payload
from tests.support.shapes import check

PATH = "/api/v1/streaming"
PATIENCE = 10.0
SILENCE = 0.3


@asynccontextmanager
async def opened(
    surface: Surface, someone: Api, query: str = "", how: str = "header"
) -> AsyncIterator[ClientWebSocketResponse]:
    """Open a socket with the token where `how` says; it listens when this begins."""
    assert someone.token is not None
    wishes: dict[str, Any] = {}
    if how == "header":
        wishes["headers"] = {"Authorization": f"Bearer {someone.token}"}
    elif how == "query":
        query = f"{query}&access_token={someone.token}".lstrip("&")
    else:
        wishes["protocols"] = (someone.token,)
    address = f"{surface.base.rstrip('/')}{PATH}?{query}"
    async with surface.session.ws_connect(address, **wishes) as ws:
        await asked_is_heard(ws)
        yield ws


async def asked_is_heard(ws: ClientWebSocketResponse) -> None:
    """Wait until everything sent before was read: an unknown stream is answered in order."""
    await ws.send_json({"type": "subscribe", "stream": "no such stream"})
    answer = json.loads((await ws.receive(PATIENCE)).data)
    assert answer == {"error": "Unknown stream type", "status": 400}


async def subscribe(ws: ClientWebSocketResponse, stream: str, **more: str) -> None:
    await ws.send_json({"type": "subscribe", "stream": stream, **more})
    await asked_is_heard(ws)


async def told(ws: ClientWebSocketResponse) -> tuple[Any, str, Any]:
    message = await ws.receive(PATIENCE)
    assert message.type is WSMsgType.TEXT, message
    return payload(message.data)


async def is_silent(ws: ClientWebSocketResponse) -> bool:
    try:
        await ws.receive(SILENCE)
    except TimeoutError:
        return True
    return False


@pytest.mark.parametrize("how", ["header", "query", "subprotocol"])
async def test_the_token_comes_in_any_of_three_places(surface: Surface, ann: Api, how: str) -> None:
    async with opened(surface, ann, "stream=user", how) as ws:
        assert ws.protocol == (ann.token if how == "subprotocol" else None)
        post = await ann.publish("x")
        stream, event, status = await told(ws)
        assert (stream, event) == (["user"], "update")
        assert check("Status", status) == post


@pytest.mark.parametrize("query", ["", "access_token=", "access_token=wrong"])
async def test_without_a_good_token_the_handshake_fails(surface: Surface, query: str) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await surface.session.ws_connect(f"{surface.base.rstrip('/')}{PATH}?{query}")
    assert refused.value.status == 401


async def test_a_token_that_may_not_read_opens_no_stream(surface: Surface, ann: Api) -> None:
    writer = await surface.with_scopes(ann, "write")
    address = f"{surface.base.rstrip('/')}{PATH}?access_token={writer.token}"
    with pytest.raises(WSServerHandshakeError) as refused:
        await surface.session.ws_connect(address)
    assert refused.value.status == 403


async def test_without_an_upgrade_it_is_a_bad_request(ann: Api) -> None:
    assert await ann.status_of("GET", PATH) == 400


async def test_the_user_stream_tells_updates_edits_deletes_and_notifications(
    surface: Surface, ann: Api, ben: Api
) -> None:
    await ann.post(f"/api/v1/accounts/{ben.id}/follow")
    async with opened(surface, ann, "stream=user") as ws:
        post = await ben.publish("first")
        assert (await told(ws))[1:] == ("update", await ann.get(f"/api/v1/statuses/{post['id']}"))
        await ben.put(f"/api/v1/statuses/{post['id']}", status="second")
        _, event, status = await told(ws)
        assert (event, status["content"]) == ("status.update", "<p>second</p>")
        boost = await ben.post(f"/api/v1/statuses/{post['id']}/reblog")
        _, event, status = await told(ws)
        assert (event, status["id"], status["reblog"]["id"]) == ("update", boost["id"], post["id"])
        await ben.ask("DELETE", f"/api/v1/statuses/{post['id']}")
        gone = {(await told(ws))[2] for _ in range(2)}
        assert gone == {post["id"], boost["id"]}
        await ben.post(f"/api/v1/accounts/{ann.id}/follow")
        stream, event, notification = await told(ws)
        assert (stream, event) == (["user"], "notification")
        assert check("Notification", notification)["type"] == "follow"


async def test_the_notification_stream_tells_nothing_else(
    surface: Surface, ann: Api, ben: Api
) -> None:
    async with opened(surface, ann, "stream=user:notification") as ws:
        await ann.publish("x")
        await ben.publish("@ann hello")
        stream, event, notification = await told(ws)
        assert (stream, event) == (["user:notification"], "notification")
        assert notification["type"] == "mention"


async def test_one_socket_carries_many_streams_until_they_are_given_up(
    surface: Surface, ann: Api, ben: Api
) -> None:
    async with opened(surface, ann) as ws:
        await subscribe(ws, "user")
        await subscribe(ws, "public:local")
        await ann.publish("x")
        streams = sorted([(await told(ws))[0], (await told(ws))[0]])
        assert streams == [["public:local"], ["user"]]
        await ws.send_json({"type": "unsubscribe", "stream": "public:local"})
        await asked_is_heard(ws)
        await ben.publish("not for ann's home")
        assert await is_silent(ws)


async def test_a_hashtag_is_told_under_the_name_that_was_asked(surface: Surface, ann: Api) -> None:
    async with opened(surface, ann) as ws:
        await subscribe(ws, "hashtag", tag="Work")
        await subscribe(ws, "hashtag:local", tag="work")
        await subscribe(ws, "hashtag", tag="work")
        await ann.publish("come #WORK")
        streams = sorted([(await told(ws))[0] for _ in range(3)])
        assert streams == [["hashtag", "Work"], ["hashtag", "work"], ["hashtag:local", "work"]]
        await ws.send_json({"type": "unsubscribe", "stream": "hashtag", "tag": "work"})
        await asked_is_heard(ws)
        await ann.publish("come again #work")
        streams = sorted([(await told(ws))[0] for _ in range(2)])
        assert streams == [["hashtag", "Work"], ["hashtag:local", "work"]]


async def test_public_streams_tell_what_the_public_timeline_shows(
    surface: Surface, ann: Api, ben: Api
) -> None:
    async with opened(surface, ben, "stream=public") as ws:
        for visibility in ("unlisted", "private"):
            await ann.publish("x", visibility=visibility)
        await ann.publish("x", local_only=True)
        post = await ann.publish("public")
        await ann.publish("answer", in_reply_to_id=post["id"])
        stream, event, status = await told(ws)
        assert (stream, event, status["id"]) == (["public"], "update", post["id"])
        secret = await ann.publish("x", visibility="private")
        await ann.ask("DELETE", f"/api/v1/statuses/{secret['id']}")
        assert await is_silent(ws)
        await ann.ask("DELETE", f"/api/v1/statuses/{post['id']}")
        assert (await told(ws))[1:] == ("delete", post["id"])


async def test_posts_of_blocked_people_do_not_reach_a_public_stream(
    surface: Surface, ann: Api, ben: Api
) -> None:
    await ben.post(f"/api/v1/accounts/{ann.id}/block")
    async with opened(surface, ben, "stream=public") as ws:
        await ann.publish("x")
        assert await is_silent(ws)


async def test_nonsense_on_a_socket_is_answered_and_the_socket_stays(
    surface: Surface, ann: Api
) -> None:
    async with opened(surface, ann) as ws:
        for nonsense in ("", "[]", "{", "null", '"x"'):
            await ws.send_str(nonsense)
            assert json.loads((await ws.receive(PATIENCE)).data)["status"] == 400
        for wrong in (
            {"type": "subscribe"}, {"type": "subscribe", "stream": "hashtag"},
            {"type": "subscribe", "stream": ["user"]}, {"type": "subscribe", "stream": "list"},
            {"stream": {"a": 1}},
        ):  # fmt: skip
            await ws.send_json(wrong)
            assert json.loads((await ws.receive(PATIENCE)).data)["status"] == 400
        await ws.send_bytes(b"\x00")
        await subscribe(ws, "user")
        await ann.publish("x")
        assert (await told(ws))[1] == "update"


async def test_a_socket_has_fifty_streams_at_most(surface: Surface, ann: Api) -> None:
    async with opened(surface, ann) as ws:
        for number in range(51):
            await ws.send_json({"type": "subscribe", "stream": "hashtag", "tag": f"t{number}"})
        assert json.loads((await ws.receive(PATIENCE)).data)["status"] == 429


async def test_a_message_that_is_too_long_ends_the_socket(surface: Surface, ann: Api) -> None:
    async with opened(surface, ann) as ws:
        await ws.send_str("x" * 5_000)
        message = await ws.receive(PATIENCE)
        assert message.type in {WSMsgType.CLOSE, WSMsgType.CLOSED}


async def test_a_revoked_token_ends_its_socket_at_once(surface: Surface, ann: Api) -> None:
    async with opened(surface, ann, "stream=user") as ws:
        await surface.instance.work(revoke_tokens_of_person, ann.id)
        message = await ws.receive(PATIENCE)
        assert message.type in {WSMsgType.CLOSE, WSMsgType.CLOSED}


async def test_a_right_that_ended_elsewhere_is_noticed_on_a_busy_stream(
    surface: Surface, ann: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process ended it, so nothing is announced here: the stream asks by itself."""

    def suspend(w: Work) -> None:
        w.session.execute(update(Actor).where(Actor.id == ann.id).values(suspended_at=w.now))

    ben = await surface.person("ben")
    # What a token stands for is believed for five seconds otherwise.
    monkeypatch.setattr(visitors, "REMEMBERED", timedelta(0))
    async with opened(surface, ann, "stream=public") as ws:
        await surface.instance.work(suspend)
        monkeypatch.setattr(streaming, "_RECHECK_SECONDS", 0)
        await ben.publish("x")
        message = await ws.receive(PATIENCE)
        assert message.type in {WSMsgType.CLOSE, WSMsgType.CLOSED}


async def test_a_stop_of_the_server_ends_sockets(surface: Surface, ann: Api) -> None:
    async with opened(surface, ann, "stream=user") as ws:
        surface.instance.live.end_all()
        message = await ws.receive(PATIENCE)
        assert (message.type, message.data) == (WSMsgType.CLOSE, 1001)


async def test_a_closed_socket_leaves_nothing_behind(surface: Surface, ann: Api) -> None:
    before = len(surface.instance.live._listeners)
    async with opened(surface, ann, "stream=user"):
        assert len(surface.instance.live._listeners) > before
    for _ in range(100):
        if len(surface.instance.live._listeners) == before:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the listener of a closed socket stays")


@pytest.mark.parametrize("name", ["user", "socket"])
async def test_a_reader_who_goes_away_leaves_nothing_and_is_not_logged(
    surface: Surface,
    ann: Api,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setattr(streaming, "_THUMP_SECONDS", 0.05)
    before = len(surface.instance.live._listeners)
    if name == "socket":
        async with opened(surface, ann, "stream=user") as ws:
            assert ws._response.connection is not None
            assert ws._response.connection.transport is not None
            ws._response.connection.transport.abort()
    else:
        address = f"{surface.base.rstrip('/')}{PATH}/{name}?access_token={ann.token}"
        answer = await surface.session.get(address)
        answer.close()
    for _ in range(200):
        await ann.publish("x")
        if len(surface.instance.live._listeners) == before:
            break
        await asyncio.sleep(0.02)
    assert len(surface.instance.live._listeners) == before
    assert "Error handling request" not in caplog.text


async def test_the_health_of_streaming_is_plain_text(surface: Surface) -> None:
    async with surface.session.get(f"{surface.base.rstrip('/')}{PATH}/health") as answer:
        assert (answer.status, await answer.text()) == (200, "OK")
        assert answer.content_type == "text/plain"


@pytest.mark.parametrize(
    ("name", "tag", "channel"),
    [
        ("user", "", "user:7"),
        ("user:notification", "", "user:notification:7"),
        ("public:remote:media", "", "public:remote:media"),
        ("direct", "", "direct:7"),
        ("hashtag", "#Straße", "hashtag:strasse"),
        ("hashtag:local", "a", "hashtag:local:a"),
        ("hashtag", " ", None),
        ("user:8", "", None),
        ("list", "", None),
        ("", "", None),
    ],
)
def test_streams_are_named_as_mastodon_names_them(name: str, tag: str, channel: str | None) -> None:
    found = stream_named(name, person_id=7, tag=tag)
    assert (found.channel if found else None) == channel
