"""Polls and votes that arrive from elsewhere."""

from typing import Any

from server.people.rules import HOUSE
from server.platform.instance import Instance
from server.posts import polls
from server.posts.history import revisions
from server.posts.removing import delete_post
from tests.server.posts.receiving.strangers import ROB
from tests.support.people import card
from tests.support.posts import (
    activity,
    create,
    hear,
    kept,
    known,
    make_poll,
    remote_note,
    seen,
    sent,
    told,
)


async def test_a_poll_with_absurd_counts_can_be_shown(instance: Instance, ann: Any) -> None:
    many = {"type": "Collection", "totalItems": 2**63 - 1}
    note = remote_note(
        ROB,
        type="Question",
        votersCount=2**63 - 1,
        oneOf=[{"type": "Note", "name": str(n), "replies": many} for n in range(4)],
    )

    await hear(instance, create(note))

    row = await seen(instance, (await kept(instance, note["id"])).id)
    assert row.poll is not None
    assert row.poll.votes_count < 2**53
    assert row.poll.voters_count < 2**53


async def test_a_vote_in_a_poll_that_is_gone_is_no_message(instance: Instance, ann: Any) -> None:
    poll = await make_poll(instance, ann.id)
    await instance.work(delete_post, ann.id, poll.id)
    uri = (await card(instance, ann.id)).uri
    note = {
        "id": "https://far.example/votes/1",
        "type": "Note",
        "attributedTo": ROB,
        "name": "tea",
        "inReplyTo": poll.uri,
        "to": [uri],
    }

    await hear(instance, create(note))

    assert await known(instance, note["id"]) is None
    assert await told(instance, ann.id) == []


async def test_votes_from_elsewhere_are_counted_once(instance: Instance, ann: Any) -> None:
    post = await make_poll(instance, ann.id)
    uri = (await card(instance, ann.id)).uri

    def voted(number: int, option: str) -> dict[str, Any]:
        note = {
            "id": f"https://far.example/votes/{number}",
            "type": "Note",
            "attributedTo": ROB,
            "to": [uri],
            "name": option,
            "inReplyTo": post.uri,
        }
        return create(note)

    await hear(instance, voted(1, "coffee"))
    await hear(instance, voted(2, "tea"))
    await hear(instance, voted(3, "water"))

    row = await seen(instance, post.id)
    assert row.poll is not None
    assert [option.votes for option in row.poll.options] == [0, 1]
    assert row.poll.voters_count == 1
    assert row.replies_count == 0
    await instance.work(polls.send_counts, post.id)
    question = (await sent(instance))[-1]
    assert question["type"] == "Update"
    assert question["object"]["oneOf"][1]["replies"]["totalItems"] == 1
    assert "updated" not in question["object"]


async def test_the_author_of_a_poll_elsewhere_tells_its_counts(
    instance: Instance, ann: Any
) -> None:
    def question(votes: int, **said: Any) -> dict[str, Any]:
        return remote_note(
            ROB,
            type="Question",
            oneOf=[
                {"type": "Note", "name": name, "replies": {"totalItems": votes}}
                for name in ("x", "y")
            ],
            votersCount=votes,
            **said,
        )

    await hear(instance, create(question(0)))
    post = await kept(instance, question(0)["id"])
    await instance.work(polls.vote, ann.id, post.id, [0])
    await hear(instance, activity("Update", ROB, question(5)))
    row = await seen(instance, post.id)
    assert row.poll is not None
    assert (row.poll.voters_count, row.poll.is_over) == (5, False)
    assert len(await instance.read(revisions, HOUSE, post.id)) == 1

    await hear(instance, activity("Update", ROB, question(6, closed="2026-11-23T11:00:00Z"), 2))

    row = await seen(instance, post.id)
    assert row.poll is not None
    assert row.poll.is_over
    assert ("poll", post.author_id, post.id) in await told(instance, ann.id)
