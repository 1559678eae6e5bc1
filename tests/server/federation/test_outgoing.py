"""What goes out: to whom, in which order, how often, and what stops it."""

import asyncio
import contextlib
from datetime import timedelta

import pytest
from aiohttp import web
from sqlalchemy import func, select

from activitypub.documents.jsonbytes import parse_document
from activitypub.errors import InvalidSignature
from activitypub.signatures.keys import load_public_key
from activitypub.signatures.multikey import load_multikey
from activitypub.signatures.proofs import ProofPolicy, proof_claims_of, verify_proof
from activitypub.signatures.signing import SignatureForm
from server.federation import fan_out, outbox
from server.federation.actors import change_reach
from server.federation.hosts import set_policy
from server.federation.ledger import Got, hosts_of, note_deliveries
from server.federation.model import (
    Actor,
    HostPolicy,
    LedgerEntry,
    OutgoingActivity,
    Reach,
    RemoteHost,
)
from server.federation.remote import resolve_actor
from server.platform.errors import NotFound
from server.platform.jobs.model import DEAD, JobHost, JobRow

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def activity_of(w, ann, kind="Create", number=1, to=(PUBLIC,), **more):
    uri = f"{ann.uri.rpartition('/people')[0]}/posts/{number}"
    return {
        "id": outbox.activity_uri(w),
        "type": kind,
        "actor": ann.uri,
        "to": list(to),
        "object": uri if kind == "Delete" else {"id": uri, "type": "Note", "content": "hello"},
        **more,
    }


async def send(ours, ann, kind="Create", number=1, *, to=(PUBLIC,), more=None, **how):
    def unit(w):
        activity = activity_of(w, ann, kind, number, to, **(more or {}))
        obj = activity["object"]
        uri = obj if isinstance(obj, str) else obj["id"]
        outbox.send(w, actor_id=ann.id, activity=activity, object_uri=uri, **how)
        return uri

    return await ours.do(unit)


async def know(ours, peer, *names, **wishes):
    """Let the instance know actors of the peer; returns their rows' ids."""
    return [
        await resolve_actor(ours.instance, peer.add_actor(name, **wishes).uri) for name in names
    ]


async def count(ours, what, *where):
    return await ours.instance.read(
        lambda r: r.session.scalar(select(func.count()).select_from(what).where(*where))
    )


def to_followers(ann):
    return {"to_groups": [("followers", ann.id)]}


async def test_a_shared_inbox_gets_one_copy_and_who_has_none_gets_their_own(ours, peer, make_peer):
    ann, other = await ours.person(), await make_peer(ours)
    await know(ours, peer, "bob", "cleo", "dan")
    await know(ours, other, "zoe", "yan", shared=False)

    await send(ours, ann, **to_followers(ann))
    await ours.run_jobs()

    assert [got.path for got in peer.received] == ["/inbox"]
    assert sorted(got.path for got in other.received) == ["/users/yan/inbox", "/users/zoe/inbox"]


@pytest.mark.parametrize("form", list(SignatureForm))
async def test_deliveries_are_signed_by_the_author_in_the_form_the_host_takes(ours, peer, form):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")
    peer.answer = lambda got: 202 if got.form is form else 401

    await send(ours, ann, to_actors=[bob])
    await ours.run_jobs()

    got = peer.received[-1]
    key = load_public_key(ann.public_keys[f"{ann.uri}#main-key"])
    got.verify(key, peer.base)
    with pytest.raises(InvalidSignature):
        got.verify(
            load_public_key(peer.actors["bob"].document["publicKey"]["publicKeyPem"]), peer.base
        )


async def test_a_second_knock_is_remembered_in_the_database(ours, peer):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")
    peer.answer = lambda got: 202 if got.form is SignatureForm.RFC9421 else 401

    await send(ours, ann, number=1, to_actors=[bob])
    await ours.run_jobs()
    await send(ours, ann, number=2, to_actors=[bob])
    await ours.run_jobs()

    assert [got.form for got in peer.received] == [
        SignatureForm.CAVAGE, SignatureForm.RFC9421, SignatureForm.RFC9421
    ]  # fmt: skip
    stored = await ours.instance.read(
        lambda r: r.session.scalar(
            select(RemoteHost.signature_form).where(RemoteHost.host == peer.host)
        )
    )
    assert stored == "rfc9421"


