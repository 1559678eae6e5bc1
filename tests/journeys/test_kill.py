"""`kill -9` in the middle of sending and of receiving: nothing accepted is lost, nothing doubled.

The moments are drawn at random; the seed is printed and can be given in MESHWORK_KILL_SEED. A
killed process leaves its jobs under leases that end after five minutes. The tests do not wait for
that: between death and rebirth they move the leases five minutes on, which is all that time does.
"""

import asyncio
import json
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import select, text, update

from activitypub.documents.actor import read_actor
from server.federation.actors import store_remote_actor
from server.notifications.model import Notification
from server.people.model import Follow, FollowState
from server.platform.clock import SystemClock
from server.platform.instance import Instance
from server.platform.jobs.model import JobRow
from server.platform.storage import migrate
from server.posts.model import Post
from tests.support.apps import eventually
from tests.support.instances import running_instance
from tests.support.peer import Peer
from tests.support.people import make_person, make_token, remote_document
from tests.support.processes import Program

pytestmark = [pytest.mark.slow, pytest.mark.timeout(150)]

INBOXES = 1_000
HOSTS = 5
KILLS = 2
ANSWERS = 240


@pytest.fixture
def chance() -> random.Random:
    seed = int(os.environ.get("MESHWORK_KILL_SEED") or time.time_ns() % 1_000_000)
    print(f"MESHWORK_KILL_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
async def ann(new_database, tmp_path) -> AsyncIterator["Ann"]:
    ours = Program(tmp_path / "ours", await new_database(empty=True), "127.0.0.51")
    await migrate.upgrade(ours.database_url)
    async with _inside(ours) as instance:
        ann = await make_person(instance, "ann")
        token = await make_token(instance, ann.id)
    async with (
        ours.running(),
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as api,
    ):
        yield Ann(ours, ann.id, api)


@dataclass(frozen=True, slots=True)
class Ann:
    """An employer, her client, and the installation that she is on."""

    program: Program
    id: int
    api: aiohttp.ClientSession


@asynccontextmanager
async def _inside(program: Program) -> AsyncIterator[Instance]:
    """Open the killed program's database, without doing its work."""
    async with running_instance(
        program.database_url, program.folder, base_url=program.base
    ) as instance:
        yield instance


async def _die_and_rise(program: Program) -> None:
    await program.kill()
    async with _inside(program) as instance:
        await instance.work(_let_leases_end)
    await program.start()


def _let_leases_end(w: Any) -> None:
    leased = update(JobRow).where(JobRow.lease.is_not(None))
    w.session.execute(leased.values(run_at=SystemClock().now()))


@dataclass
class Recorder:
    """Inboxes on several hosts that take everything and remember it."""

    bases: list[str] = field(default_factory=list)
    got: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))

    def inboxes(self) -> list[str]:
        share = INBOXES // HOSTS
        return [f"{base}/users/u{n}/inbox" for base in self.bases for n in range(share)]

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.got[f"http://{request.host}{request.path}"].append(body)
        return web.Response(status=202)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Recorder"]:
        app = web.Application()
        app.router.add_post("/users/{name}/inbox", self.take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        for number in range(HOSTS):
            await web.TCPSite(runner, f"127.0.0.{60 + number}", 0).start()
        self.bases = [f"http://{host}:{port}" for host, port in runner.addresses]
        try:
            yield self
        finally:
            await runner.cleanup()


def _add_followers(w: Any, followee_id: int, inboxes: list[str]) -> None:
    for inbox in inboxes:
        host, _, rest = inbox.partition("://")[2].partition("/")
        uri = inbox.removesuffix("/inbox")
        said = {
            "id": uri,
            "inbox": inbox,
            "endpoints": None,
            "publicKey": None,
            "url": uri,
            "outbox": f"{uri}/outbox",
            "followers": f"{uri}/followers",
        }
        name = rest.split("/")[1]
        actor = store_remote_actor(w, read_actor(remote_document(name, host, **said)), handle=None)
        w.session.add(
            Follow(
                id=w.new_id(),
                follower_id=actor.id,
                followee_id=followee_id,
                state=FollowState.ACCEPTED,
                uri=f"{uri}/follow",
                created_at=w.now,
            )
        )


async def test_a_fan_out_reaches_every_inbox_though_the_server_is_killed(ann, chance):
    started, program = time.monotonic(), ann.program
    async with Recorder().running() as peer:
        async with _inside(program) as instance:
            await instance.work(_add_followers, ann.id, peer.inboxes())

        published = []
        for number in range(KILLS):
            async with ann.api.post(
                f"{program.base}/api/v1/statuses",
                data={"status": f"Post number {number}"},
                headers={"Idempotency-Key": f"post-{number}"},
            ) as answer:
                assert answer.status == 200
                published.append((await answer.json())["uri"])
            await asyncio.sleep(chance.uniform(0.02, 1.2))
            await _die_and_rise(program)

        await eventually(lambda: _complete(peer, published), within=60, every=0.2)
        await asyncio.sleep(1)  # room for something that should not come
        for bodies in peer.got.values():
            by_object = _by_object(bodies)
            assert set(by_object) == set(published)
            for copies in by_object.values():
                assert len(set(copies)) == 1, "a repetition is the same activity, byte by byte"
        repeated = sum(len(bodies) for bodies in peer.got.values()) - INBOXES * KILLS
        assert repeated <= 256 * KILLS, "only what was under way at the moment is sent again"
        print(
            f"{INBOXES * KILLS} deliveries, {repeated} repeated, {time.monotonic() - started:.0f} s"
        )
    await _check_integrity(program)


def _by_object(bodies: list[bytes]) -> dict[str, list[bytes]]:
    found = defaultdict(list)
    for body in bodies:
        found[json.loads(body)["object"]["id"]].append(body)
    return found


def _complete(peer: Recorder, published: list[str]) -> bool:
    wanted = set(peer.inboxes())
    return all(len(peer.got[inbox]) >= len(published) for inbox in wanted) and all(
        set(_by_object(peer.got[inbox])) == set(published) for inbox in wanted
    )


async def test_an_inbox_flood_has_each_effect_once_though_the_server_is_killed(ann, chance):
    program, peer = ann.program, Peer(SystemClock())
    async with peer.running("127.0.0.70"):
        async with ann.api.post(
            f"{program.base}/api/v1/statuses", data={"status": "Tell me everything"}
        ) as answer:
            asked = await answer.json()
        writer = peer.add_actor("rob")
        activities = [_answer_to(asked, writer, number) for number in range(ANSWERS)]
        waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        for activity in chance.sample([*activities, *activities], ANSWERS * 2):
            waiting.put_nowait(activity)

        flood = [
            asyncio.create_task(_send_until_accepted(peer, writer, program, waiting))
            for _ in range(8)
        ]
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.05, 0.6))
            await _die_and_rise(program)
        await asyncio.gather(*flood)

        async def is_done() -> bool:
            async with ann.api.get(f"{program.base}/api/v1/statuses/{asked['id']}") as answer:
                return bool((await answer.json())["replies_count"] >= ANSWERS)

        await eventually(is_done, within=60, every=0.2)
        await asyncio.sleep(1)  # room for a second effect that should not come
        assert await program.stop() == 0
        async with _inside(program) as instance:
            replies, uris, told = await instance.read(_effects, int(asked["id"]))
        assert replies == ANSWERS
        assert Counter(uris) == {activity["object"]["id"]: 1 for activity in activities}
        assert told == ANSWERS
    await _check_integrity(program)


