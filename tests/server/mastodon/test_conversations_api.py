"""Direct messages as Mastodon's clients see them: conversations, and their stream."""

import asyncio

from server.posts.service import delete_post
from tests.server.mastodon.test_streaming import SILENCE, opened, told
from tests.support.api import Api, Surface, all_pages, cost_of
from tests.support.posts import follow
from tests.support.shapes import check

PATH = "/api/v1/conversations"


async def _meet(surface: Surface, ann: Api, ben: Api) -> None:
    await follow(surface.instance, ann.id, ben.id)
    await follow(surface.instance, ben.id, ann.id)


async def test_a_direct_message_is_a_conversation_of_both(
    surface: Surface, ann: Api, ben: Api
) -> None:
    await _meet(surface, ann, ben)
    made = await ann.publish("@ben Shall we meet?", visibility="direct")
    (theirs,) = [check("Conversation", one) for one in await ben.get(PATH)]
    assert theirs["unread"] is True
    assert [one["acct"] for one in theirs["accounts"]] == ["ann"]
    assert theirs["last_status"]["id"] == made["id"]
    assert "Shall we meet?" in theirs["last_status"]["content"]
    (mine,) = await ann.get(PATH)
    assert mine["unread"] is False
    assert [one["acct"] for one in mine["accounts"]] == ["ben"]
    read = check("Conversation", await ben.post(f"{PATH}/{theirs['id']}/read"))
    assert read["unread"] is False


async def test_an_answer_names_whom_the_client_has_to_name_again(
    surface: Surface, ann: Api, ben: Api
) -> None:
    await _meet(surface, ann, ben)
    first = await ann.publish("@ben Hello", visibility="direct")
    second = await ben.publish("Hi", visibility="direct", in_reply_to_id=first["id"])
    assert [one["acct"] for one in second["mentions"]] == ["ann"]
    assert len(await ann.get(PATH)) == len(await ben.get(PATH)) == 1


async def test_conversations_come_in_pages_by_their_last_status(
    surface: Surface, ann: Api, ben: Api
) -> None:
    await _meet(surface, ann, ben)
    for number in range(5):
        await ann.publish(f"@ben {number}", visibility="direct")
    pages = await all_pages(ben, f"{PATH}?limit=2")
    assert [len(one) for one in pages] == [2, 2, 1]
    assert len({one for page in pages for one in page}) == 5


async def test_a_list_costs_a_constant_number_of_statements(surface: Surface, ann: Api) -> None:
    costs = []
    for number in range(4):
        other = await surface.person(f"other{number}")
        await _meet(surface, ann, other)
        await other.publish("@ann Hello", visibility="direct")
        if number in {0, 3}:
            costs.append(await cost_of(ann, PATH))
    assert costs[0] == costs[1]


async def test_a_removed_conversation_is_off_the_list_only(
    surface: Surface, ann: Api, ben: Api
) -> None:
    await _meet(surface, ann, ben)
    made = await ann.publish("@ben Hello", visibility="direct")
    (theirs,) = await ben.get(PATH)
    assert await ben.delete(f"{PATH}/{theirs['id']}") == {}
    assert await ben.get(PATH) == []
    assert (await ben.get(f"/api/v1/statuses/{made['id']}"))["id"] == made["id"]
    await ann.publish("@ben Again", visibility="direct", in_reply_to_id=made["id"])
    assert [one["id"] for one in await ben.get(PATH)] == [theirs["id"]]


async def test_strangers_and_narrow_tokens_are_refused_and_change_nothing(
    surface: Surface, ann: Api, ben: Api
) -> None:
    eve = await surface.person("eve")
    refused = await eve.ask(
        "POST", "/api/v1/statuses", json={"status": "@ben Buy!", "visibility": "direct"}
    )
    assert refused.status == 403
    assert "does not take direct messages from you" in refused.json["error"]
    assert await ben.get(PATH) == []
    await _meet(surface, ann, ben)
    await ann.publish("@ben Hello", visibility="direct")
    (theirs,) = await ben.get(PATH)
    assert await eve.status_of("POST", f"{PATH}/{theirs['id']}/read") == 404
    assert await eve.status_of("DELETE", f"{PATH}/{theirs['id']}") == 404
    assert await surface.nobody.status_of("GET", PATH) == 401
    reader = await surface.with_scopes(ben, "read")
    assert await reader.status_of("POST", f"{PATH}/{theirs['id']}/read") == 403
    assert (await ben.get(PATH))[0]["unread"] is True


async def test_a_deleted_last_message_steps_back_and_an_empty_one_is_left_out(
    surface: Surface, ann: Api, ben: Api
) -> None:
    await _meet(surface, ann, ben)
    first = await ann.publish("@ben One", visibility="direct")
    second = await ann.publish("@ben Two", visibility="direct", in_reply_to_id=first["id"])
    await surface.instance.work(delete_post, ann.id, int(second["id"]))
    (theirs,) = await ben.get(PATH)
    assert theirs["last_status"]["id"] == first["id"]
    await surface.instance.work(delete_post, ann.id, int(first["id"]))
    assert await ben.get(PATH) == []


async def test_the_direct_stream_tells_of_conversations_to_those_in_them(
    surface: Surface, ann: Api, ben: Api
) -> None:
    await _meet(surface, ann, ben)
    eve = await surface.person("eve")
    async with (
        opened(surface, ben, "stream=direct") as theirs,
        opened(surface, eve, "stream=direct") as strangers,
    ):
        await ann.publish("@ben Hello", visibility="direct")
        stream, what, entity = await told(theirs)
        assert (stream, what) == (["direct"], "conversation")
        assert check("Conversation", entity)["unread"] is True
        try:
            async with asyncio.timeout(SILENCE):
                await strangers.receive()
        except TimeoutError:
            return
        raise AssertionError("a stranger was told")
