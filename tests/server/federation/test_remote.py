"""Actors and objects elsewhere: found, kept fresh, confirmed, refused, and gone."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from activitypub.discovery.handles import Handle
from activitypub.documents.actor import read_actor
from activitypub.errors import DocumentError
from activitypub.fetching.budget import Budget
from server.federation.actors import (
    ForeignDatabase,
    actor_by_handle,
    actor_by_uri,
    create_local_actor,
    has_instance_actor,
    store_remote_actor,
)
from server.federation.events import ActorGone, RemoteActorSeen
from server.federation.hosts import (
    HostBook,
    Policies,
    policy_of,
    set_policy,
)
from server.federation.keys import KeyRing, destroy_keys, new_keys, rsa_keys
from server.federation.model import Actor, ActorKey, HostPolicy, Reach, RemoteHost
from server.federation.remote import fetch_object, resolve_actor, resolve_handle
from server.platform.errors import Conflict, Invalid
from server.platform.events import Reaction, Reactions


def heard(ours, kind):
    """Let a room above listen to an event; returns what it hears."""
    events = []
    ours.instance.reactions = Reactions([Reaction(kind, lambda _, event: events.append(event))])
    return events


async def actor(ours, actor_id):
    return await ours.instance.read(lambda r: r.session.get(Actor, actor_id))


async def test_a_handle_is_looked_up_once_and_then_known(ours, peer):
    bob = peer.add_actor("bob")
    events = heard(ours, RemoteActorSeen)

    found = await resolve_handle(ours.instance, f"bob@{peer.host}")
    fetched = len(peer.gets)
    again = await resolve_handle(ours.instance, f"@BOB@{peer.host}")

    assert found == again == await resolve_actor(ours.instance, bob.uri)
    assert len(peer.gets) == fetched
    assert [event.document.name for event in events] == ["Bob"]
    row = await actor(ours, found)
    assert (row.username, row.host, row.shared_inbox) == ("bob", peer.host, f"{peer.base}/inbox")


async def test_our_own_handles_need_no_network(ours, peer):
    ann = await ours.person()
    assert await resolve_handle(ours.instance, "ann") == ann.id
    assert await resolve_handle(ours.instance, f"ann@{ours.instance.site.host}") == ann.id
    assert await resolve_handle(ours.instance, f"nobody@{ours.instance.site.host}") is None
    assert await resolve_handle(ours.instance, "not a handle") is None


async def test_an_actor_older_than_a_day_is_fetched_anew(ours, peer):
    bob = peer.add_actor("bob")
    bob_id = await resolve_actor(ours.instance, bob.uri)
    bob.document["inbox"] = f"{bob.uri}/new-inbox"
    await resolve_actor(ours.instance, bob.uri)
    assert (await actor(ours, bob_id)).inbox == f"{bob.uri}/inbox"
    ours.clock.move(timedelta(hours=25))
    assert await resolve_actor(ours.instance, bob.uri) == bob_id
    assert (await actor(ours, bob_id)).inbox == f"{bob.uri}/new-inbox"


async def test_an_old_card_is_better_than_none_when_its_host_is_down(ours, peer):
    bob = peer.add_actor("bob")
    bob_id = await resolve_actor(ours.instance, bob.uri)
    peer.withdraw(bob.uri, status=503)
    ours.clock.move(timedelta(hours=25))
    assert await resolve_actor(ours.instance, bob.uri) == bob_id
    assert await resolve_actor(ours.instance, bob.uri, refresh=True) is None


async def test_an_actor_that_is_gone_is_announced_once_and_not_found_again(ours, peer):
    bob = peer.add_actor("bob")
    bob_id = await resolve_actor(ours.instance, bob.uri)
    events = heard(ours, ActorGone)
    peer.withdraw(bob.uri)
    ours.clock.move(timedelta(hours=25))

    assert await resolve_actor(ours.instance, bob.uri) is None
    assert await resolve_actor(ours.instance, bob.uri) is None

    assert events == [ActorGone(bob_id)]
    assert (await actor(ours, bob_id)).gone_at is not None


async def test_many_who_ask_for_one_actor_fetch_it_once(ours, peer):
    bob = peer.add_actor("bob")
    found = await asyncio.gather(*(resolve_actor(ours.instance, bob.uri) for _ in range(20)))
    assert len(set(found)) == 1
    assert peer.gets.count("/users/bob") == 1


async def test_a_failure_is_remembered_for_a_while(ours, peer):
    for _ in range(3):
        assert await resolve_actor(ours.instance, peer.url("/users/nobody")) is None
    assert peer.gets.count("/users/nobody") == 1


async def test_a_handle_on_another_domain_counts_only_when_that_domain_agrees(
    ours, peer, make_peer
):
    other = await make_peer(ours)
    bob = peer.add_actor("bob")
    peer.names_host = other.host
    bob_id = await resolve_actor(ours.instance, bob.uri)
    assert (await actor(ours, bob_id)).host == peer.host

    other.actors["bob"] = bob  # now it says the same
    await resolve_actor(ours.instance, bob.uri, refresh=True)
    assert (await actor(ours, bob_id)).host == other.host


async def test_a_name_passes_to_a_confirmed_newcomer_and_not_to_another(ours, peer):
    bob = peer.add_actor("bob")
    first = await resolve_actor(ours.instance, bob.uri)
    impostor = read_actor({**bob.document, "id": peer.url("/users/impostor"), "publicKey": []})

    def seize(w, handle=None):
        return store_remote_actor(w, impostor, handle=handle).id

    second = await ours.do(seize)
    by_name = await ours.instance.read(actor_by_handle, "bob", peer.host)
    assert by_name.id == first != second

    await ours.do(lambda w: seize(w, Handle("bob", peer.host)))
    by_name = await ours.instance.read(actor_by_handle, "bob", peer.host)
    assert by_name.id == second


async def test_only_keys_that_are_the_actors_own_are_kept(ours, peer, make_peer):
    zoe = (await make_peer(ours)).add_actor("zoe")
    bob = peer.add_actor("bob")
    bob.document["publicKey"] = [bob.document["publicKey"], zoe.document["publicKey"]]
    bob_id = await resolve_actor(ours.instance, bob.uri)
    assert set((await actor(ours, bob_id)).public_keys) == {
        f"{bob.uri}#main-key", f"{bob.uri}#ed25519-key"
    }  # fmt: skip


async def test_an_actor_that_claims_our_address_is_refused(ours, peer):
    bob = peer.add_actor("bob")
    document = read_actor({**bob.document, "id": f"{ours.base}/people/5"})
    with pytest.raises(DocumentError):
        await ours.do(lambda w: store_remote_actor(w, document))


async def test_nothing_is_fetched_from_a_blocked_host_or_its_subdomains(ours, peer):
    bob = peer.add_actor("bob")
    await ours.do(lambda w: set_policy(w, peer.host, HostPolicy.BLOCKED))
    assert await resolve_actor(ours.instance, bob.uri) is None
    assert await resolve_handle(ours.instance, f"bob@{peer.host}") is None
    assert await fetch_object(ours.instance, f"{bob.uri}/notes/1", budget=Budget()) is None
    assert peer.gets == []


async def test_an_object_is_believed_only_at_its_own_id(ours, peer, make_peer):
    other = await make_peer(ours)
    bob, zoe = peer.add_actor("bob"), other.add_actor("zoe")
    note = {"@context": bob.document["@context"], **zoe.note(1)}
    peer.publish(f"{bob.uri}/notes/1", note)
    assert await fetch_object(ours.instance, f"{bob.uri}/notes/1", budget=Budget()) is None
    second = {"@context": bob.document["@context"], **zoe.note(2, "forged")}
    peer.publish(f"{bob.uri}/notes/2", second)
    other.publish(second["id"], second | {"content": "<p>genuine</p>"})
    found = await fetch_object(ours.instance, f"{bob.uri}/notes/2", budget=Budget())
    assert found is not None
    assert found["content"] == "<p>genuine</p>"


async def test_our_own_documents_are_never_fetched(ours):
    assert await fetch_object(ours.instance, f"{ours.base}/actor", budget=Budget()) is None
    assert await resolve_actor(ours.instance, f"{ours.base}/people/9") is None


async def test_a_budget_ends_the_fetching(ours, peer):
    bob = peer.add_actor("bob")
    budget = Budget.of(fetches=0)
    assert await fetch_object(ours.instance, f"{bob.uri}/notes/1", budget=budget) is None
    assert peer.gets == []


async def test_a_new_host_is_looked_at_once(ours, peer):
    bob = peer.add_actor("bob")
    peer.publish(
        peer.url("/.well-known/nodeinfo"),
        {
            "links": [
                {
                    "rel": "http://nodeinfo.diaspora.software/ns/schema/2.1",
                    "href": peer.url("/nodeinfo/2.1"),
                }
            ]
        },
    )
    peer.publish(
        peer.url("/nodeinfo/2.1"),
        {"version": "2.1", "software": {"name": "mastodon", "version": "4.5.2"}},
    )
    await resolve_actor(ours.instance, bob.uri)
    ours.clock.move(timedelta(minutes=11))
    await ours.run_jobs()
    row = await ours.instance.read(lambda r: r.session.get(RemoteHost, peer.host))
    assert (row.software, row.software_version) == ("mastodon", "4.5.2")
    assert row.looked_at is not None


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("bad.example", False),
        ("sub.bad.example", False),
        ("a.b.bad.example:8443", False),
        ("notbad.example", True),
        ("example", True),
        ("friend.example", True),
        ("bad.friend.example", True),
    ],
)
def test_a_block_covers_subdomains_and_ports(host, expected):
    by_host = {"bad.example": HostPolicy.BLOCKED, "friend.example": HostPolicy.PARTNER}
    assert Policies(by_host, partners_only=False).may_federate(host) is expected
    wanted = expected and host == "friend.example"
    assert Policies(by_host, partners_only=True).may_federate(host) is wanted


@pytest.mark.parametrize(
    ("reach", "friend", "stranger"),
    [(Reach.HOME, False, False), (Reach.PARTNERS, True, False), (Reach.FEDIVERSE, True, True)],
)
def test_reach_bounds_who_may_receive(reach, friend, stranger):
    policies = Policies({"friend.example": HostPolicy.PARTNER}, partners_only=False)
    assert policies.may_receive("friend.example", reach) is friend
    assert policies.may_receive("stranger.example", reach) is stranger


async def test_a_policy_is_known_to_the_inbox_within_two_seconds(ours):
    book = ours.instance.part(HostBook)
    assert (await book.current()).may_knock("bad.example")
    await ours.do(lambda w: set_policy(w, " BAD.example ", HostPolicy.BLOCKED, "spam"))
    book._read_at -= 3
    assert not (await book.current()).may_knock("bad.example")
    assert await ours.instance.read(policy_of, "x.bad.example") is HostPolicy.BLOCKED
    await ours.do(lambda w: set_policy(w, "bad.example", HostPolicy.OPEN))
    assert await ours.instance.read(policy_of, "x.bad.example") is HostPolicy.OPEN


async def test_what_is_no_host_gets_no_policy(ours):
    with pytest.raises(Invalid):
        await ours.do(lambda w: set_policy(w, "not a host/", HostPolicy.BLOCKED))


@pytest.mark.parametrize("name", ["\u0130" * 255, "a" * 256, "ann@evil.test", "a\nb", "a b", "@"])
async def test_a_name_that_fits_nowhere_is_replaced_by_the_host(ours, peer, name):
    bob = peer.add_actor("bob")
    bob.document["preferredUsername"] = name

    found = await resolve_actor(ours.instance, bob.uri)
    actor = await ours.instance.read(lambda r: r.session.get(Actor, found))

    assert actor.username == peer.host.partition(":")[0]
    assert len(actor.username_key) <= 255


async def test_a_name_is_given_once(ours):
    await ours.person("ann")
    with pytest.raises(Conflict):
        await ours.person("ANN")


async def test_private_keys_are_sealed_and_gone_when_destroyed(ours):
    ann = await ours.person()
    row = await ours.instance.read(lambda r: r.session.get(ActorKey, ann.id))
    assert b"PRIVATE" not in row.rsa_private + row.ed25519_private
    ring = ours.instance.part(KeyRing)
    assert (await ring.signing_keys([ann.id]))[ann.id].key_id == f"{ann.uri}#main-key"
    await ours.do(lambda w: destroy_keys(w, ann.id))
    ring.forget(ann.id)
    assert await ring.signing_keys([ann.id]) == {}
    assert await ours.instance.read(rsa_keys, [ann.id]) == {}


async def test_a_key_sealed_for_one_actor_opens_for_no_other(ours):
    from server.platform.secrets import SecretsError

    ann, ben = await ours.person(), await ours.person("ben")

    def swap(w):
        mine, theirs = (w.session.get_one(ActorKey, one.id) for one in (ann, ben))
        mine.wrapped_key, mine.rsa_private = theirs.wrapped_key, theirs.rsa_private

    await ours.do(swap)
    with pytest.raises(SecretsError):
        await ours.instance.read(rsa_keys, [ann.id])


async def test_the_address_of_an_instance_cannot_change_under_its_data(ours):
    def move(w):
        w.session.get_one(Actor, 1).uri = "https://former.example/actor"

    await ours.do(move)
    with pytest.raises(ForeignDatabase):
        await ours.instance.read(has_instance_actor)


async def test_a_name_here_may_be_a_name_elsewhere_too(ours, peer):
    ann = await ours.person("bob")
    other = await resolve_actor(ours.instance, peer.add_actor("bob").uri)
    assert (await ours.instance.read(actor_by_handle, "bob", "")).id == ann.id != other
    assert (await ours.instance.read(actor_by_uri, ann.uri)).id == ann.id
    assert await ours.instance.read(lambda r: r.session.scalar(select(func.count(Actor.id)))) == 3


async def test_new_keys_differ_each_time(ours):
    keys = new_keys()
    made = await ours.do(
        lambda w: create_local_actor(
            w, username="cas", actor_type="Person", reach=Reach.HOME, keys=keys
        )
    )
    ann = await ours.person()
    assert set(made.public_keys.values()).isdisjoint(ann.public_keys.values())
