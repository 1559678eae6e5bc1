"""Live streams over WebSocket and server-sent events. Source: "Streaming API".

The hub tells what happened to which id; each stream reads what its own viewer may see, so that
nothing private ever stands in a shared message. A stream ends when its token does.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import orjson
from aiohttp import WSCloseCode, WSMsgType, web

from server.mastodon.calls import Call, call_of
from server.mastodon.conversations import entity as conversation_entity
from server.mastodon.entities.scene import Entity
from server.mastodon.entities.status import status
from server.mastodon.notifications import entities as notification_entities
from server.mastodon.streams import Stream, stream_named
from server.messages.queries import conversation
from server.notifications import queries as notifications
from server.platform.errors import BadRequest, NotFound
from server.platform.http.decorators import api, plain
from server.platform.http.middleware import VISITOR_SOURCE
from server.platform.i18n import say
from server.platform.ids import parsed_id
from server.platform.live import Listener, LiveMessage
from server.platform.work import Reading
from server.posts.loading import post_row
from server.timelines.filters.shelf import filters_for
from server.timelines.lists.queries import lists_of

_PING_SECONDS: Final = 30
_THUMP_SECONDS: Final = 15
_RECHECK_SECONDS: Final = 60
_MAX_MESSAGE: Final = 4_096
_MAX_STREAMS: Final = 50
_FILTERS_CHANGED: Final = "filters_changed"
_UNKNOWN: Final = {"error": "Unknown stream type", "status": 400}


class Subscriptions:
    """What one connection listens to: hub channels, and the names its client knows them by."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.listener = Listener()
        self._streams: set[Stream] = set()
        self._asked_at = _now()
        self._token = f"token:{call.visitor.token_id}"
        call.instance.live.subscribe(self.listener, self._token)

    def add(self, stream: Stream) -> bool:
        """Listen to a stream; False when there are too many already."""
        if len(self._streams) >= _MAX_STREAMS:
            return False
        self._streams.add(stream)
        self.call.instance.live.subscribe(self.listener, stream.channel)
        return True

    def remove(self, stream: Stream) -> None:
        """Stop listening to a stream."""
        self._streams.discard(stream)
        if all(one.channel != stream.channel for one in self._streams):
            self.call.instance.live.unsubscribe(self.listener, stream.channel)

    def leave(self) -> None:
        """Stop listening to everything."""
        self.call.instance.live.leave(self.listener)

    async def next(self, *, within: float) -> LiveMessage | None:
        """Return the next message, or None when there is none for a while."""
        try:
            async with asyncio.timeout(within):
                return await self.listener.waiting.get()
        except TimeoutError:
            return None

    def is_over(self, message: LiveMessage | None) -> bool:
        """Tell whether to end: the server stops, the token ended, or the reader is too slow."""
        if self.listener.overflowed:
            return True
        return message is not None and (message.what == "stop" or message.channel == self._token)

    async def events_of(self, message: LiveMessage) -> Sequence[Mapping[str, Any]]:
        """Return the events for the client, one for each stream; none of what it may not see.

        Two spellings of a hashtag are two streams on one channel: clients wait for their own.
        """
        listening = [one for one in self._streams if one.channel == message.channel]
        if message.what == _FILTERS_CHANGED:
            self.call = replace(
                self.call, filters=await filters_for(self.call.instance, self.call.me)
            )
            return [{"stream": list(one.names), "event": message.what} for one in listening]
        payload = await _payload(self.call, message) if listening else None
        if payload is None:
            return []
        return [
            {"stream": list(one.names), "event": message.what, "payload": payload}
            for one in listening
        ]

    async def is_still_allowed(self) -> bool:
        """Tell whether the token is in force; asked at most once a minute, on busy streams too.

        An end that this process hears of closes the stream at once; this is for all others.
        """
        if _now() - self._asked_at < _RECHECK_SECONDS:
            return True
        self._asked_at = _now()
        request = self.call.request
        token = _token_of(request)
        source = request.app[VISITOR_SOURCE]
        return bool(token) and await source.by_token(token) is not None


def _now() -> float:
    """Return a moment that never jumps, in seconds."""
    return asyncio.get_running_loop().time()


async def _payload(call: Call, message: LiveMessage) -> str | None:
    if message.what == "delete":
        return str(message.subject)
    entity = await call.instance.read(_entity, call, message)
    return orjson.dumps(entity).decode() if entity is not None else None


def _entity(r: Reading, call: Call, message: LiveMessage) -> Entity | None:
    if message.what == "notification":
        row = notifications.one(r, call.me, message.subject)
        made = notification_entities(r, call.scene, [row]) if row is not None else []
        return made[0] if made else None
    if message.what == "conversation":
        return _conversation(r, call, message.subject)
    post = post_row(r, call.viewer, message.subject)
    return status(call.scene, post) if post is not None else None


def _conversation(r: Reading, call: Call, conversation_id: int) -> Entity | None:
    try:
        found = conversation(r, call.viewer, conversation_id)
    except NotFound:
        return None
    return conversation_entity(call.scene, found) if found.last is not None else None


def _token_of(request: web.Request) -> str:
    in_header = request.headers.get("Authorization", "").partition(" ")[2].strip()
    in_query = request.query.get("access_token", "")
    return in_header or in_query or request.headers.get("Sec-WebSocket-Protocol", "")


