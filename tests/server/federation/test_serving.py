"""What is shown to whom: documents, Tombstones, WebFinger, NodeInfo, the instance's actor."""

from datetime import timedelta

import pytest
from aiohttp import web
from sqlalchemy import select

from activitypub.discovery.nodeinfo import Usage
from activitypub.documents.actor import read_actor
from server.federation import gone, outbox
from server.federation.actors import instance_actor
from server.federation.hosts import set_policy
from server.federation.leaving import close_actor
from server.federation.ledger import hosts_of, lines_of_actor
from server.federation.model import Actor, HostPolicy, OutgoingActivity, Reach
from server.federation.remote import resolve_actor
from server.federation.serving import Asker, Document, served
from server.federation.well_known import UsageSource
from server.platform.http.decorators import activity
from server.platform.instance import instance_of

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


@pytest.fixture
async def shown(make_ours, make_peer):
    """Make an instance that shows a note, a peer that asks for it, and the list of who asked."""
    askers: list[Asker] = []

    @activity()
    async def show(request: web.Request) -> web.Response:
        uri = instance_of(request).site.url(request.path)

        def build(_, asker: Asker) -> Document | None:
            askers.append(asker)
            if request.path.endswith("/404"):
                return None
            return Document({"id": uri, "type": "Note", "content": "hello"}, owner_id=7)

        return await served(request, build, uri, page="/@ann/1")

    async def make(**wishes):
        ours = await make_ours(routes=[web.get("/posts/{id}", show, name="test.post")], **wishes)
        return ours, await make_peer(ours), askers

    return make


async def test_a_document_is_shown_to_anybody_as_activitypub(shown):
    ours, peer, askers = await shown()
    async with peer.session.get(
        f"{ours.base}/posts/1", headers={"Accept": "application/ld+json"}
    ) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "application/activity+json; charset=utf-8"
        assert answer.headers["Vary"] == "Accept, Signature"
        document = await answer.json(content_type=None)
    assert document["@context"][0] == "https://www.w3.org/ns/activitystreams"
    assert askers == [Asker()]


async def test_a_browser_is_led_to_the_page(shown):
    ours, peer, _ = await shown()
    async with peer.session.get(
        f"{ours.base}/posts/1", headers={"Accept": "text/html"}, allow_redirects=False
    ) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "/@ann/1")


async def test_a_signed_fetch_says_who_asks_and_goes_to_the_ledger_once(shown):
    ours, peer, askers = await shown()
    bob = peer.add_actor("bob")
    url = f"{ours.base}/posts/1"

    await peer.get(url, bob)
    ours.clock.move(timedelta(hours=1))
    await peer.get(url, bob)

    assert askers[0].host == peer.host
    assert askers[0].uri == bob.uri
    assert askers[0].actor_id == await resolve_actor(ours.instance, bob.uri)
    assert await ours.instance.read(hosts_of, url) == [peer.host]
    (line,) = await ours.instance.read(lines_of_actor, 7)
    assert (line.how, line.first_at) == ("fetched", line.last_at)


async def test_a_bad_signature_counts_as_none_where_none_is_needed(shown):
    ours, peer, askers = await shown()
    bob = peer.add_actor("bob")
    stale = ours.clock.now() - timedelta(days=2)
    status, _ = await peer.get(f"{ours.base}/posts/1", bob, at=stale)
    assert status == 200
    assert askers == [Asker()]
    assert await ours.instance.read(hosts_of, f"{ours.base}/posts/1") == []


async def test_with_authorised_fetch_only_signed_requests_are_answered(shown):
    ours, peer, askers = await shown(authorized_fetch=True)
    bob = peer.add_actor("bob")
    status, problem = await peer.get(f"{ours.base}/posts/1")
    assert (status, problem["title"]) == (401, "not signed")
    stale = ours.clock.now() - timedelta(days=2)
    assert (await peer.get(f"{ours.base}/posts/1", bob, at=stale))[0] == 401
    assert askers == []
    assert (await peer.get(f"{ours.base}/posts/1", bob))[0] == 200


async def test_among_partners_only_partners_are_answered(shown, make_peer):
    ours, peer, askers = await shown(mode="partners")
    stranger = await make_peer(ours)
    bob, eve = peer.add_actor("bob"), stranger.add_actor("eve")
    await ours.do(lambda w: set_policy(w, peer.host, HostPolicy.PARTNER))
    assert (await peer.get(f"{ours.base}/posts/1"))[0] == 401
    assert (await stranger.get(f"{ours.base}/posts/1", eve))[0] in {401, 403}
    assert (await peer.get(f"{ours.base}/posts/1", bob))[0] == 200
    assert [asker.is_partner for asker in askers] == [True]


async def test_a_blocked_host_is_answered_403(shown):
    ours, peer, askers = await shown()
    bob = peer.add_actor("bob")
    await peer.get(f"{ours.base}/posts/1", bob)
    await ours.do(lambda w: set_policy(w, peer.host, HostPolicy.BLOCKED))
    status, _ = await peer.get(f"{ours.base}/posts/1", bob)
    assert status == 403
    assert len(askers) == 1


