"""How things end: keys after the last Delete, rows after their term, stale follows, exports."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server.federation import gone, outbox
from server.federation.jobs import CLEAN_FEDERATION
from server.federation.keys import KeyRing
from server.federation.leaving import close_actor
from server.federation.ledger import Got, note_deliveries, note_erasures
from server.federation.model import (
    Actor,
    ActorKey,
    GoneObject,
    LedgerEntry,
    OutgoingActivity,
    Reach,
    ReceivedActivity,
)
from server.federation.privacy import PERSONAL_DATA
from server.federation.remote import resolve_actor
from server.federation.synchronising import FollowerBook, digest_header, digest_of, read_claim
from server.platform.errors import NotFound
from server.platform.jobs.model import JobRequest

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


async def count(ours, table, *where):
    return await ours.instance.read(
        lambda r: r.session.scalar(select(func.count()).select_from(table).where(*where))
    )


def farewell(w, ann, **how):
    outbox.send(
        w,
        actor_id=ann.id,
        activity={
            "id": outbox.activity_uri(w), "type": "Delete", "actor": ann.uri, "object": ann.uri,
            "to": [PUBLIC],
        },
        object_uri=ann.uri,
        proof=True,
        **how,
    )  # fmt: skip
    close_actor(w, ann.id)


async def posted(ours, ann, number, recipients, audience=PUBLIC, **how):
    def unit(w):
        uri = f"{ours.base}/posts/{number}"
        outbox.send(
            w, actor_id=ann.id, object_uri=uri, to_actors=recipients, **how,
            activity={
                "id": outbox.activity_uri(w), "type": "Create", "actor": ann.uri,
                "to": [audience], "object": {"id": uri, "type": "Note"},
            },
        )  # fmt: skip
        return uri

    return await ours.do(unit)


async def test_a_farewell_reaches_every_host_that_ever_got_something(ours, peer, make_peer):
    ann, other = await ours.person(), await make_peer(ours)
    bob = await resolve_actor(ours.instance, peer.add_actor("bob").uri)
    zoe = await resolve_actor(ours.instance, other.add_actor("zoe", shared=False).uri)
    await posted(ours, ann, 1, [bob])
    await posted(ours, ann, 2, [zoe])
    await ours.run_jobs()

    await ours.do(lambda w: farewell(w, ann))
    await ours.run_jobs()

    assert [got.activity["type"] for got in peer.received] == ["Create", "Delete"]
    assert [got.path for got in other.received] == ["/users/zoe/inbox"] * 2
    assert "proof" in peer.received[-1].activity
    assert await count(ours, LedgerEntry, LedgerEntry.erased == "delivered") == 2


async def test_keys_are_destroyed_only_when_the_last_delete_was_sent(ours, peer):
    ann = await ours.person()
    bob = await resolve_actor(ours.instance, peer.add_actor("bob").uri)
    await posted(ours, ann, 1, [bob])
    await ours.run_jobs()
    peer.answer = lambda _: 503
    await ours.do(lambda w: farewell(w, ann))
    await ours.run_jobs()
    assert await count(ours, ActorKey, ActorKey.actor_id == ann.id) == 1

    peer.answer = lambda _: 202
    for _ in range(3):
        ours.clock.move(timedelta(minutes=11))
        await ours.run_jobs()

    assert peer.received[-1].activity["type"] == "Delete"
    assert await count(ours, ActorKey, ActorKey.actor_id == ann.id) == 0
    assert await ours.instance.part(KeyRing).signing_keys([ann.id]) == {}


async def test_keys_are_destroyed_after_eight_days_in_any_case(ours, peer):
    ann = await ours.person()
    bob = await resolve_actor(ours.instance, peer.add_actor("bob").uri)
    await posted(ours, ann, 1, [bob])
    await ours.run_jobs()
    peer.answer = lambda _: 503
    await ours.do(lambda w: farewell(w, ann))
    for _ in range(10):
        await ours.run_jobs()
        ours.clock.move(timedelta(days=1))
    assert await count(ours, ActorKey, ActorKey.actor_id == ann.id) == 0
    assert await count(ours, LedgerEntry, LedgerEntry.erased == "unreachable") == 1


async def test_what_was_waiting_of_somebody_who_left_is_not_sent(ours, peer):
    ann = await ours.person()
    bob = await resolve_actor(ours.instance, peer.add_actor("bob").uri)
    await posted(ours, ann, 1, [bob])
    await ours.do(lambda w: farewell(w, ann, to_actors=[bob]))
    await ours.run_jobs()
    assert [got.activity["type"] for got in peer.received] == ["Delete"]


async def test_who_left_is_answered_410(ours, peer):
    ann = await ours.person()
    await ours.do(lambda w: close_actor(w, ann.id))
    bob = peer.add_actor("bob")
    create = bob.activity("Create", 1, object=bob.note(1))
    assert (await peer.post(ann.inbox, create, bob))[0] == 410
    assert (await ours.instance.read(gone.gone, ann.uri)).former_type == "Person"


async def test_an_actor_elsewhere_cannot_be_closed_here(ours, peer):
    bob = await resolve_actor(ours.instance, peer.add_actor("bob").uri)
    with pytest.raises(NotFound):
        await ours.do(lambda w: close_actor(w, bob))


async def test_everything_goes_after_its_term(ours, peer):
    ann, bob = await ours.person(), peer.add_actor("bob")
    bob_id = await resolve_actor(ours.instance, bob.uri)
    await posted(ours, ann, 1, [bob_id])
    await peer.post(f"{ours.base}/inbox", bob.activity("Create", 1, object=bob.note(1)), bob)
    await ours.run_jobs()

    def end(w):
        line = Got(f"{ours.base}/posts/1", peer.host, ann.id)
        note_erasures(w, [line])
        gone.mark_gone(w, f"{ours.base}/posts/1", "Note")
        gone.mark_gone(w, f"{bob.uri}/notes/1", "Note")

    await ours.do(end)
    kept = {}
    for days in (6, 8, 31, 366):
        ours.clock.at = ours.clock.at + timedelta(days=days)
        await ours.do(lambda w: w.enqueue(JobRequest(kind=CLEAN_FEDERATION)))
        await ours.run_jobs()
        kept[days] = [
            await count(ours, table)
            for table in (OutgoingActivity, ReceivedActivity, GoneObject, LedgerEntry)
        ]
    assert kept == {6: [1, 1, 2, 1], 8: [0, 1, 2, 1], 31: [0, 0, 1, 1], 366: [0, 0, 0, 0]}


async def test_an_activity_is_kept_while_a_delivery_needs_it(ours, peer):
    ann = await ours.person()
    bob = await resolve_actor(ours.instance, peer.add_actor("bob").uri)
    await posted(ours, ann, 1, [bob])
    ours.clock.move(timedelta(days=8))
    await ours.do(lambda w: w.enqueue(JobRequest(kind=CLEAN_FEDERATION)))
    await ours.run_jobs()
    assert len(peer.received) == 1


async def test_a_tombstone_elsewhere_is_remembered_so_that_it_is_not_accepted_again(ours):
    uri = "https://far.example/notes/1"
    await ours.do(lambda w: gone.mark_gone(w, uri, "Note"))
    await ours.do(lambda w: gone.mark_gone(w, uri, "Event"))
    assert await ours.instance.read(gone.gone_among, [uri, "https://far.example/2"]) == {uri}
    assert (await ours.instance.read(gone.gone, uri)).former_type == "Note"


async def test_the_export_lists_who_got_what_and_erasing_closes_the_actor(ours):
    ann = await ours.person()
    await ours.do(
        lambda w: note_deliveries(w, [Got(f"{ours.base}/posts/1", "far.example", ann.id)])
    )
    exported = await ours.instance.read(PERSONAL_DATA.export, ann.id)
    (line,) = exported["servers_that_got_something.json"]
    assert (line["server"], line["how"], line["erased"]) == ("far.example", "delivered", None)
    await ours.do(lambda w: PERSONAL_DATA.erase(w, ann.id))
    row = await ours.instance.read(lambda r: r.session.get(Actor, ann.id))
    assert row.gone_at is not None


# Follower synchronisation (FEP-8fcf)


@pytest.fixture
def book(ours):
    """What people would know: follows by row and id, in lists that a test fills."""
    follows: dict[int, list[tuple[int, str]]] = {}
    followers: dict[int, list[str]] = {}
    dropped: list[tuple[int, int]] = []

    def stop(_, follower_id, followee_id):
        dropped.append((follower_id, followee_id))

    ours.instance.add_part(
        FollowerBook(
            followers_at=lambda _, actor_id, host: [
                uri for uri in followers.get(actor_id, []) if f"://{host}/" in uri
            ],
            following_here=lambda _, actor_id: follows.get(actor_id, []),
            stop_following=stop,
        )
    )
    return follows, followers, dropped


def test_the_digest_is_the_one_of_the_proposal():
    # FEP-8fcf gives this digest for these two followers.
    followers = ["https://testing.example.org/users/1", "https://testing.example.org/users/2"]
    assert digest_of(followers) == digest_of(reversed(followers))
    assert digest_of(followers) == (
        "c33f48cd341ef046a206b8a72ec97af65079f9a3a9b90eef79c5920dce45c61f"
    )
    assert digest_of([]) == "0" * 64


@pytest.mark.parametrize(
    "header",
    [None, "", "digest=1", 'collectionId="x", url="y"', 'digest="zz", url="y", collectionId="x"',
     "x" * 6000],
)  # fmt: skip
def test_a_header_that_says_nothing_is_ignored(header):
    assert read_claim(header) is None


async def test_a_followers_only_delivery_carries_the_digest_for_its_host(ours, peer, book):
    _, followers, _ = book
    ann, bob = await ours.person(), peer.add_actor("bob")
    await resolve_actor(ours.instance, bob.uri)
    followers[ann.id] = [bob.uri, "https://far.example/users/zoe"]

    def groups(_):
        return {"to_groups": [("followers", ann.id)]}

    await posted(ours, ann, 1, [], audience=ann.followers, **groups(ours))
    await posted(ours, ann, 2, [], **groups(ours))
    await ours.run_jobs()

    headers = {
        got.activity["object"]["id"][-1]: got.request.field("collection-synchronization")
        for got in peer.received
    }
    claim = read_claim(headers["1"])
    assert headers["2"] is None
    assert claim.digest == digest_of([bob.uri])
    assert claim.collection_id == ann.followers
    assert claim.url == f"{ann.uri}/followers_synchronization"
    first = next(got for got in peer.received if got.activity["object"]["id"][-1] == "1")
    assert "collection-synchronization" in (first.request.field("signature") or "")


async def test_a_host_may_read_which_of_its_people_follow(ours, peer, book):
    _, followers, _ = book
    ann, quiet = await ours.person(), await ours.person("quiet", Reach.HOME)
    bob = peer.add_actor("bob")
    followers[ann.id] = [bob.uri, "https://far.example/users/zoe"]
    url = f"{ann.uri}/followers_synchronization"
    assert (await peer.get(url))[0] == 401
    status, listed = await peer.get(url, bob)
    assert (status, listed["orderedItems"]) == (200, [bob.uri])
    assert (await peer.get(f"{quiet.uri}/followers_synchronization", bob))[0] == 404
    assert (await peer.get(f"{ours.base}/people/9/followers_synchronization", bob))[0] == 404


async def synchronised(ours, peer, bob, listed, *, url=None, digest=None):
    url = url or f"{bob.uri}/partial"
    peer.publish(
        f"{bob.uri}/partial",
        {
            "@context": bob.document["@context"], "id": f"{bob.uri}/partial",
            "type": "OrderedCollection", "orderedItems": listed,
        },
    )  # fmt: skip
    header = (
        f'collectionId="{bob.uri}/followers", url="{url}", digest="{digest or digest_of(listed)}"'
    )
    await peer.post(
        f"{ours.base}/inbox", bob.activity("Create", 1, object=bob.note(1)), bob,
        headers={"Collection-Synchronization": header},
    )  # fmt: skip
    await ours.run_jobs()


async def test_a_follow_that_the_other_side_does_not_know_is_dropped(ours, peer, book):
    follows, _, dropped = book
    ann, ben, bob = await ours.person(), await ours.person("ben"), peer.add_actor("bob")
    bob_id = await resolve_actor(ours.instance, bob.uri)
    follows[bob_id] = [(ann.id, ann.uri), (ben.id, ben.uri)]
    await synchronised(ours, peer, bob, [ann.uri])
    assert dropped == [(ben.id, bob_id)]


async def test_equal_digests_ask_nothing(ours, peer, book):
    follows, _, dropped = book
    ann, bob = await ours.person(), peer.add_actor("bob")
    bob_id = await resolve_actor(ours.instance, bob.uri)
    follows[bob_id] = [(ann.id, ann.uri)]
    await synchronised(ours, peer, bob, [ann.uri])
    assert "/users/bob/partial" not in peer.gets
    assert dropped == []


async def test_a_list_on_another_host_is_not_asked_for(ours, peer, book, make_peer):
    follows, _, dropped = book
    other = await make_peer(ours)
    ann, bob = await ours.person(), peer.add_actor("bob")
    bob_id = await resolve_actor(ours.instance, bob.uri)
    follows[bob_id] = [(ann.id, ann.uri)]
    await synchronised(ours, peer, bob, [], url=other.url("/partial"))
    assert other.gets == []
    assert dropped == []


async def test_a_list_that_cannot_be_had_changes_nothing(ours, peer, book):
    follows, _, dropped = book
    ann, bob = await ours.person(), peer.add_actor("bob")
    bob_id = await resolve_actor(ours.instance, bob.uri)
    follows[bob_id] = [(ann.id, ann.uri)]
    await synchronised(ours, peer, bob, [], url=f"{bob.uri}/missing", digest="0" * 64)
    assert dropped == []


async def test_an_author_without_followers_on_a_host_sends_no_digest(ours):
    ann = await ours.person()
    assert digest_header(ann, []) is None
