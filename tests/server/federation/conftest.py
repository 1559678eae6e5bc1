"""Federation alone on a real database file, a served instance, and peers on loopback."""

import ipaddress
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.app import build_app
from server.federation.actors import create_local_actor
from server.federation.feature import FEATURE
from server.federation.keys import NewKeys, new_keys
from server.federation.model import Actor, Reach
from server.platform.clock import SetClock
from server.platform.feature import NOTHING, ActivityHandler, Feature, Received, Recipient
from server.platform.instance import Instance
from server.platform.work import Work
from server.settings import (
    DatabaseSettings,
    FederationSettings,
    InstanceSettings,
    LimitsSettings,
    MediaSettings,
    SecretsSettings,
    Settings,
)
from tests.support.peer import Peer

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def some_keys() -> NewKeys:
    return new_keys()


def everybody_known(session: Session, actor_id: int, after: int, limit: int) -> list[Recipient]:
    """A group of recipients: every actor elsewhere, in the order of their rows."""
    rows = session.scalars(
        select(Actor).where(Actor.host != "", Actor.id > after).order_by(Actor.id).limit(limit)
    )
    return [
        Recipient(cursor=one.id, inbox=one.inbox, shared_inbox=one.shared_inbox, host=one.host)
        for one in rows
    ]


@dataclass
class Ours:
    """The instance under test, served on loopback, with a feature that notes what arrives."""

    instance: Instance
    clock: SetClock
    keys: NewKeys
    effects: list[Received] = field(default_factory=list)
    fault: Callable[[Received], None] = lambda _: None

    @property
    def base(self) -> str:
        return self.instance.site.base_url

    async def person(self, name: str = "ann", reach: Reach = Reach.FEDIVERSE) -> Actor:
        return await self.instance.work(
            lambda w: create_local_actor(
                w, username=name, actor_type="Person", reach=reach, keys=self.keys
            )
        )

    async def do(self, fn: Callable[[Work], Any]) -> Any:
        return await self.instance.work(fn)

    async def run_jobs(self) -> None:
        await self.instance.jobs.run_until_empty()

    def _note(self, w: Work, received: Received, _: Any) -> None:
        self.fault(received)
        w.after_commit(lambda: self.effects.append(received))  # a unit may be run twice

    def feature(self, routes: Sequence[web.RouteDef] = ()) -> Feature:
        kinds = ("Create", "Update", "Delete", "Like", "Follow", "Undo", "Announce")
        return Feature(
            name="noting",
            personal_data=NOTHING,
            routes=routes,
            activities=[
                ActivityHandler(activity_type=kind, when=lambda _: True, apply=self._note)
                for kind in kinds
            ],
            recipients={"followers": everybody_known},
        )


@pytest.fixture
async def make_ours(
    tmp_path: Path, database_url: str, some_keys: NewKeys
) -> AsyncIterator[Callable[..., Any]]:
    """Make a served instance; wishes are fields of its federation settings."""
    async with AsyncExitStack() as stack:

        async def make(
            *, queue: int = 10_000, routes: Sequence[web.RouteDef] = (), **wishes: Any
        ) -> Ours:
            port = unused_port()
            settings = Settings(
                instance=InstanceSettings(base_url=f"http://127.0.0.1:{port}", name="Ours"),
                database=DatabaseSettings(url=database_url, pool_size=5),
                media=MediaSettings(root=tmp_path / "media"),
                secrets=SecretsSettings(key_file=tmp_path / "instance.key"),
                federation=FederationSettings(
                    allowed_private_networks=(ipaddress.ip_network("127.0.0.0/8"),), **wishes
                ),
                limits=LimitsSettings(enabled=False, inbox_queue=queue),
            )
            clock = SetClock(NOON)
            ours = Ours(None, clock, some_keys)  # type: ignore[arg-type] # set on the next line
            ours.instance = Instance(settings, [FEATURE, ours.feature(routes)], clock=clock)
            await stack.enter_async_context(ours.instance.running(jobs=False))
            runner = web.AppRunner(build_app(ours.instance), access_log=None)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", port).start()
            return ours

        yield make


@pytest.fixture
async def ours(make_ours: Callable[..., Any]) -> Ours:
    return await make_ours()


@pytest.fixture
async def make_peer() -> AsyncIterator[Callable[..., Any]]:
    async with AsyncExitStack() as stack:
        count = [1]

        async def make(ours: Ours) -> Peer:
            count[0] += 1
            peer = Peer(ours.clock)
            return await stack.enter_async_context(peer.running(f"127.0.0.{count[0]}"))

        yield make


@pytest.fixture
async def peer(ours: Ours, make_peer: Callable[..., Any]) -> Peer:
    return await make_peer(ours)