async def test_public_activities_carry_a_proof_and_others_none(ours, peer):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")

    await send(ours, ann, number=1, to_actors=[bob], proof=True)
    await send(ours, ann, number=2, to=[ann.followers], to_actors=[bob], proof=True)
    await ours.run_jobs()

    by_object = {got.activity["object"]["id"][-1]: got.activity for got in peer.received}
    assert "proof" not in by_object["2"]
    policy = ProofPolicy(may_sign=lambda key, _: key.startswith(ann.uri), allow_http_loopback=True)
    claims = proof_claims_of(by_object["1"], policy=policy, now=ours.clock.now())
    verify_proof(claims, load_multikey(ann.public_keys[f"{ann.uri}#ed25519-key"]))


async def test_blind_recipients_are_not_revealed(ours, peer):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")
    await send(ours, ann, to_actors=[bob], more={"bto": ["https://secret.example/1"]})
    await ours.run_jobs()
    assert "bto" not in peer.received[0].activity


async def test_a_personal_delivery_uses_no_shared_inbox(ours, peer):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")
    await send(ours, ann, to_actors=[bob], personal=True)
    await ours.run_jobs()
    assert [got.path for got in peer.received] == ["/users/bob/inbox"]


async def test_nothing_is_kept_when_nobody_elsewhere_gets_it(ours):
    ann, ben = await ours.person(), await ours.person("ben")
    await send(ours, ann, to_actors=[ben.id])
    assert await count(ours, OutgoingActivity) == 0
    await send(ours, ann, **to_followers(ann))
    await ours.run_jobs()
    assert await count(ours, OutgoingActivity) == 0
    assert await count(ours, JobRow, JobRow.kind.in_(["fan_out", "deliver"])) == 0


async def test_an_actor_elsewhere_cannot_send_from_here(ours, peer):
    (bob,) = await know(ours, peer, "bob")
    row = await ours.instance.read(lambda r: r.session.get(Actor, bob))
    with pytest.raises(NotFound):
        await send(ours, row, to_actors=[bob])


async def test_whose_reach_is_home_sends_nothing(ours, peer):
    talent = await ours.person("quiet", Reach.HOME)
    (bob,) = await know(ours, peer, "bob")
    await send(ours, talent, to_actors=[bob], **to_followers(talent))
    assert await count(ours, OutgoingActivity) == 0
    await ours.run_jobs()
    assert peer.received == []


async def test_a_post_still_waiting_when_its_author_goes_home_is_not_sent(ours, peer):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")
    await send(ours, ann, to_actors=[bob])
    await ours.do(lambda w: change_reach(w, ann.id, Reach.HOME))
    await ours.run_jobs()
    assert peer.received == []


async def test_who_went_home_can_still_take_back_what_others_have(ours, peer):
    ann = await ours.person()
    (bob,) = await know(ours, peer, "bob")
    uri = await send(ours, ann, to_actors=[bob])
    await ours.run_jobs()
    await ours.do(lambda w: change_reach(w, ann.id, Reach.HOME))

    await send(ours, ann, "Delete", to_hosts_of=uri)
    await ours.run_jobs()

    assert [got.activity["type"] for got in peer.received] == ["Create", "Delete"]


async def test_partners_reach_goes_to_partner_hosts_only(ours, peer, make_peer):
    mentor, other = await ours.person("mentor", Reach.PARTNERS), await make_peer(ours)
    ids = await know(ours, peer, "bob") + await know(ours, other, "zoe")
    await ours.do(lambda w: set_policy(w, peer.host, HostPolicy.PARTNER))

    await send(ours, mentor, number=1, to_actors=ids)
    await send(ours, mentor, number=2, **to_followers(mentor))
    await ours.run_jobs()

    assert len(peer.received) == 2
    assert other.received == []


async def test_in_partners_mode_nobody_else_is_sent_anything(make_ours, make_peer):
    ours = await make_ours(mode="partners")
    friend, stranger = await make_peer(ours), await make_peer(ours)
    await ours.do(lambda w: set_policy(w, friend.host, HostPolicy.PARTNER))
    await ours.do(lambda w: set_policy(w, stranger.host, HostPolicy.PARTNER))
    ids = await know(ours, friend, "bob") + await know(ours, stranger, "eve")
    await ours.do(lambda w: set_policy(w, stranger.host, HostPolicy.OPEN))
    ann = await ours.person()

    await send(ours, ann, to_actors=ids)
    await ours.run_jobs()

    assert (len(friend.received), len(stranger.received)) == (1, 0)


