"""Whom an arriving post is for, who here wants it, and who may answer or mention whom."""

from typing import Any

import pytest

from server.people import relations
from server.people.rules import Viewer
from server.platform.instance import Instance
from server.posts.model import Audience
from server.posts.service import Draft, publish_post
from tests.server.posts.receiving.strangers import EVE, ROB
from tests.support.people import card, make_person, make_remote
from tests.support.posts import (
    PUBLIC,
    create,
    follow,
    hear,
    kept,
    known,
    make_post,
    remote_note,
    seen,
    shown,
    told,
)


async def test_nobody_here_has_to_do_with_it(instance: Instance, ann: Any) -> None:
    await make_remote(instance, "eve", "evil.example")
    note = remote_note(EVE, to=[PUBLIC])

    await hear(instance, create(note))

    assert await known(instance, note["id"]) is None


async def test_an_answer_or_a_mention_is_wanted(instance: Instance, ann: Any) -> None:
    await make_remote(instance, "eve", "evil.example")
    post = await make_post(instance, ann.id)
    uri = (await card(instance, ann.id)).uri
    answer = remote_note(EVE, 1, inReplyTo=post.uri)
    mention = remote_note(EVE, 2, tag=[{"type": "Mention", "href": uri, "name": "@ann"}])

    await hear(instance, create(answer))
    await hear(instance, create(mention))

    kept_answer = await kept(instance, answer["id"])
    assert kept_answer.in_reply_to_id == post.id
    assert kept_answer.conversation_id == post.conversation_id
    assert (await seen(instance, post.id)).replies_count == 1
    named = await kept(instance, mention["id"])
    assert ("mention", named.author_id, named.id) in await told(instance, ann.id)


@pytest.mark.parametrize(
    ("to", "cc", "audience"),
    [
        ([PUBLIC], [], Audience.PUBLIC),
        (["as:Public"], [], Audience.PUBLIC),
        ([f"{ROB}/followers"], [PUBLIC], Audience.UNLISTED),
        ([f"{ROB}/followers"], [], Audience.FOLLOWERS),
        (["https://far.example/partners", f"{ROB}/followers"], [], Audience.FOLLOWERS),
    ],
)
async def test_addressing_decides_the_audience(
    instance: Instance, ann: Any, to: list[str], cc: list[str], audience: Audience
) -> None:
    note = remote_note(ROB, to=to, cc=cc)

    await hear(instance, create(note))

    assert (await kept(instance, note["id"])).audience == audience


async def test_a_partner_post_is_for_partners_only_from_a_partner(instance: Instance) -> None:
    from server.federation.hosts import set_policy
    from server.federation.model import HostPolicy

    await make_remote(instance)
    stranger = remote_note(ROB, 1, to=["https://far.example/partners", f"{ROB}/followers"], cc=None)
    await hear(instance, create(stranger))
    assert await known(instance, stranger["id"]) is None

    await instance.work(set_policy, "far.example", HostPolicy.PARTNER)
    note = remote_note(ROB, 2, to=["https://far.example/partners", f"{ROB}/followers"], cc=None)
    await hear(instance, create(note))

    post = await kept(instance, note["id"])
    assert post.audience == Audience.PARTNERS
    assert await shown(instance, post.id, Viewer()) is None
    bob = await make_person(instance, "bob")
    assert await shown(instance, post.id, Viewer.member(bob.id)) is not None


async def test_a_message_comes_in_only_by_an_open_way(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance)
    uri = (await card(instance, ann.id)).uri
    tag = [{"type": "Mention", "href": uri, "name": "@ann@ours.example"}]
    first = remote_note(ROB, 1, to=[uri], cc=None, tag=tag)
    second = remote_note(ROB, 2, to=[uri], cc=None, tag=tag)

    await hear(instance, create(first))
    assert await known(instance, first["id"]) is None
    assert await told(instance, ann.id) == []

    await follow(instance, ann.id, rob.id)
    await hear(instance, create(second))
    post = await kept(instance, second["id"])
    assert post.audience == Audience.DIRECT
    assert await told(instance, ann.id) == [("mention", rob.id, post.id)]
    bob = await make_person(instance, "bob")
    assert await shown(instance, post.id, Viewer.member(bob.id)) is None


async def test_a_message_may_answer_what_was_written_first(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance)
    await follow(instance, rob.id, ann.id)
    await make_post(instance, ann.id, "@rob@far.example hi", audience=Audience.DIRECT)
    uri = (await card(instance, ann.id)).uri
    note = remote_note(ROB, 1, to=[uri], cc=None, tag=[{"type": "Mention", "href": uri}])

    await hear(instance, create(note))

    assert await known(instance, note["id"]) is not None


async def test_an_answer_to_a_public_post_by_an_unknown_server_is_told(
    instance: Instance, ann: Any
) -> None:
    post = await instance.work(publish_post, Draft(author_id=ann.id, text="question?"))
    await make_remote(instance, "eve", "evil.example")
    uri = (await card(instance, ann.id)).uri
    answer = remote_note(
        EVE, 1, inReplyTo=post.uri, tag=[{"type": "Mention", "href": uri, "name": "@ann"}]
    )

    await hear(instance, create(answer))

    assert [kind for kind, _, _ in await told(instance, ann.id)] == ["mention"]


async def test_nobody_answers_below_what_they_may_not_see(instance: Instance, ann: Any) -> None:
    await make_remote(instance, "eve", "evil.example")
    inside = await make_post(instance, ann.id, audience=Audience.MEMBERS)
    guess = remote_note(EVE, 1, inReplyTo=inside.uri)
    by_rob = remote_note(ROB, 2, inReplyTo=inside.uri)

    await hear(instance, create(guess))
    await hear(instance, create(by_rob))

    assert await known(instance, guess["id"]) is None
    assert (await kept(instance, by_rob["id"])).in_reply_to_id is None
    assert (await seen(instance, inside.id)).replies_count == 0


async def test_a_mention_by_somebody_blocked_is_not_kept(instance: Instance, ann: Any) -> None:
    eve = await make_remote(instance, "eve", "evil.example")
    await instance.work(relations.block, ann.id, eve.id)
    uri = (await card(instance, ann.id)).uri
    note = remote_note(EVE, tag=[{"type": "Mention", "href": uri, "name": "@ann"}])
    post = await make_post(instance, ann.id)
    answer = remote_note(EVE, 2, inReplyTo=post.uri)

    await hear(instance, create(note))
    await hear(instance, create(answer))

    assert await known(instance, note["id"]) is None
    assert await known(instance, answer["id"]) is None


async def test_a_block_closes_the_way_for_messages(instance: Instance) -> None:
    ann, rob = await make_person(instance, "ann"), await make_remote(instance)
    await follow(instance, rob.id, ann.id)
    await make_post(instance, ann.id, "@rob@far.example hi", audience=Audience.DIRECT)
    await instance.work(relations.block, ann.id, rob.id)
    uri = (await card(instance, ann.id)).uri
    note = remote_note(ROB, 1, to=[uri], cc=None, tag=[{"type": "Mention", "href": uri}])

    await hear(instance, create(note))

    assert await known(instance, note["id"]) is None