@api(scope="read", token_in_query=True)
async def socket(request: web.Request) -> web.StreamResponse:
    """Answer a WebSocket that many streams share; with `stream` it begins with one."""
    call = await call_of(request)
    first = call.parameters.text("stream", max_length=60)
    if request.headers.get("Upgrade", "").lower() != "websocket":
        raise BadRequest(say("This address answers WebSockets only."))
    # Clients that send the token as a subprotocol close the socket unless it is echoed.
    offered = request.headers.get("Sec-WebSocket-Protocol")
    ws = web.WebSocketResponse(
        protocols=(offered,) if offered else (),
        heartbeat=_PING_SECONDS,
        max_msg_size=_MAX_MESSAGE,
    )
    await ws.prepare(request)
    subscriptions = Subscriptions(call)
    try:
        if first:
            await _obey(ws, subscriptions, {"type": "subscribe", **call.request.query})
        async with asyncio.TaskGroup() as group:
            telling = group.create_task(_tell(ws, subscriptions))
            await _listen(ws, subscriptions)
            telling.cancel()
    finally:
        subscriptions.leave()
    return ws


async def _listen(ws: web.WebSocketResponse, subscriptions: Subscriptions) -> None:
    async for message in ws:
        if message.type is not WSMsgType.TEXT:
            continue
        try:
            asked = orjson.loads(message.data)
        except orjson.JSONDecodeError:
            asked = None
        if isinstance(asked, dict):
            await _obey(ws, subscriptions, asked)
        else:
            await ws.send_json({"error": "Not a JSON object", "status": 400})


async def _obey(
    ws: web.WebSocketResponse, subscriptions: Subscriptions, asked: Mapping[str, Any]
) -> None:
    stream = stream_named(
        str(asked.get("stream", "")),
        person_id=subscriptions.call.me,
        tag=str(asked.get("tag") or ""),
        list_id=await _own_list(subscriptions.call, str(asked.get("list") or "")),
    )
    if stream is None:
        await ws.send_json(_UNKNOWN)
    elif asked.get("type") == "unsubscribe":
        subscriptions.remove(stream)
    elif asked.get("type") == "subscribe" and not subscriptions.add(stream):
        await ws.send_json({"error": "Too many streams", "status": 429})


async def _own_list(call: Call, typed: str) -> int | None:
    """Return the id of a list of the person's own, or None for any other."""
    list_id = parsed_id(typed)
    lists = await call.instance.read(lists_of, call.me) if list_id is not None else []
    return list_id if any(one.id == list_id for one in lists) else None


async def _tell(ws: web.WebSocketResponse, subscriptions: Subscriptions) -> None:
    while not ws.closed:
        message = await subscriptions.next(within=_RECHECK_SECONDS)
        if subscriptions.is_over(message) or not await subscriptions.is_still_allowed():
            break
        for event in await subscriptions.events_of(message) if message is not None else ():
            with contextlib.suppress(ConnectionError):
                await ws.send_str(orjson.dumps(event).decode())
    await ws.close(code=WSCloseCode.GOING_AWAY)


@api(scope="read", token_in_query=True)
async def events(request: web.Request) -> web.StreamResponse:
    """Answer one stream as server-sent events."""
    call = await call_of(request)
    stream = stream_named(
        request.match_info["name"].replace("/", ":"),
        person_id=call.me,
        tag=call.parameters.text("tag", max_length=100) or "",
        list_id=await _own_list(call, call.parameters.text("list", max_length=20) or ""),
    )
    if stream is None:
        raise BadRequest(say("Unknown stream type"))
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream",
            "Cache-Control": "private, no-store",
            "X-Accel-Buffering": "no",
        }
    )
    await response.prepare(request)
    subscriptions = Subscriptions(call)
    subscriptions.add(stream)
    try:
        # A reader who went away is no fault; aiohttp would log it with their address.
        with contextlib.suppress(ConnectionError):
            await _pour(response, subscriptions)
    finally:
        subscriptions.leave()
    return response


async def _pour(response: web.StreamResponse, subscriptions: Subscriptions) -> None:
    await response.write(b":)\n\n")
    while True:
        message = await subscriptions.next(within=_THUMP_SECONDS)
        if subscriptions.is_over(message) or not await subscriptions.is_still_allowed():
            return
        if message is None:
            await response.write(b":thump\n\n")
            continue
        for event in await subscriptions.events_of(message):
            text = f"event: {event['event']}\ndata: {event.get('payload', '')}\n\n"
            await response.write(text.encode())


@plain(cross_origin=True)
async def health(request: web.Request) -> web.Response:
    """Answer that streams are served."""
    del request
    return web.Response(text="OK")


# A stream has no end: asked with HEAD it would never be answered.
ROUTES = (
    web.get("/api/v1/streaming", socket, name="api.streaming", allow_head=False),
    web.get("/api/v1/streaming/", socket, name="api.streaming_slash", allow_head=False),
    web.get("/api/v1/streaming/health", health, name="api.streaming_health"),
    web.get("/api/v1/streaming/{name:[a-z/:]+}", events, name="api.events", allow_head=False),
)
