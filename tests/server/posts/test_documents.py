"""Posts as documents over real HTTP: who is shown what, and what is left of a deleted one."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from activitypub.documents.event import read_event
from activitypub.documents.note import read_note
from server.federation import remote
from server.federation.ledger import hosts_of
from server.federation.model import Reach
from server.people import relations
from server.platform.clock import SetClock
from server.posts import reactions_to
from server.posts.documents import note_document
from server.posts.kinds.wire import record_of
from server.posts.model import Audience
from server.posts.service import Draft, delete_post, publish_post
from tests.support.apps import Served, served
from tests.support.instances import NOON
from tests.support.peer import Peer
from tests.support.people import make_person
from tests.support.posts import make_post, make_vacancy


@pytest.fixture
async def ours(database_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    """Serve an instance on loopback with a clock that is set."""
    clock = SetClock(NOON)
    async with served(
        database_url, tmp_path, address="127.0.0.1", clock=clock, jobs=False
    ) as started:
        yield started


@pytest.fixture
async def peer(ours: Served) -> AsyncIterator[Peer]:
    """Give another instance on another loopback address."""
    async with Peer(ours.instance.clock).running("127.0.0.2") as started:
        yield started


async def test_a_public_post_and_its_create_are_shown(ours: Served, peer: Peer) -> None:
    ann = await make_person(ours.instance, "ann")
    post = await make_post(ours.instance, ann.id, "Hello #there")

    status, note = await peer.get(post.uri)
    assert (status, note["type"], note["id"]) == (200, "Note", post.uri)
    assert read_note(note).content.text == post.content
    status, made = await peer.get(f"{post.uri}/activity")
    assert (status, made["type"], made["object"]["id"]) == (200, "Create", post.uri)
    status, replies = await peer.get(f"{post.uri}/replies")
    assert (status, replies["totalItems"]) == (200, 0)


@pytest.mark.parametrize("audience", [Audience.FOLLOWERS, Audience.PARTNERS, Audience.MEMBERS])
async def test_a_narrow_post_is_shown_to_nobody_unknown(
    ours: Served, peer: Peer, audience: Audience
) -> None:
    ann = await make_person(ours.instance, "ann")
    post = await make_post(ours.instance, ann.id, audience=audience)
    rob = peer.add_actor("rob")
    await remote.resolve_actor(ours.instance, rob.uri)

    for path in ("", "/activity", "/replies"):
        assert (await peer.get(f"{post.uri}{path}"))[0] == 404
        assert (await peer.get(f"{post.uri}{path}", rob))[0] == 404


async def test_a_follower_is_shown_a_post_for_followers_and_the_ledger_knows(
    ours: Served, peer: Peer
) -> None:
    ann = await make_person(ours.instance, "ann")
    post = await make_post(ours.instance, ann.id, audience=Audience.FOLLOWERS)
    rob = peer.add_actor("rob")
    rob_id = await remote.resolve_actor(ours.instance, rob.uri)
    assert rob_id is not None
    await ours.instance.work(
        lambda w: relations.follow(w, rob_id, ann.id, uri=f"{rob.uri}/follows/1")
    )

    status, note = await peer.get(post.uri, rob)

    assert (status, note["to"]) == (200, [f"{ours.base}/people/{ann.id}/followers"])
    assert await ours.instance.read(hosts_of, post.uri) == [peer.host]
    assert (await peer.get(post.uri))[0] == 404


async def test_nothing_of_somebody_at_home_is_shown(ours: Served, peer: Peer) -> None:
    shy = await make_person(ours.instance, "shy", reach=Reach.HOME)
    post = await make_post(ours.instance, shy.id)

    for address in (
        post.uri,
        f"{post.uri}/activity",
        f"{post.uri}/replies",
        f"{ours.base}/people/{shy.id}/outbox",
        f"{ours.base}/people/{shy.id}/outbox?page=1",
        f"{ours.base}/people/{shy.id}/featured",
    ):
        assert (await peer.get(address))[0] == 404


async def test_the_outbox_holds_what_the_asker_may_see_in_pages(ours: Served, peer: Peer) -> None:
    ann = await make_person(ours.instance, "ann")
    bob = await make_person(ours.instance, "bob")
    theirs = await make_post(ours.instance, bob.id)
    posts = [await make_post(ours.instance, ann.id, str(number)) for number in range(21)]
    await make_post(ours.instance, ann.id, "narrow", audience=Audience.FOLLOWERS)
    boost = await ours.instance.work(reactions_to.boost, ann.id, theirs.id)
    outbox = f"{ours.base}/people/{ann.id}/outbox"

    status, whole = await peer.get(outbox)
    assert (status, whole["totalItems"]) == (200, 23)
    _, first = await peer.get(whole["first"])
    _, second = await peer.get(first["next"])
    _, last = await peer.get(second["next"])

    items = first["orderedItems"] + second["orderedItems"]
    assert items[0]["type"] == "Announce"
    assert items[0]["id"] == boost.uri
    assert [item["object"]["id"] for item in items[1:]] == [post.uri for post in reversed(posts)]
    assert last["orderedItems"] == []
    assert (await peer.get(boost.uri))[1]["object"] == theirs.uri


async def test_featured_posts_are_listed(ours: Served, peer: Peer) -> None:
    ann = await make_person(ours.instance, "ann")
    post = await make_post(ours.instance, ann.id)
    await ours.instance.work(reactions_to.pin, ann.id, post.id)

    status, listed = await peer.get(f"{ours.base}/people/{ann.id}/featured")

    assert status == 200
    assert [item["id"] for item in listed["orderedItems"]] == [post.uri]


async def test_replies_that_are_public_are_listed(ours: Served, peer: Peer) -> None:
    ann = await make_person(ours.instance, "ann")
    post = await make_post(ours.instance, ann.id)
    answer = await make_post(ours.instance, ann.id, "a", in_reply_to_id=post.id)
    await make_post(ours.instance, ann.id, "b", in_reply_to_id=post.id, audience=Audience.MEMBERS)

    _, replies = await peer.get(f"{post.uri}/replies")

    assert replies["orderedItems"] == [answer.uri]


async def test_a_deleted_post_is_a_tombstone(ours: Served, peer: Peer) -> None:
    ann = await make_person(ours.instance, "ann")
    post = await make_post(ours.instance, ann.id)
    await ours.instance.work(delete_post, ann.id, post.id)

    status, stone = await peer.get(post.uri)

    assert (status, stone["type"], stone["formerType"]) == (410, "Tombstone", "Note")
    assert (await peer.get(f"{ours.base}/posts/12345"))[0] == 404
    assert (await peer.get(f"{ours.base}/posts/99999999999999999999999"))[0] == 404


async def test_a_browser_is_led_to_the_page(ours: Served, peer: Peer) -> None:
    ann = await make_person(ours.instance, "ann")
    post = await make_post(ours.instance, ann.id)
    hidden = await make_post(ours.instance, ann.id, audience=Audience.MEMBERS)
    headers = {"Accept": "text/html"}

    async def look(address: str) -> tuple[int, str | None]:
        async with peer.session.get(address, headers=headers, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location")

    assert await look(post.uri) == (302, f"/@ann/{post.id}")
    assert (await look(hidden.uri))[0] == 404


async def test_a_kind_survives_the_wire(ours: Served, peer: Peer) -> None:
    ann = await make_person(ours.instance, "ann")
    post = await make_vacancy(ours.instance, ann.id, tags=["care"])

    _, note = await peer.get(post.uri)

    found = record_of(note)
    assert found is not None
    assert found[1] == post.record


def _event(**said: Any) -> dict[str, Any]:
    return {
        "name": "Open day",
        "summary": "Meet employers.",
        "inLanguage": "en",
        "helix": "GOVERNMENT",
        "regions": ["BE255"],
        "contact": {"email": "info@ours.example"},
        "eventType": "FAIR",
        "mode": "ONSITE",
        "startTime": "2026-12-14T13:00:00+01:00",
        "endTime": "2026-12-14T17:00:00+01:00",
        "timezone": "Europe/Brussels",
        "location": {"name": "Town hall", "addressCountry": "BE"},
        **said,
    }


async def test_an_event_speaks_the_words_of_calendars(ours: Served, peer: Peer) -> None:
    ann = await make_person(ours.instance, "ann")
    draft = Draft(author_id=ann.id, kind="event", record=_event())
    post = await ours.instance.work(publish_post, draft)

    _, document = await peer.get(post.uri)

    assert document["type"] == "Event"
    event = read_event(document)
    assert (event.timezone, event.join_mode) == ("Europe/Brussels", "external")
    assert "December" in document["summary"]
    # Mobilizon shows the page of an event under this name only.
    assert document["attachment"][-1] == {
        "type": "Link", "mediaType": "text/html", "href": post.url, "name": "Website",
    }  # fmt: skip
    found = record_of(document)
    assert found is not None
    # What the envelope says beside it (sign-up, status) comes back as well; nothing is lost.
    assert post.record is not None
    assert post.record.items() <= found[1].items()


async def test_only_posts_of_ours_have_documents(ours: Served) -> None:
    ann = await make_person(ours.instance, "ann")
    post = await make_post(ours.instance, ann.id)
    boost = await ours.instance.work(reactions_to.boost, ann.id, post.id)

    with pytest.raises(Exception, match="Record not found"):
        await ours.instance.read(note_document, boost.id)
    assert (await ours.instance.read(note_document, post.id))["id"] == post.uri


async def test_threads_are_fetched_up_and_down_within_limits(ours: Served, peer: Peer) -> None:
    from activitypub.fetching.budget import Budget
    from server.posts.threads import fetch_ancestors, fetch_for_search, fetch_post, fetch_replies
    from tests.support.posts import kept, known

    rob = peer.add_actor("rob")
    for number in range(1, 36):
        above = {"inReplyTo": f"{rob.uri}/notes/{number - 1}"} if number > 1 else {}
        _publish(peer, rob.note(number, f"n{number}", **above))
    replies = {
        "id": f"{rob.uri}/notes/1/replies",
        "type": "Collection",
        "first": {
            "type": "CollectionPage",
            "partOf": f"{rob.uri}/notes/1/replies",
            "items": [f"{rob.uri}/notes/2", f"{ours.base}/posts/1", f"{rob.uri}/notes/missing"],
        },
    }
    _publish(peer, {**rob.note(1, "n1"), "replies": replies})

    found = await fetch_for_search(ours.instance, f"{rob.uri}/notes/35")
    assert found is not None
    await fetch_ancestors(ours.instance, found, budget=Budget())
    fetched = [path for path in peer.gets if "/notes/" in path]
    assert len(fetched) <= 31
    above = await kept(ours.instance, f"{rob.uri}/notes/34")
    assert (await kept(ours.instance, f"{rob.uri}/notes/35")).in_reply_to_id == above.id

    top = await fetch_post(ours.instance, f"{rob.uri}/notes/1", budget=Budget())
    assert top is not None
    await fetch_replies(ours.instance, top, budget=Budget())
    answer = await kept(ours.instance, f"{rob.uri}/notes/2")
    assert answer.in_reply_to_id == top
    assert await known(ours.instance, f"{rob.uri}/notes/missing") is None


def _publish(peer: Peer, note: dict[str, Any]) -> None:
    peer.publish(note["id"], {"@context": "https://www.w3.org/ns/activitystreams", **note})


async def test_what_is_fetched_must_be_what_it_says(ours: Served, peer: Peer) -> None:
    from activitypub.fetching.budget import Budget
    from server.posts.threads import fetch_post

    rob = peer.add_actor("rob")
    foreign = {**rob.note(1), "attributedTo": "https://far.example/users/eve"}
    narrow = {**rob.note(2), "to": [f"{rob.uri}/friends"]}
    activity = rob.activity("Create", 4, object=rob.note(3))
    _publish(peer, foreign)
    _publish(peer, narrow)
    _publish(peer, rob.note(3))
    peer.publish(activity["id"], activity)

    async def fetch(uri: str) -> int | None:
        return await fetch_post(ours.instance, uri, budget=Budget())

    assert await fetch(foreign["id"]) is None
    assert await fetch(narrow["id"]) is None
    assert await fetch(rob.uri) is None
    assert await fetch(f"{ours.base}/posts/1") is None
    assert await fetch(activity["id"]) is not None


async def test_an_announced_post_is_fetched_for_followers_only(ours: Served, peer: Peer) -> None:
    from tests.support.posts import hear, known

    ann = await make_person(ours.instance, "ann")
    rob, eve = peer.add_actor("rob"), peer.add_actor("eve")
    for actor in (rob, eve):
        assert await remote.resolve_actor(ours.instance, actor.uri) is not None
    rob_id = await remote.resolve_actor(ours.instance, rob.uri)
    assert rob_id is not None
    _publish(peer, eve.note(1))

    await hear(
        ours.instance, rob.activity("Announce", 1, object=eve.note(1)["id"], to=["as:Public"])
    )
    assert await known(ours.instance, eve.note(1)["id"]) is None

    def following(w: Any) -> None:
        relations.follow(w, ann.id, rob_id)
        relations.accept_follow(w, rob_id, ann.id)

    await ours.instance.work(following)
    await hear(
        ours.instance, rob.activity("Announce", 2, object=eve.note(1)["id"], to=["as:Public"])
    )

    post = await known(ours.instance, eve.note(1)["id"])
    assert post is not None
    assert post.boosts_count == 1


async def test_a_group_passes_on_changes_and_ends_that_the_origin_confirms(
    ours: Served, peer: Peer
) -> None:
    from tests.support.posts import hear, kept, known

    ann = await make_person(ours.instance, "ann")
    club, eve = peer.add_actor("club", type="Group"), peer.add_actor("eve")
    club_id = await remote.resolve_actor(ours.instance, club.uri)
    assert club_id is not None

    def following(w: Any) -> None:
        relations.follow(w, ann.id, club_id)
        relations.accept_follow(w, club_id, ann.id)

    async def passed_on(number: int, activity: Any) -> None:
        await hear(ours.instance, club.activity("Announce", number, object=activity))

    await ours.instance.work(following)
    note = eve.note(1)
    _publish(peer, note)
    await passed_on(1, eve.activity("Create", 1, object=note))

    changed = eve.note(1, "changed", updated="2026-11-23T11:30:00Z")
    _publish(peer, changed)
    forged = changed | {"content": "<p>forged</p>"}
    await passed_on(2, eve.activity("Update", 2, object=forged))
    post = await kept(ours.instance, note["id"])
    assert (post.content, post.boosts_count) == ("<p>changed</p>", 1)

    deleted = eve.activity("Delete", 3, object=note["id"])
    await passed_on(3, deleted)
    assert await known(ours.instance, note["id"]) is not None
    peer.withdraw(note["id"])
    await passed_on(4, deleted)
    assert await known(ours.instance, note["id"]) is None