async def test_who_was_suspended_here_is_answered_403(shown):
    ours, peer, _ = await shown()
    bob = peer.add_actor("bob")
    bob_id = await resolve_actor(ours.instance, bob.uri)

    assert (await peer.get(f"{ours.base}/posts/1", bob))[0] == 200
    await ours.do(lambda w: setattr(w.session.get(Actor, bob_id), "suspended_at", w.now))
    assert (await peer.get(f"{ours.base}/posts/1", bob))[0] == 403


async def test_a_deleted_object_is_a_tombstone_for_30_days_and_then_not_found(shown):
    ours, peer, _ = await shown()
    url = f"{ours.base}/posts/404"
    assert (await peer.get(url))[0] == 404
    await ours.do(lambda w: gone.mark_gone(w, url, "Note"))

    status, tombstone = await peer.get(url)

    assert status == 410
    assert tombstone["type"] == "Tombstone"
    assert tombstone["formerType"] == "Note"
    assert tombstone["deleted"] == "2026-11-23T12:00:00Z"
    ours.clock.move(timedelta(days=31))
    assert (await peer.get(url))[0] == 404


async def test_the_instances_actor_is_shown_unsigned_even_with_authorised_fetch(shown):
    ours, peer, _ = await shown(authorized_fetch=True, mode="partners")
    status, document = await peer.get(f"{ours.base}/actor")
    actor = read_actor(document)
    assert status == 200
    assert (actor.id, actor.type) == (f"{ours.base}/actor", "Application")
    assert actor.preferred_username == "127.0.0.1"
    own = await ours.instance.read(instance_actor)
    assert actor.public_keys[0].pem == own.public_keys[f"{own.uri}#main-key"]
    assert actor.assertion_methods[0].multibase == own.public_keys[f"{own.uri}#ed25519-key"]


async def test_what_we_fetch_is_signed_by_the_instance(ours, peer):
    bob = peer.add_actor("bob")
    await resolve_actor(ours.instance, bob.uri)
    (signature,) = [sent for path, sent in peer.signatures if path == "/users/bob"]
    assert f'keyId="{ours.base}/actor#main-key"' in signature


async def test_a_public_activity_can_be_fetched_and_a_private_one_cannot(ours, peer):
    ann, bob = await ours.person(), peer.add_actor("bob")
    bob_id = await resolve_actor(ours.instance, bob.uri)
    uris = []

    def unit(w):
        for number, to in enumerate(([PUBLIC], [ann.followers])):
            uri = outbox.activity_uri(w)
            uris.append(uri)
            activity = {
                "id": uri, "type": "Create", "actor": ann.uri, "to": to,
                "object": {"id": f"{ours.base}/posts/{number}", "type": "Note"},
            }  # fmt: skip
            outbox.send(
                w, actor_id=ann.id, activity=activity, object_uri=f"{ours.base}/posts/{number}",
                to_actors=[bob_id],
            )  # fmt: skip

    await ours.do(unit)
    status, document = await peer.get(uris[0])
    assert (status, document["id"]) == (200, uris[0])
    assert (await peer.get(uris[1]))[0] == 404
    assert (await peer.get(f"{ours.base}/activities/1"))[0] == 404


async def test_an_activity_about_something_deleted_is_not_shown_any_more(ours, peer):
    ann, bob = await ours.person(), peer.add_actor("bob")
    bob_id = await resolve_actor(ours.instance, bob.uri)
    post, said = f"{ours.base}/posts/1", {}

    def tell(w, kind, words=""):
        said[kind] = outbox.activity_uri(w)
        activity = {
            "id": said[kind], "type": kind, "actor": ann.uri, "to": [PUBLIC],
            "object": {"id": post, "type": "Note", "content": words},
        }  # fmt: skip
        outbox.send(w, actor_id=ann.id, activity=activity, object_uri=post, to_actors=[bob_id])

    await ours.do(lambda w: tell(w, "Update", "a secret"))
    assert (await peer.get(said["Update"]))[0] == 200
    await ours.do(lambda w: setattr(w.session.get(Actor, ann.id), "suspended_at", w.now))
    assert (await peer.get(said["Update"]))[0] == 404
    await ours.do(lambda w: setattr(w.session.get(Actor, ann.id), "suspended_at", None))
    await ours.do(lambda w: (gone.mark_gone(w, post, "Note"), tell(w, "Delete")))

    assert (await peer.get(said["Update"]))[0] == 404
    assert (await peer.get(said["Delete"]))[0] == 200
    assert b"a secret" not in b"".join(await bodies(ours))


async def bodies(ours):
    return await ours.instance.read(
        lambda r: r.session.scalars(select(OutgoingActivity.body)).all()
    )


