"""First posts of somebody new: seen by nobody until a moderator let them through."""

from datetime import timedelta
from typing import Any

import pytest

from server.people.model import Person, PersonKind
from server.people.rules import ANYBODY, Viewer
from server.people.service import create_person
from server.platform.choices import choose
from server.platform.errors import Conflict, Invalid, NotAllowed, NotFound
from server.platform.instance import Instance
from server.platform.work import Reading, Work
from server.posts.closing import close_due, close_post
from server.posts.drafting import Change, Draft
from server.posts.editing import edit_post
from server.posts.holding import (
    FIRST_POSTS,
    MAX_REASON,
    approve_post,
    count_waiting,
    refuse_post,
    waiting_posts,
)
from server.posts.model import Audience, Held, Post, PostState
from server.posts.reactions_to import boost, pin
from server.posts.removing import delete_post
from server.posts.service import publish_post
from tests.support.people import make_person, make_remote, shared_keys
from tests.support.posts import follow, make_post, make_vacancy, seen, sent, shown, told


async def newcomer(instance: Instance, handle: str = "new") -> Person:
    """Make somebody who is not trusted yet, with a follower elsewhere."""
    person = await instance.work(
        create_person, handle=handle, kind=PersonKind.EMPLOYER, keys=shared_keys(), trusted=False
    )
    far = await make_remote(instance, f"fan_of_{handle}")
    await follow(instance, far.id, person.id)
    return person


def _counted(r: Reading, person_id: int) -> int:
    return r.session.get_one(Person, person_id).posts_count


def _chosen(w: Work, number: int) -> None:
    choose(w, FIRST_POSTS, number)


async def _sent_about(instance: Instance, post: Post) -> list[str]:
    return [one["type"] for one in await sent(instance) if post.uri in str(one)]


async def test_a_first_post_is_its_author_s_alone(instance: Instance) -> None:
    new, bob = await newcomer(instance), await make_person(instance, "bob")
    post = await make_post(instance, new.id, "Hello @bob")
    assert post.held == Held.WAITING
    for viewer in (ANYBODY, Viewer.member(bob.id)):
        assert await shown(instance, post.id, viewer) is None
    assert (await seen(instance, post.id, Viewer.member(new.id))).held == Held.WAITING
    assert await _sent_about(instance, post) == []
    assert [one for one in await told(instance, bob.id) if one[0] == "mention"] == []
    assert await instance.read(_counted, new.id) == 0


async def test_an_approved_post_is_published_now_with_all_that_follows(instance: Instance) -> None:
    new, bob = await newcomer(instance), await make_person(instance, "bob")
    post = await make_post(instance, new.id, "Hello @bob")
    instance.clock.move(timedelta(hours=5))
    await instance.work(approve_post, post.id)
    found = await seen(instance, post.id)
    assert found.held is None
    assert found.published_at == instance.clock.now()
    assert await _sent_about(instance, post) == ["Create"]
    assert ("mention", new.id, post.id) in await told(instance, bob.id)
    assert await instance.read(_counted, new.id) == 1


async def test_after_an_approved_post_somebody_is_trusted(instance: Instance) -> None:
    new = await newcomer(instance)
    first = await make_post(instance, new.id, "One")
    await instance.work(approve_post, first.id)
    assert (await make_post(instance, new.id, "Two")).held is None


async def test_staff_choose_how_many_first_posts_are_looked_at(instance: Instance) -> None:
    await instance.work(_chosen, 2)
    new = await newcomer(instance)
    for number in range(2):
        post = await make_post(instance, new.id, f"Number {number}")
        assert post.held == Held.WAITING
        await instance.work(approve_post, post.id)
    assert (await make_post(instance, new.id, "Three")).held is None
    await instance.work(_chosen, 0)
    other = await newcomer(instance, "other")
    assert (await make_post(instance, other.id, "At once")).held is None


