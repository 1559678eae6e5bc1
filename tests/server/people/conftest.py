"""What the tests of people share: what the instance sent, and how an activity is handed to it."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import select

from activitypub.documents.activity import read_activity
from server.app import build_app
from server.federation.actors import actor_by_uri
from server.federation.model import OutgoingActivity
from server.platform.feature import Received
from server.platform.instance import Instance
from server.platform.work import Reading, Work

Sent = Callable[[], Awaitable[list[dict[str, Any]]]]
Hear = Callable[[Mapping[str, Any]], Awaitable[None]]


@pytest.fixture
def sent(instance: Instance) -> Sent:
    """Give the activities that were kept for delivery, oldest first, with their `targets`."""

    def read(r: Reading) -> list[dict[str, Any]]:
        rows: Sequence[OutgoingActivity] = r.session.scalars(
            select(OutgoingActivity).order_by(OutgoingActivity.id)
        ).all()
        return [{**json.loads(row.body), "targets": row.targets} for row in rows]

    async def activities() -> list[dict[str, Any]]:
        return await instance.read(read)

    return activities


@pytest.fixture
def hear(instance: Instance) -> Hear:
    """Hand an activity to every handler that wants it, as the inbox does after its checks."""

    async def handed(document: Mapping[str, Any]) -> None:
        whole = {"@context": "https://www.w3.org/ns/activitystreams", **document}
        activity = read_activity(whole)
        sender = await instance.read(actor_by_uri, activity.actor)
        assert sender is not None
        received = Received(activity=activity, actor_id=sender.id)
        for handler in instance.activity_handlers:
            if handler.activity_type != activity.type or not handler.when(activity):
                continue
            prepared = await handler.prepare(instance, received) if handler.prepare else None

            def apply(w: Work, handler: Any = handler, prepared: Any = prepared) -> None:
                handler.apply(w, received, prepared)

            await instance.work(apply)

    return handed


@pytest.fixture
async def client(instance: Instance, aiohttp_client: Any) -> Any:
    """Give a client of the whole application."""
    return await aiohttp_client(build_app(instance))
