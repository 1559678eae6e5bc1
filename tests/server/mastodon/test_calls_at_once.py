"""The same call many times at the same moment: clients retry, and every answer must make sense."""

import asyncio
from typing import Any

import pytest

from tests.support.api import Api, Surface

TIMES = 6


async def at_once(someone: Api, method: str, path: str, **request: Any) -> list[int]:
    """Make the same call several times together; `ask` itself refuses every 5xx."""
    answers = await asyncio.gather(*(someone.ask(method, path, **request) for _ in range(TIMES)))
    return sorted(answer.status for answer in answers)


@pytest.mark.parametrize(
    ("do", "undo", "flag", "count"),
    [
        ("favourite", "unfavourite", "favourited", "favourites_count"),
        ("reblog", "unreblog", "reblogged", "reblogs_count"),
        ("bookmark", "unbookmark", "bookmarked", None),
        ("mute", "unmute", "muted", None),
    ],
)
async def test_marks_are_made_and_taken_back_once(
    ann: Api, ben: Api, do: str, undo: str, flag: str, count: str | None
) -> None:
    post = await ann.publish("x")
    path = f"/api/v1/statuses/{post['id']}"
    for what, is_set in ((do, True), (undo, False)):
        assert await at_once(ben, "POST", f"{path}/{what}") == [200] * TIMES
        shown = await ben.get(path)
        assert shown[flag] is is_set
        assert count is None or shown[count] == int(is_set)


async def test_a_post_is_pinned_once(ann: Api) -> None:
    post = await ann.publish("x")
    for what in ("pin", "unpin"):
        statuses = await at_once(ann, "POST", f"/api/v1/statuses/{post['id']}/{what}")
        assert statuses == [200] * TIMES


@pytest.mark.parametrize(
    ("do", "undo", "flag"),
    [
        ("follow", "unfollow", "following"),
        ("block", "unblock", "blocking"),
        ("mute", "unmute", "muting"),
    ],
)
async def test_relations_are_made_and_ended_once(
    ann: Api, ben: Api, do: str, undo: str, flag: str
) -> None:
    path = f"/api/v1/accounts/{ben.id}"
    for what, is_set in ((do, True), (undo, False)):
        assert await at_once(ann, "POST", f"{path}/{what}") == [200] * TIMES
        shown = await ann.get(f"/api/v1/accounts/relationships?id={ben.id}")
        assert shown[0][flag] is is_set
    shown = await ben.get("/api/v1/accounts/verify_credentials")
    assert shown["followers_count"] == 0


async def test_a_note_and_markers_are_written_together(ann: Api, ben: Api) -> None:
    path = f"/api/v1/accounts/{ben.id}/note"
    assert await at_once(ann, "POST", path, json={"comment": "x"}) == [200] * TIMES
    body = {"home": {"last_read_id": "5"}, "notifications": {"last_read_id": "6"}}
    assert await at_once(ann, "POST", "/api/v1/markers", json=body) == [200] * TIMES
    shown = await ann.get("/api/v1/markers?timeline[]=home")
    assert shown["home"]["version"] == TIMES


async def test_one_of_many_votes_counts(ann: Api, ben: Api) -> None:
    post = await ann.publish("which?", poll={"options": ["a", "b"], "expires_in": 600})
    path = f"/api/v1/polls/{post['id']}"
    statuses = await at_once(ben, "POST", f"{path}/votes", json={"choices": [0]})
    assert statuses == [200] + [422] * (TIMES - 1)
    shown = await ben.get(path)
    assert (shown["votes_count"], shown["voters_count"]) == (1, 1)


async def test_votes_of_many_people_all_count(surface: Surface, ann: Api) -> None:
    post = await ann.publish("which?", poll={"options": ["a", "b"], "expires_in": 600})
    path = f"/api/v1/polls/{post['id']}"
    voters = [await surface.person(f"voter{number}") for number in range(TIMES)]
    await asyncio.gather(*(one.post(f"{path}/votes", choices=[0]) for one in voters))
    shown = await ann.get(path)
    assert (shown["votes_count"], shown["voters_count"]) == (TIMES, TIMES)


async def test_a_post_is_deleted_once(ann: Api) -> None:
    post = await ann.publish("x")
    statuses = await at_once(ann, "DELETE", f"/api/v1/statuses/{post['id']}")
    assert statuses == [200] + [404] * (TIMES - 1)
    assert (await ann.get("/api/v1/accounts/verify_credentials"))["statuses_count"] == 0


async def test_edits_that_meet_keep_a_whole_history(ann: Api) -> None:
    post = await ann.publish("first")
    path = f"/api/v1/statuses/{post['id']}"
    await asyncio.gather(*(ann.put(path, status=f"version {n}") for n in range(TIMES)))
    versions = await ann.shown("[StatusEdit]", f"{path}/history")
    assert versions[0]["content"] == "<p>first</p>"
    assert versions[-1]["content"] == (await ann.get(path))["content"]


async def test_notifications_are_dismissed_and_cleared_once(ann: Api, ben: Api) -> None:
    await ben.post(f"/api/v1/accounts/{ann.id}/follow")
    first = (await ann.ids("/api/v1/notifications"))[0]
    statuses = await at_once(ann, "POST", f"/api/v1/notifications/{first}/dismiss")
    assert statuses == [200] + [404] * (TIMES - 1)
    assert await at_once(ann, "POST", "/api/v1/notifications/clear") == [200] * TIMES


@pytest.mark.parametrize("round_of", range(4))
async def test_a_post_that_is_just_being_deleted_is_there_or_not_found(
    surface: Surface, ann: Api, ben: Api, round_of: int
) -> None:
    """Whoever comes too late is told that it is gone; nobody is told that we broke."""
    post = await ann.publish("x", poll={"options": ["a", "b"], "expires_in": 600})
    path = f"/api/v1/statuses/{post['id']}"
    deeds = [
        ben.status_of("POST", f"{path}/{what}")
        for what in ("favourite", "reblog", "bookmark", "mute", "unfavourite", "unreblog")
    ]
    deeds.append(ben.status_of("POST", f"/api/v1/polls/{post['id']}/votes", json={"choices": [0]}))
    answer = {"status": "@ann y", "in_reply_to_id": post["id"]}
    deeds.append(ben.status_of("POST", "/api/v1/statuses", json=answer))
    deeds.insert(round_of * 2, ann.status_of("DELETE", path))
    statuses = await asyncio.gather(*deeds)
    assert set(statuses) <= {200, 404, 422}
    assert await ben.status_of("GET", path) == 404
