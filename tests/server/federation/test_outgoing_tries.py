"""In which order and how often a delivery is tried, and what stops it."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp import web
from sqlalchemy import select

from server.federation.ledger import hosts_of
from server.federation.model import LedgerEntry
from server.platform.jobs.model import DEAD, JobHost, JobRow
from tests.server.federation.sending import count, know, send


@pytest.mark.parametrize("shared", [True, False])
async def test_everything_about_an_object_arrives_in_order_after_an_outage(ours, peer, shared):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob", shared=shared)
    down = [True]
    peer.answer = lambda _: 503 if down[0] else 202

    for kind in ("Create", "Update", "Update"):
        await send(ours, ann, kind, to_actors=[bob])
        await ours.run_jobs()
    assert {got.activity["type"] for got in peer.received} == {"Create"}
    down[0] = False
    peer.received.clear()
    ours.clock.move(timedelta(minutes=2))
    await ours.run_jobs()

    assert [got.activity["type"] for got in peer.received] == ["Create", "Update", "Update"]


@pytest.mark.parametrize("shared", [True, False])
async def test_a_delete_cancels_what_was_still_waiting(ours, peer, shared):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob", shared=shared)
    down = [True]
    peer.answer = lambda _: 503 if down[0] else 202
    await send(ours, ann, "Create", to_actors=[bob])
    await ours.run_jobs()
    await send(ours, ann, "Update", to_actors=[bob])
    await ours.run_jobs()
    peer.received.clear()
    down[0] = False

    await send(ours, ann, "Delete", to_actors=[bob])
    await ours.run_jobs()
    ours.clock.move(timedelta(hours=1))
    await ours.run_jobs()

    assert [got.activity["type"] for got in peer.received] == ["Delete"]


async def test_retry_after_is_honoured(ours, peer):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")
    peer.answer = lambda _: web.Response(status=429, headers={"Retry-After": "3600"})
    await send(ours, ann, to_actors=[bob])
    await ours.run_jobs()
    peer.answer = lambda _: 202

    ours.clock.move(timedelta(minutes=50))
    await ours.run_jobs()
    assert len(peer.received) == 1
    ours.clock.move(timedelta(minutes=11))
    await ours.run_jobs()
    assert len(peer.received) == 2
    assert await count(ours, JobRow, JobRow.kind == "deliver") == 0


@pytest.mark.parametrize("status", [403, 404, 405, 410, 413, 422])
async def test_a_refusal_for_good_is_not_tried_again(ours, peer, status):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")
    peer.answer = lambda _: status
    await send(ours, ann, to_actors=[bob])
    await ours.run_jobs()
    ours.clock.move(timedelta(days=1))
    await ours.run_jobs()
    assert len(peer.received) == 1
    assert await count(ours, JobRow, JobRow.state == DEAD) == 1


async def test_a_delivery_is_given_up_after_seven_days(ours, peer):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")
    uri = await send(ours, ann, to_actors=[bob])
    await ours.run_jobs()
    peer.answer = lambda _: 500
    await send(ours, ann, "Delete", to_hosts_of=uri)
    for _ in range(9):
        await ours.run_jobs()
        ours.clock.move(timedelta(days=1))

    assert await count(ours, JobRow, JobRow.kind == "deliver", JobRow.state == DEAD) == 1
    line = await ours.instance.read(lambda r: r.session.scalar(select(LedgerEntry)))
    assert line.erased == "unreachable"


async def test_ten_failures_shut_the_way_and_a_message_from_there_opens_it(ours, peer):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")
    peer.answer = lambda _: 500
    for number in range(10):
        await send(ours, ann, number=number, to_actors=[bob])
    await ours.run_jobs()
    assert len(peer.received) == 10
    await send(ours, ann, number=11, to_actors=[bob])
    await ours.run_jobs()
    assert len(peer.received) == 10

    sender = peer.actors["bob"]
    await peer.post(
        f"{ours.base}/inbox", sender.activity("Create", 1, object=sender.note(1)), sender
    )
    peer.answer = lambda _: 202
    await ours.run_jobs()

    assert peer.received[-1].activity["object"]["id"].endswith("/11")


async def test_a_host_silent_for_a_week_gets_only_what_takes_something_back(ours, peer):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")
    await ours.do(
        lambda w: w.session.add(
            JobHost(host=peer.host, failures=50, probes=9, unavailable=True, changed_at=w.now)
        )
    )
    await send(ours, ann, number=1, to_actors=[bob])
    await send(ours, ann, "Delete", number=2, to_actors=[bob])
    await ours.run_jobs()
    assert [got.activity["type"] for got in peer.received] == ["Delete"]


async def test_the_ledger_says_who_got_it_and_that_its_delete_was_taken(ours, peer, make_peer):
    ann, other = await ours.person(), await make_peer(ours)
    ids = await know(ours, peer, "bob") + await know(ours, other, "zoe")
    uri = await send(ours, ann, to_actors=ids)
    await ours.run_jobs()
    assert await ours.instance.read(hosts_of, uri) == sorted([peer.host, other.host])

    await send(ours, ann, "Delete", to_hosts_of=uri)
    await ours.run_jobs()

    assert peer.received[-1].activity["type"] == other.received[-1].activity["type"] == "Delete"
    lines = await ours.instance.read(lambda r: r.session.scalars(select(LedgerEntry)).all())
    assert {(line.host, line.how, line.erased) for line in lines} == {
        (peer.host, "delivered", "delivered"),
        (other.host, "delivered", "delivered"),
    }
    assert await ours.instance.read(hosts_of, uri) == []


async def test_a_slow_host_holds_nobody_up(ours, peer, make_peer):
    ann, slow = await ours.person(), await make_peer(ours)
    ids = await know(ours, slow, "zoe") + await know(ours, peer, "bob")
    release = asyncio.Event()

    async def wait(_):
        await release.wait()
        return 202

    slow.answer = wait
    await send(ours, ann, to_actors=ids)
    running = asyncio.ensure_future(ours.run_jobs())
    async with asyncio.timeout(10):
        while not await count(ours, LedgerEntry, LedgerEntry.host == peer.host):
            await asyncio.sleep(0.02)
    assert await count(ours, LedgerEntry, LedgerEntry.host == slow.host) == 0
    release.set()
    await running
    assert await count(ours, LedgerEntry) == 2
