"""Likes, boosts, bookmarks, pins, muted threads and votes: once, counted, told, and taken back."""

from datetime import timedelta
from typing import Any

import pytest

from server.federation.model import Reach
from server.people import relations
from server.people.rules import Viewer
from server.platform.errors import Invalid, NotAllowed, NotFound
from server.platform.instance import Instance
from server.posts import polls, reactions_to
from server.posts.model import Audience
from server.posts.queries import pinned_posts
from tests.support.people import card, make_person, make_remote
from tests.support.posts import (
    create,
    follow,
    hear,
    kept,
    make_poll,
    make_post,
    remote_note,
    seen,
    sent,
    told,
)


async def _remote_post(instance: Instance, reader_id: int, **said: Any) -> tuple[int, Any]:
    """Return a post of somebody elsewhere whom the reader follows, and its author."""
    rob = await make_remote(instance)
    await follow(instance, reader_id, rob.id)
    author = (await card(instance, rob.id)).uri
    note = remote_note(author, **said)
    await hear(instance, create(note))
    return (await kept(instance, note["id"])).id, rob


async def test_a_like_counts_once_and_is_taken_back(instance: Instance) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    post = await make_post(instance, ann.id)

    await instance.work(reactions_to.like, bob.id, post.id)
    await instance.work(reactions_to.like, bob.id, post.id)

    row = await seen(instance, post.id, Viewer.member(bob.id))
    assert (row.likes_count, row.flags.liked) == (1, True)
    assert await told(instance, ann.id) == [("favourite", bob.id, post.id)]

    assert await instance.work(reactions_to.unlike, bob.id, post.id)
    assert not await instance.work(reactions_to.unlike, bob.id, post.id)
    row = await seen(instance, post.id, Viewer.member(bob.id))
    assert (row.likes_count, row.flags.liked) == (0, False)
    assert await told(instance, ann.id) == []


