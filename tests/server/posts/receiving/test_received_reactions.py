"""Likes, reactions, boosts and featured posts that arrive, and their end."""

from typing import Any

from server.people import relations
from server.people.rules import HOUSE
from server.platform.instance import Instance
from server.posts.model import Audience
from server.posts.queries import pinned_posts
from tests.server.posts.receiving.strangers import EVE, ROB
from tests.support.people import card, make_remote
from tests.support.posts import (
    PUBLIC,
    activity,
    create,
    follow,
    hear,
    kept,
    known,
    make_post,
    remote_note,
    seen,
    told,
)


async def test_likes_and_reactions_count_and_are_undone(instance: Instance, ann: Any) -> None:
    post = await make_post(instance, ann.id)
    like = activity("Like", ROB, post.uri)

    await hear(instance, like)
    await hear(instance, activity("EmojiReact", ROB, post.uri, content="🎉"))
    assert (await seen(instance, post.id)).likes_count == 1

    foreign = activity("Undo", EVE, like)
    await make_remote(instance, "eve", "evil.example")
    await hear(instance, foreign)
    assert (await seen(instance, post.id)).likes_count == 1

    await hear(instance, activity("Undo", ROB, like["id"]))
    assert (await seen(instance, post.id)).likes_count == 0


async def test_a_like_of_what_may_not_be_seen_does_not_count(instance: Instance, ann: Any) -> None:
    inside = await make_post(instance, ann.id, audience=Audience.MEMBERS)
    blocked = await make_post(instance, ann.id)
    rob = await make_remote(instance)
    await instance.work(relations.block, ann.id, rob.id)

    for post in (inside, blocked):
        await hear(instance, activity("Like", ROB, post.uri))
        await hear(instance, activity("Announce", ROB, post.uri, to=[PUBLIC]))
        row = await seen(instance, post.id)
        assert (row.likes_count, row.boosts_count) == (0, 0)


async def test_boosts_arrive_once_and_are_undone(instance: Instance, ann: Any) -> None:
    post = await make_post(instance, ann.id)
    announce = activity("Announce", ROB, post.uri, to=[PUBLIC])

    await hear(instance, announce)
    await hear(instance, activity("Announce", ROB, post.uri, 2, to=[PUBLIC]))
    boost = await kept(instance, announce["id"])
    assert (await seen(instance, post.id)).boosts_count == 1
    assert boost.boost_of_id == post.id

    await hear(instance, activity("Undo", ROB, announce))
    assert await known(instance, announce["id"]) is None
    assert (await seen(instance, post.id)).boosts_count == 0


async def test_an_undo_that_overtakes_its_announce_blocks_it(instance: Instance, ann: Any) -> None:
    post = await make_post(instance, ann.id)
    announce = activity("Announce", ROB, post.uri, to=[PUBLIC])

    await hear(instance, activity("Undo", ROB, announce))
    await hear(instance, announce)

    assert await known(instance, announce["id"]) is None


async def test_a_group_announces_whole_activities(instance: Instance, ann: Any) -> None:
    group = await make_remote(instance, "utrecht", "far.example", type="Group")
    await follow(instance, ann.id, group.id)
    uri = (await card(instance, group.id)).uri
    post = await make_post(instance, ann.id)
    inner = {"id": f"{post.uri}/activity", "type": "Create", "actor": post.uri, "object": post.uri}

    await hear(instance, activity("Announce", uri, inner, to=[PUBLIC]))
    await hear(instance, activity("Announce", uri, {**inner, "type": "Delete"}, 2, to=[PUBLIC]))

    assert (await seen(instance, post.id)).boosts_count == 1
    assert [kind for kind, _, _ in await told(instance, ann.id)] == []


async def test_a_boost_by_a_stranger_of_a_strangers_post_is_not_kept(
    instance: Instance, ann: Any
) -> None:
    note = remote_note(ROB)
    await hear(instance, create(note))
    await make_remote(instance, "eve", "evil.example")
    announce = activity("Announce", EVE, note["id"], to=[PUBLIC])

    await hear(instance, announce)

    assert await known(instance, announce["id"]) is None


async def test_featured_posts_follow_add_and_remove(instance: Instance, ann: Any) -> None:
    rob = await make_remote(instance, featured=f"{ROB}/featured")
    await make_remote(instance, "eve", "evil.example")
    note = remote_note(ROB)
    await hear(instance, create(note))

    await hear(instance, activity("Add", EVE, note["id"], target=f"{ROB}/featured"))
    await hear(instance, activity("Add", ROB, note["id"], target=f"{ROB}/other"))
    assert await instance.read(pinned_posts, HOUSE, rob.id) == []

    await hear(instance, activity("Add", ROB, note["id"], 2, target=f"{ROB}/featured"))
    await hear(instance, activity("Add", ROB, note["id"], 3, target=f"{ROB}/featured"))
    assert len(await instance.read(pinned_posts, HOUSE, rob.id)) == 1

    await hear(instance, activity("Remove", ROB, note["id"], target=f"{ROB}/featured"))
    assert await instance.read(pinned_posts, HOUSE, rob.id) == []


async def test_the_end_of_a_second_reaction_is_not_the_end_of_the_first(
    instance: Instance, ann: Any
) -> None:
    post = await make_post(instance, ann.id)
    party = activity("EmojiReact", ROB, post.uri, content="🎉")
    await hear(instance, activity("Like", ROB, post.uri))
    await hear(instance, party)

    await hear(instance, activity("Undo", ROB, party))

    assert (await seen(instance, post.id)).likes_count == 1