def _answer_to(asked: dict[str, Any], writer: Any, number: int) -> dict[str, Any]:
    note = writer.note(
        number,
        f"answer {number}",
        inReplyTo=asked["uri"],
        cc=[asked["account"]["uri"]],
        tag=[{"type": "Mention", "href": asked["account"]["uri"], "name": "@ann"}],
    )
    activity: dict[str, Any] = writer.activity("Create", number, to=note["to"], object=note)
    return activity


async def _send_until_accepted(
    peer: Peer, writer: Any, program: Program, waiting: asyncio.Queue[dict[str, Any]]
) -> None:
    """Send as every server does: what was not answered 202 is sent again."""
    while not waiting.empty():
        activity = waiting.get_nowait()
        while True:
            try:
                status, said = await peer.post(f"{program.base}/inbox", activity, writer)
            except (aiohttp.ClientError, OSError):
                await asyncio.sleep(0.1)
                continue
            if status == 202:
                break
            assert status == 503, said
            await asyncio.sleep(0.1)


def _effects(r: Any, post_id: int) -> tuple[int, list[str], int]:
    post = r.session.get_one(Post, post_id)
    uris = list(r.session.scalars(select(Post.uri).where(Post.in_reply_to_id == post_id)))
    told = list(r.session.scalars(select(Notification.id)))
    return post.replies_count, uris, len(told)


async def _check_integrity(program: Program) -> None:
    """Ask SQLite whether its file is whole; PostgreSQL was not the one that died."""
    if not program.database_url.startswith("sqlite"):
        return
    async with _inside(program) as instance:
        said = await instance.read(
            lambda r: r.session.execute(text("PRAGMA integrity_check")).scalar()
        )
    assert said == "ok"