async def test_a_like_of_a_post_elsewhere_goes_to_its_author_alone(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    post_id, rob = await _remote_post(instance, ann.id)
    before = len(await sent(instance))

    await instance.work(reactions_to.like, ann.id, post_id)
    await instance.work(reactions_to.unlike, ann.id, post_id)

    liked, undone = (await sent(instance))[before:]
    assert (liked["type"], undone["type"]) == ("Like", "Undo")
    assert liked["to"] == [(await card(instance, rob.id)).uri]
    assert undone["object"]["id"] == liked["id"]
    assert liked["targets"]["groups"] == []


async def test_nobody_at_home_likes_anything_away(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    shy = await make_person(instance, "shy", reach=Reach.HOME)
    post_id, _ = await _remote_post(instance, ann.id)
    before = len(await sent(instance))

    await instance.work(reactions_to.like, shy.id, post_id)
    await instance.work(reactions_to.boost, shy.id, post_id)

    assert len(await sent(instance)) == before


async def test_a_boost_is_a_post_of_its_own(instance: Instance) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    rob = await make_remote(instance)
    await follow(instance, rob.id, bob.id)
    post = await make_post(instance, ann.id)

    boost = await instance.work(reactions_to.boost, bob.id, post.id)
    again = await instance.work(reactions_to.boost, bob.id, boost.id)

    assert boost.id == again.id
    row = await seen(instance, boost.id, Viewer.member(bob.id))
    assert row.boost_of is not None
    assert row.boost_of.id == post.id
    assert (row.boost_of.boosts_count, row.boost_of.flags.boosted) == (1, True)
    announce = (await sent(instance))[-1]
    assert (announce["type"], announce["object"]) == ("Announce", post.uri)
    assert announce["id"] == f"https://ours.example/posts/{boost.id}/activity"
    assert await told(instance, ann.id) == [("reblog", bob.id, post.id)]

    assert await instance.work(reactions_to.unboost, bob.id, post.id)
    assert not await instance.work(reactions_to.unboost, bob.id, post.id)
    undo = (await sent(instance))[-1]
    assert (undo["type"], undo["object"]["id"]) == ("Undo", announce["id"])
    assert (await seen(instance, post.id)).boosts_count == 0
    assert await told(instance, ann.id) == []


async def test_a_boost_is_never_wider_than_its_post(instance: Instance) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    await follow(instance, bob.id, ann.id)
    private = await make_post(instance, ann.id, audience=Audience.FOLLOWERS)
    inside = await make_post(instance, ann.id, audience=Audience.MEMBERS)

    with pytest.raises(NotAllowed):
        await instance.work(reactions_to.boost, bob.id, private.id)
    own = await instance.work(reactions_to.boost, ann.id, private.id)
    boost = await instance.work(reactions_to.boost, bob.id, inside.id)

    assert own.audience == Audience.FOLLOWERS
    assert boost.audience == Audience.MEMBERS


@pytest.mark.parametrize("do", ["like", "boost", "bookmark", "pin", "mute_thread", "vote"])
async def test_what_may_not_be_seen_cannot_be_reacted_to(instance: Instance, do: str) -> None:
    ann, eve = await make_person(instance, "ann"), await make_person(instance, "eve")
    post = await make_poll(instance, ann.id, audience=Audience.FOLLOWERS)

    rest = [[0]] if do == "vote" else []
    action = polls.vote if do == "vote" else getattr(reactions_to, do)

    with pytest.raises(NotFound):
        await instance.work(action, eve.id, post.id, *rest)


async def test_blocked_people_cannot_react(instance: Instance) -> None:
    ann, eve = await make_person(instance, "ann"), await make_person(instance, "eve")
    post = await make_post(instance, ann.id)
    await instance.work(relations.block, ann.id, eve.id)

    with pytest.raises(NotFound):
        await instance.work(reactions_to.like, eve.id, post.id)


async def test_a_bookmark_is_told_to_nobody(instance: Instance) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    post = await make_post(instance, ann.id)

    await instance.work(reactions_to.bookmark, bob.id, post.id)
    await instance.work(reactions_to.bookmark, bob.id, post.id)

    assert (await seen(instance, post.id, Viewer.member(bob.id))).flags.bookmarked
    assert not (await seen(instance, post.id, Viewer.member(ann.id))).flags.bookmarked
    assert await told(instance, ann.id) == []
    assert await instance.work(reactions_to.unbookmark, bob.id, post.id)
    assert not await instance.work(reactions_to.unbookmark, bob.id, post.id)


async def test_pins_are_featured_and_few(instance: Instance) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    rob = await make_remote(instance)
    await follow(instance, rob.id, ann.id)
    posts = [await make_post(instance, ann.id, str(number)) for number in range(6)]

    for post in posts[:5]:
        await instance.work(reactions_to.pin, ann.id, post.id)

    add = (await sent(instance))[-1]
    assert (add["type"], add["object"]) == ("Add", posts[4].uri)
    assert add["target"] == f"https://ours.example/people/{ann.id}/featured"
    assert len(await instance.read(pinned_posts, Viewer(), ann.id)) == 5
    for person, post in ((ann, posts[5]), (bob, posts[0])):
        with pytest.raises(Invalid):
            await instance.work(reactions_to.pin, person.id, post.id)
    direct = await make_post(instance, ann.id, "mine", audience=Audience.DIRECT)
    boost = await instance.work(reactions_to.boost, ann.id, posts[5].id)
    for post_id in (direct.id, boost.id):
        with pytest.raises(Invalid):
            await instance.work(reactions_to.pin, ann.id, post_id)

    assert await instance.work(reactions_to.unpin, ann.id, posts[0].id)
    assert not await instance.work(reactions_to.unpin, ann.id, posts[0].id)
    assert (await sent(instance))[-1]["type"] == "Remove"


async def test_a_muted_thread_is_silent(instance: Instance) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    post = await make_post(instance, ann.id)
    await instance.work(reactions_to.mute_thread, ann.id, post.id)

    await make_post(instance, bob.id, "@ann look", in_reply_to_id=post.id)

    assert await told(instance, ann.id) == []
    assert (await seen(instance, post.id, Viewer.member(ann.id))).flags.thread_muted
    assert await instance.work(reactions_to.unmute_thread, ann.id, post.id)
    await make_post(instance, bob.id, "@ann again", in_reply_to_id=post.id)
    assert len(await told(instance, ann.id)) == 1


async def test_a_vote_counts_and_cannot_be_changed(instance: Instance) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    post = await make_poll(instance, ann.id)

    await instance.work(polls.vote, bob.id, post.id, [1])

    row = await seen(instance, post.id, Viewer.member(bob.id))
    assert row.poll is not None
    assert [option.votes for option in row.poll.options] == [0, 1]
    assert (row.poll.voters_count, row.poll.own_votes, row.poll.voted) == (1, (1,), True)
    with pytest.raises(Invalid):
        await instance.work(polls.vote, bob.id, post.id, [0])


@pytest.mark.parametrize("choices", [[], [2], [-1], [0, 1]])
async def test_impossible_choices_are_refused(instance: Instance, choices: list[int]) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    post = await make_poll(instance, ann.id)

    with pytest.raises(Invalid):
        await instance.work(polls.vote, bob.id, post.id, choices)

    row = await seen(instance, post.id)
    assert row.poll is not None
    assert row.poll.votes_count == 0


async def test_one_does_not_vote_late_or_in_ones_own_poll(instance: Instance) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    post = await make_poll(instance, ann.id)
    plain = await make_post(instance, ann.id)

    with pytest.raises(Invalid):
        await instance.work(polls.vote, ann.id, post.id, [0])
    with pytest.raises(NotFound):
        await instance.work(polls.vote, bob.id, plain.id, [0])
    instance.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]  # the set clock
    with pytest.raises(Invalid):
        await instance.work(polls.vote, bob.id, post.id, [0])


async def test_several_choices_where_they_are_allowed(instance: Instance) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    post = await make_poll(instance, ann.id, ("a", "b", "c"), multiple=True)

    await instance.work(polls.vote, bob.id, post.id, [0, 2, 2])

    row = await seen(instance, post.id)
    assert row.poll is not None
    assert [option.votes for option in row.poll.options] == [1, 0, 1]
    assert row.poll.voters_count == 1


async def test_the_end_of_a_poll_is_told_to_author_and_voters(instance: Instance) -> None:
    ann, bob = await make_person(instance, "ann"), await make_person(instance, "bob")
    post = await make_poll(instance, ann.id)
    await instance.work(polls.vote, bob.id, post.id, [0])
    assert await instance.work(polls.end_polls) == 0

    instance.clock.move(timedelta(hours=2))  # type: ignore[attr-defined]  # the set clock
    assert await instance.work(polls.end_polls) == 1
    assert await instance.work(polls.end_polls) == 0

    assert await told(instance, ann.id) == [("poll", ann.id, post.id)]
    assert await told(instance, bob.id) == [("poll", ann.id, post.id)]


async def test_a_vote_elsewhere_goes_to_the_author_as_a_note_with_a_name(
    instance: Instance,
) -> None:
    ann = await make_person(instance, "ann")
    post_id, rob = await _remote_post(
        instance,
        ann.id,
        type="Question",
        oneOf=[{"type": "Note", "name": name, "replies": {"totalItems": 3}} for name in ("x", "y")],
        endTime="2026-12-01T00:00:00Z",
    )

    await instance.work(polls.vote, ann.id, post_id, [1])

    voted = (await sent(instance))[-1]
    assert voted["type"] == "Create"
    assert voted["object"]["name"] == "y"
    assert "content" not in voted["object"]
    assert voted["to"] == [(await card(instance, rob.id)).uri]
    row = await seen(instance, post_id, Viewer.member(ann.id))
    assert row.poll is not None
    assert [option.votes for option in row.poll.options] == [3, 4]


async def test_a_vote_that_would_never_arrive_is_refused(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    shy = await make_person(instance, "shy", reach=Reach.HOME)
    options = [{"type": "Note", "name": name} for name in ("x", "y")]
    post_id, _ = await _remote_post(instance, ann.id, type="Question", oneOf=options)

    with pytest.raises(relations.OutOfReach):
        await instance.work(polls.vote, shy.id, post_id, [0])

    row = await seen(instance, post_id)
    assert row.poll is not None
    assert row.poll.votes_count == 0