async def test_messages_never_wait(instance: Instance) -> None:
    new, bob = await newcomer(instance), await make_person(instance, "bob")
    await follow(instance, bob.id, new.id)
    post = await make_post(instance, new.id, "Only @bob", audience=Audience.DIRECT)
    assert post.held is None


async def test_an_answer_to_a_waiting_post_waits(instance: Instance) -> None:
    new = await newcomer(instance)
    first = await make_post(instance, new.id, "One")
    second = await make_post(instance, new.id, "Two")
    await instance.work(approve_post, second.id)
    answer = await make_post(instance, new.id, "More", in_reply_to_id=first.id)
    assert answer.held == Held.WAITING


async def test_a_refused_post_shows_the_reason_and_can_be_handed_in_again(
    instance: Instance,
) -> None:
    new = await newcomer(instance)
    post = await make_post(instance, new.id, "Buy now")
    await instance.work(refuse_post, post.id, "  Say what the job is.  ")
    row = await seen(instance, post.id, Viewer.member(new.id))
    assert (row.held, row.held_reason) == (Held.REFUSED, "Say what the job is.")
    assert await instance.read(waiting_posts) == []
    with pytest.raises(Conflict):
        await instance.work(approve_post, post.id)
    await instance.work(edit_post, new.id, post.id, Change(text="A job in a kitchen"))
    row = await seen(instance, post.id, Viewer.member(new.id))
    assert (row.held, row.held_reason) == (Held.WAITING, None)
    assert [one.id for one in await instance.read(waiting_posts)] == [post.id]
    assert await instance.read(count_waiting) == 1
    assert await _sent_about(instance, post) == []
    await instance.work(approve_post, post.id)
    assert await _sent_about(instance, post) == ["Create"]


@pytest.mark.parametrize("reason", ["", "   ", "x" * (MAX_REASON + 1)])
async def test_a_refusal_needs_a_reason(reason: str, instance: Instance) -> None:
    post = await make_post(instance, (await newcomer(instance)).id)
    with pytest.raises(Invalid):
        await instance.work(refuse_post, post.id, reason)
    assert (await seen(instance, post.id)).held == Held.WAITING


async def test_what_does_not_wait_cannot_be_decided(instance: Instance) -> None:
    ann = await make_person(instance)
    post = await make_post(instance, ann.id)
    for decide, arguments in ((approve_post, (post.id,)), (refuse_post, (post.id, "No"))):
        with pytest.raises(Conflict):
            await instance.work(decide, *arguments)
    with pytest.raises(NotFound):
        await instance.work(approve_post, 404)


async def test_a_waiting_post_is_neither_boosted_nor_pinned(instance: Instance) -> None:
    new = await newcomer(instance)
    post = await make_post(instance, new.id)
    with pytest.raises(NotAllowed):
        await instance.work(boost, new.id, post.id)
    with pytest.raises(Invalid):
        await instance.work(pin, new.id, post.id)
    assert await _sent_about(instance, post) == []


async def test_nothing_is_sent_of_a_waiting_offer_that_is_changed_closed_or_deleted(
    instance: Instance,
) -> None:
    new = await newcomer(instance)
    post = await make_vacancy(instance, new.id)
    await instance.work(close_post, new.id, post.id, PostState.FILLED)
    await instance.work(close_post, new.id, post.id, PostState.OPEN)
    instance.clock.move(timedelta(days=40))
    assert await instance.work(close_due) == 0
    await instance.work(delete_post, new.id, post.id)
    assert await _sent_about(instance, post) == []
    assert await instance.read(_counted, new.id) == 0


async def test_an_idempotent_request_finds_the_waiting_post(instance: Instance) -> None:
    new = await newcomer(instance)
    draft = Draft(author_id=new.id, text="Once", idempotency_key="k")
    made: list[Any] = [await instance.work(publish_post, draft) for _ in range(2)]
    assert made[0].id == made[1].id