async def test_what_somebody_said_goes_with_them_and_their_farewell_stays(ours, peer):
    ann, bob = await ours.person(), peer.add_actor("bob")
    bob_id = await resolve_actor(ours.instance, bob.uri)

    def tell(w, kind, about):
        activity = {
            "id": outbox.activity_uri(w), "type": kind, "actor": ann.uri, "to": [PUBLIC],
            "object": about,
        }  # fmt: skip
        outbox.send(w, actor_id=ann.id, activity=activity, object_uri=about, to_actors=[bob_id])

    await ours.do(lambda w: tell(w, "Create", f"{ours.base}/posts/1"))
    await ours.do(lambda w: (tell(w, "Delete", ann.uri), close_actor(w, ann.id)))

    (left,) = await bodies(ours)
    assert b'"Delete"' in left


async def webfinger(ours, peer, resource):
    url = f"{ours.base}/.well-known/webfinger"
    async with peer.session.get(url, params={"resource": resource} if resource else None) as answer:
        return answer.status, await answer.json(content_type=None), answer.headers


async def test_webfinger_names_the_actor_by_handle_and_by_address(ours, peer):
    ann = await ours.person()
    host = ours.instance.site.host
    for resource in (f"acct:ann@{host}", f"acct:ANN@{host}", f"@ann@{host}", ann.uri, ann.url):
        status, descriptor, headers = await webfinger(ours, peer, resource)
        assert status == 200, resource
        assert descriptor["subject"] == f"acct:ann@{host}"
        assert {"rel": "self", "type": "application/activity+json", "href": ann.uri} in descriptor[
            "links"
        ]
    assert headers["Content-Type"].startswith("application/jrd+json")
    assert headers["Access-Control-Allow-Origin"] == "*"


async def test_webfinger_names_the_instances_actor_for_the_servers_address(ours, peer):
    for resource in (f"{ours.base}/", ours.base, f"acct:127.0.0.1@{ours.instance.site.host}"):
        status, descriptor, _ = await webfinger(ours, peer, resource)
        assert status == 200, resource
        assert f"{ours.base}/actor" in [link.get("href") for link in descriptor["links"]]


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (None, 400),
        ("", 400),
        ("ann", 400),
        ("acct:@", 400),
        ("acct:nobody@HOST", 404),
        ("acct:ann@elsewhere.example", 404),
        ("https://elsewhere.example/", 404),
        ("https://elsewhere.example/users/ann", 404),
        ("BASE/people/999", 404),
        ("acct:quiet@HOST", 404),
        ("acct:gone@HOST", 410),
    ],
)
async def test_webfinger_refuses_what_it_cannot_answer(ours, peer, resource, expected):
    await ours.person()
    await ours.person("quiet", Reach.HOME)
    left = await ours.person("gone")
    await ours.do(lambda w: close_actor(w, left.id))
    if resource is not None:
        resource = resource.replace("HOST", ours.instance.site.host).replace("BASE", ours.base)
    assert (await webfinger(ours, peer, resource))[0] == expected


async def test_host_meta_leads_to_webfinger_in_both_forms(ours, peer):
    async with peer.session.get(f"{ours.base}/.well-known/host-meta") as answer:
        assert answer.headers["Content-Type"].startswith("application/xrd+xml")
        assert f"{ours.base}/.well-known/webfinger?resource={{uri}}" in await answer.text()
    async with peer.session.get(f"{ours.base}/.well-known/host-meta.json") as answer:
        assert (await answer.json())["links"][0]["rel"] == "lrdd"


@pytest.mark.parametrize("version", ["2.0", "2.1"])
async def test_nodeinfo_counts_what_the_rooms_above_count(ours, peer, version):
    ours.instance.add_part(UsageSource(lambda _: Usage(users=12, active_month=3, local_posts=40)))
    async with peer.session.get(f"{ours.base}/.well-known/nodeinfo") as answer:
        links = {link["rel"]: link["href"] for link in (await answer.json())["links"]}
    assert links["https://www.w3.org/ns/activitystreams#Application"] == f"{ours.base}/actor"
    url = links[f"http://nodeinfo.diaspora.software/ns/schema/{version}"]
    async with peer.session.get(url) as answer:
        assert f"/schema/{version}#" in answer.headers["Content-Type"]
        told = await answer.json(content_type=None)
    assert told["version"] == version
    assert told["software"]["name"] == "meshwork"
    assert told["usage"] == {"users": {"total": 12, "activeMonth": 3}, "localPosts": 40}


async def test_an_unknown_nodeinfo_version_is_not_found(ours, peer):
    async with peer.session.get(f"{ours.base}/nodeinfo/3.0") as answer:
        assert answer.status == 404


async def test_the_instances_actor_has_an_empty_outbox(ours, peer):
    status, outbox_document = await peer.get(f"{ours.base}/actor/outbox")
    assert (status, outbox_document["totalItems"]) == (200, 0)