async def test_a_blocked_host_gets_nothing_not_even_what_was_queued(ours, peer, make_peer):
    ann, other = await ours.person(), await make_peer(ours)
    ids = await know(ours, peer, "bob") + await know(ours, other, "zoe")
    await ours.do(lambda w: set_policy(w, "127.0.0.2", HostPolicy.BLOCKED))
    await send(ours, ann, number=1, to_actors=ids)
    await ours.do(lambda w: set_policy(w, other.host, HostPolicy.BLOCKED))
    await ours.run_jobs()
    assert peer.received == other.received == []
    assert await count(ours, JobRow, JobRow.kind == "deliver") == 0


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


async def test_a_host_that_receives_elsewhere_than_its_ids_is_told_too(ours, peer, make_peer):
    ann, receiving = await ours.person(), await make_peer(ours)
    bob = peer.add_actor("bob", inbox=receiving.url("/in"), shared=False)
    uri = await send(ours, ann, to_actors=[await resolve_actor(ours.instance, bob.uri)])
    await ours.run_jobs()
    await send(ours, ann, "Delete", to_hosts_of=uri)
    await ours.run_jobs()
    assert [got.activity["type"] for got in receiving.received] == ["Create", "Delete"]


def crowd(w, size):
    """Many actors on hosts of their own, every tenth behind a shared inbox of the same host."""
    for number in range(size):
        host = f"host{number}.example"
        shared = "https://shared.example/inbox" if number % 10 == 0 else None
        base = "https://shared.example" if shared else f"https://{host}"
        w.session.add(
            Actor(
                id=w.new_id(), uri=f"{base}/users/{number}", actor_type="Person",
                username=f"user{number}", username_key=f"user{number}",
                host=host if not shared else "shared.example", inbox=f"{base}/users/{number}/inbox",
                shared_inbox=shared, public_keys={},
            )
        )  # fmt: skip


async def test_a_fan_out_killed_at_any_page_leaves_nobody_out_and_serves_nobody_twice(ours):
    ann = await ours.person()
    await ours.do(lambda w: crowd(w, 1200))
    await send(ours, ann, **to_followers(ann))
    activity_id = await ours.instance.read(lambda r: r.session.scalar(select(OutgoingActivity.id)))
    sources = {"followers": ours.instance.recipient_source("followers")}

    class Killed(Exception):
        pass

    def page_that_dies(w):
        fan_out.next_page(w, activity_id, sources)
        raise Killed  # the process ends before the commit

    is_complete = False
    while not is_complete:
        with contextlib.suppress(Killed):
            await ours.do(page_that_dies)
        is_complete = await ours.do(lambda w: fan_out.next_page(w, activity_id, sources))
    assert await ours.do(lambda w: fan_out.next_page(w, activity_id, sources))

    inboxes = await ours.instance.read(
        lambda r: [
            payload["inbox"]
            for payload in r.session.scalars(select(JobRow.payload).where(JobRow.kind == "deliver"))
        ]
    )
    assert len(inboxes) == len(set(inboxes)) == 1080 + 1


async def test_a_thousand_deliveries_are_one_insert_for_each_page(ours):
    ann = await ours.person()
    await ours.do(lambda w: crowd(w, 1000))
    await send(ours, ann, **to_followers(ann))
    activity_id = await ours.instance.read(lambda r: r.session.scalar(select(OutgoingActivity.id)))
    sources = {"followers": ours.instance.recipient_source("followers")}
    pages = 0
    while not await ours.do(lambda w: fan_out.next_page(w, activity_id, sources)):
        pages += 1
    assert pages == 3  # named inboxes, two full pages; the empty third ends it


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


async def test_the_body_is_the_same_bytes_for_everybody(ours, peer, make_peer):
    ann, other = await ours.person(), await make_peer(ours)
    ids = await know(ours, peer, "bob") + await know(ours, other, "zoe")
    await send(ours, ann, to_actors=ids, proof=True)
    await ours.run_jobs()
    assert peer.received[0].request.body == other.received[0].request.body
    assert parse_document(peer.received[0].request.body)["actor"] == ann.uri


async def test_a_host_in_the_ledger_without_a_known_actor_is_passed_over(ours):
    ann = await ours.person()
    await ours.do(
        lambda w: note_deliveries(w, [Got(f"{ours.base}/posts/9", "lost.example", ann.id)])
    )
    await send(ours, ann, "Delete", number=9, to_hosts_of=f"{ours.base}/posts/9")
    assert await count(ours, OutgoingActivity) == 0
