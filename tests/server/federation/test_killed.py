"""A process ended with kill -9 at any moment loses nothing it accepted and repeats no effect."""

import asyncio
import random
import sys
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from sqlalchemy import func, select

from server.federation import outbox
from server.federation.actors import create_local_actor
from server.federation.model import Actor, LedgerEntry, Reach, ReceivedActivity
from server.platform.clock import SystemClock
from server.platform.jobs.model import READY, JobRow
from tests.support.killable import killable_instance
from tests.support.peer import Peer

ROOT = Path(__file__).parents[3]
INBOXES = 1000
ACTIVITIES = 250
LEASE_MINUTES = 6
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
async def peer():
    async with Peer(SystemClock()).running("127.0.0.2") as started:
        yield started


@asynccontextmanager
async def process(database_url, folder, port, life):
    """Run the instance as a process of its own, in its nth life; kill -9 ends it."""
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.killable", database_url, str(folder), str(port),
        str(life * LEASE_MINUTES), cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while (line := await started.stdout.readline()) != b"ready\n":
            assert line, "the process did not start"
        yield started
    finally:
        started.kill()
        await started.communicate()


async def waiting(instance, *kinds):
    return await instance.read(
        lambda r: r.session.scalar(
            select(func.count()).where(JobRow.kind.in_(kinds), JobRow.state == READY)
        )
    )


async def test_a_fan_out_to_1000_inboxes_survives_kill_9(database_url, tmp_path, some_keys, peer):
    port, chance = unused_port(), random.Random(5)
    instance = killable_instance(database_url, tmp_path, port)

    def publish(w):
        for number in range(INBOXES):
            uri = f"{peer.base}/users/{number}"
            w.session.add(
                Actor(
                    id=w.new_id(), uri=uri, actor_type="Person", username=f"u{number}",
                    username_key=f"u{number}", host=peer.host, inbox=f"{uri}/inbox", public_keys={},
                )
            )  # fmt: skip
        ann = create_local_actor(
            w, username="ann", actor_type="Person", reach=Reach.FEDIVERSE, keys=some_keys
        )
        note = {"id": w.site.url("/posts/1"), "type": "Note"}
        outbox.send(
            w, actor_id=ann.id, object_uri=note["id"], to_groups=[("followers", ann.id)],
            activity={
                "id": outbox.activity_uri(w), "type": "Create", "actor": ann.uri, "to": [PUBLIC],
                "object": note,
            },
        )  # fmt: skip

    async with instance.running(jobs=False):
        await instance.work(publish)
        life = 0
        while await waiting(instance, "fan_out", "deliver"):
            life += 1
            async with process(database_url, tmp_path, port, life):
                if life <= 5:
                    await asyncio.sleep(chance.uniform(0.02, 0.6))
                    continue
                async with asyncio.timeout(120):
                    while await waiting(instance, "fan_out", "deliver"):
                        await asyncio.sleep(0.1)

        arrived = Counter(got.path for got in peer.received)
        assert set(arrived) == {f"/users/{number}/inbox" for number in range(INBOXES)}
        assert len({got.activity["id"] for got in peer.received}) == 1
        assert await instance.read(
            lambda r: r.session.scalars(
                select(LedgerEntry.host).where(LedgerEntry.how == "delivered")
            ).all()
        ) == [peer.host]


async def test_an_inbox_flood_survives_kill_9(database_url, tmp_path, peer):
    port, chance = unused_port(), random.Random(7)
    bob = peer.add_actor("bob")
    accepted, open_ones = set(), set(range(ACTIVITIES))

    async def deliver(number, slots):
        activity = bob.activity("Create", number, object=bob.note(number))
        async with slots:
            try:
                status, _ = await peer.post(f"http://127.0.0.1:{port}/inbox", activity, bob)
            except (aiohttp.ClientError, OSError):
                return  # not answered: it is sent again
        if status == 202:
            accepted.add(activity["id"])
            open_ones.discard(number)

    instance = killable_instance(database_url, tmp_path, port)
    async with instance.running(jobs=False):
        life = 0
        while open_ones or await waiting(instance, "receive"):
            life += 1
            async with process(database_url, tmp_path, port, life):
                slots = asyncio.Semaphore(20)
                flood = asyncio.gather(*(deliver(number, slots) for number in sorted(open_ones)))
                if life <= 4:
                    await asyncio.sleep(chance.uniform(0.05, 0.5))
                else:
                    async with asyncio.timeout(120):
                        await flood
                        while await waiting(instance, "receive"):
                            await asyncio.sleep(0.1)
            await flood

        assert len(accepted) == ACTIVITIES
        effects = await instance.read(
            lambda r: Counter(
                r.session.scalars(select(LedgerEntry.object_uri).where(LedgerEntry.how == "effect"))
            )
        )
        assert set(effects) == accepted
        assert set(effects.values()) == {1}
        assert (
            await instance.read(
                lambda r: r.session.scalar(
                    select(func.count()).where(ReceivedActivity.handled_at.is_(None))
                )
            )
            == 0
        )
