"""Posts that go with people, hosts, reach and time; what a person gets to take along."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from server.federation.gone import gone
from server.federation.hosts import set_policy
from server.federation.ledger import note_delivery
from server.federation.model import HostPolicy, Reach
from server.people.service import change_reach, delete_person
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.work import Reading, Work
from server.posts import jobs, leaving, polls, privacy, reactions_to
from server.posts.model import Audience, Bookmark, Like, Post, ThreadMute, Vote
from server.posts.recipients import partner_followers, partners
from tests.support.people import card, make_person, make_remote
from tests.support.posts import (
    create,
    follow,
    hear,
    kept,
    known,
    make_poll,
    make_post,
    make_vacancy,
    remote_note,
    seen,
    sent,
    shown,
)

ROB = "https://far.example/users/rob"


async def test_everything_of_somebody_goes_with_them(instance: Instance) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    theirs = await make_post(instance, bob.id)
    poll = await make_poll(instance, bob.id)
    mine = await make_post(instance, ann.id)
    await make_post(instance, ann.id, "reply", in_reply_to_id=theirs.id)
    await instance.work(reactions_to.like, ann.id, theirs.id)
    await instance.work(reactions_to.boost, ann.id, theirs.id)
    await instance.work(reactions_to.bookmark, ann.id, theirs.id)
    await instance.work(reactions_to.mute_thread, ann.id, theirs.id)
    await instance.work(polls.vote, ann.id, poll.id, [0])
    answer = await make_post(instance, bob.id, "@ann ok", in_reply_to_id=mine.id)

    await instance.work(delete_person, ann.id)

    row = await seen(instance, theirs.id)
    assert (row.likes_count, row.boosts_count, row.replies_count) == (0, 0, 0)
    left = await seen(instance, answer.id)
    assert (left.in_reply_to_id, left.in_reply_to_person_id, left.mentions) == (None, None, ())
    assert await instance.read(gone, mine.uri) is not None

    def counted(r: Reading) -> list[int]:
        tables = (Like, Bookmark, Vote, ThreadMute)
        return [
            r.session.scalar(select(func.count()).where(t.person_id == ann.id)) or 0 for t in tables
        ]

    assert await instance.read(counted) == [0, 0, 0, 0]


async def test_a_blocked_host_loses_everything_here(instance: Instance) -> None:
    ann, rob = await make_person(instance, "ann"), await make_remote(instance)
    await follow(instance, ann.id, rob.id)
    sub = await make_remote(instance, "sue", "sub.far.example")
    other = await make_remote(instance, "odd", "notfar.example")
    for one in (sub, other):
        await follow(instance, ann.id, one.id)
    uris = [ROB, "https://sub.far.example/users/sue", "https://notfar.example/users/odd"]
    for uri in uris:
        await hear(instance, create(remote_note(uri)))

    await instance.work(set_policy, "far.example", HostPolicy.BLOCKED, "spam")
    job = Job(
        id=1, kind=leaving.FORGET_HOST, payload={"host": "far.example"}, attempts=1,
        created_at=instance.clock.now(), host=None, order_key=None,
    )  # fmt: skip
    await jobs.forget_host(instance, job)

    found = [await known(instance, f"{uri.split('/users/')[0]}/notes/1") for uri in uris]
    assert [post is not None for post in found] == [False, False, True]


async def test_a_shorter_reach_takes_posts_back_from_whom_it_leaves_out(
    instance: Instance,
) -> None:
    ann = await make_person(instance, "ann")
    await make_remote(instance, "rob", "far.example")
    await make_remote(instance, "pat", "partner.example")
    await instance.work(set_policy, "partner.example", HostPolicy.PARTNER)
    post = await make_post(instance, ann.id)

    def deliver(w: Work) -> None:
        for host in ("far.example", "partner.example"):
            note_delivery(w, post.uri, host, ann.id, "delivered")

    await instance.work(deliver)

    await instance.work(change_reach, ann.id, Reach.PARTNERS)

    deletes = [
        one
        for one in await sent(instance)
        if one["type"] == "Delete" and isinstance(one["object"], dict)
    ]
    assert [one["object"]["id"] for one in deletes] == [post.uri]
    assert [inbox[1] for inbox in deletes[0]["targets"]["inboxes"]] == ["far.example"]
    assert await shown(instance, post.id) is not None


async def test_old_posts_nobody_touched_are_dropped_and_may_return(instance: Instance) -> None:
    ann, rob = await make_person(instance, "ann"), await make_remote(instance)
    await follow(instance, ann.id, rob.id)
    notes = [remote_note(ROB, number) for number in range(1, 7)]
    for note in notes:
        await hear(instance, create(note))
    posts = [await kept(instance, note["id"]) for note in notes]
    await instance.work(reactions_to.like, ann.id, posts[1].id)
    await instance.work(reactions_to.boost, ann.id, posts[2].id)
    await instance.work(reactions_to.bookmark, ann.id, posts[3].id)
    await make_post(instance, ann.id, "hm", in_reply_to_id=posts[4].id)
    own = await make_post(instance, ann.id)
    assert await instance.work(leaving.drop_old) == 0

    instance.clock.move(timedelta(days=91))  # type: ignore[attr-defined]  # the set clock
    assert await instance.work(leaving.drop_old) == 2

    left = [await known(instance, note["id"]) is not None for note in notes]
    assert left == [False, True, True, True, True, False]
    assert await shown(instance, own.id) is not None
    assert (await card(instance, rob.id)).posts_count == 4
    await hear(instance, create(notes[0]))
    assert await known(instance, notes[0]["id"]) is not None


async def test_only_partners_get_what_is_for_partners(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    far = await make_remote(instance, "rob", "far.example")
    near = await make_remote(instance, "pat", "partner.example")
    await instance.work(set_policy, "partner.example", HostPolicy.PARTNER)
    for other in (far, near):
        await follow(instance, other.id, ann.id)

    def receivers(r: Reading) -> list[list[str]]:
        return [
            [one.host for one in source(r.session, ann.id, 0, 10)]
            for source in (partner_followers, partners)
        ]

    assert await instance.read(receivers) == [["partner.example"], ["partner.example"]]
    await make_post(instance, ann.id, "@rob@far.example hi", audience=Audience.PARTNERS)
    activity = (await sent(instance))[-1]
    assert activity["to"][0] == "https://ours.example/partners"
    assert activity["targets"]["inboxes"] == []
    assert [name for name, _ in activity["targets"]["groups"]] == ["partner_followers", "partners"]
    assert "https://www.w3.org/ns/activitystreams#Public" not in str(activity)


async def test_a_person_can_take_everything_along(instance: Instance) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    theirs = await make_poll(instance, bob.id)
    await make_post(instance, ann.id, "to myself", audience=Audience.DIRECT)
    await make_post(instance, ann.id, "inside", audience=Audience.MEMBERS)
    await make_vacancy(instance, ann.id)
    await instance.work(reactions_to.boost, ann.id, theirs.id)
    await instance.work(reactions_to.like, ann.id, theirs.id)
    await instance.work(reactions_to.bookmark, ann.id, theirs.id)
    await instance.work(polls.vote, ann.id, theirs.id, [1])

    export: Any = json.loads(json.dumps(await instance.read(privacy.export, ann.id)))

    items = export["posts"]["orderedItems"]
    assert [item["type"] for item in items] == ["Note", "Note", "Note", "Announce"]
    assert [item.get("svept:audience") for item in items[:2]] == ["direct", "members"]
    assert items[0]["source"]["content"] == "to myself"
    assert items[2]["svept:posting"]["sdo:title"] == "Care assistant"
    assert export["likes"]["orderedItems"] == [theirs.uri]
    assert export["bookmarks"]["orderedItems"] == [theirs.uri]
    assert export["votes"][0]["option"] == 1

    await instance.work(privacy.PERSONAL_DATA.erase, ann.id)
    await instance.work(privacy.PERSONAL_DATA.erase, ann.id)

    def left(r: Reading) -> int:
        return r.session.scalar(select(func.count()).where(Post.author_id == ann.id)) or 0

    assert await instance.read(left) == 0
