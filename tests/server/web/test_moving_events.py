"""An event that is moved or postponed says so, everywhere."""

from typing import Any

import pytest

from server.people.model import Person
from server.people.rules import HOUSE
from server.platform.instance import Instance
from server.posts.closing import close_post
from server.posts.model import PostState
from server.posts.queries import post
from tests.server.web.samples import publish, sample
from tests.support.page_reader import PageReader
from tests.support.people import make_person, make_remote
from tests.support.posts import follow, sent

MOVES = [
    ({"move": "postponed"}, "EventPostponed", "Postponed: the new date will follow."),
    (
        {"move": "time", "startTime": "2027-08-05T10:00", "endTime": "2027-08-05T12:00"},
        "EventRescheduled",
        "Changed: this event has another time now.",
    ),
    (
        {"move": "online", "onlineUrl": "https://meet.example/room"},
        "EventMovedOnline",
        "Changed: this event takes place online now.",
    ),
    (
        {"move": "place", "name": "Library", "addressLocality": "Ostend"},
        "EventScheduled",
        "Changed: this event takes place somewhere else now.",
    ),
]


@pytest.mark.parametrize(("typed", "status", "line"), MOVES)
async def test_an_event_that_moved_says_so_first_and_everywhere(
    typed: dict[str, str], status: str, line: str, writer: PageReader, instance: Instance, org: Any
) -> None:
    far = await make_remote(instance)
    await follow(instance, far.id, org.id)
    record = {k: v for k, v in sample("event/valid-1").items() if k != "translations"}
    made = await publish(instance, org.id, "event", {**record, "inLanguage": "en"})
    path = f"/posts/{made.id}/moved"
    assert await writer.get(path) == 200
    assert await writer.post(path, list(typed.items())) == 303, writer.text
    row = await instance.read(post, HOUSE, made.id)
    assert row.record["eventStatus"] == status
    assert row.content.startswith(f"<p><strong>{line}</strong></p>")
    assert [one["type"] for one in await sent(instance)][-1] == "Update"
    await writer.get(f"/@org/{made.id}")
    assert line in writer.text
    assert await writer.post(path, [("move", "planned")]) == 303
    row = await instance.read(post, HOUSE, made.id)
    assert (row.record["eventStatus"], "Changed" in row.content) == ("EventScheduled", False)


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"move": "sideways"},
        {"move": "online", "onlineUrl": "javascript:alert(1)"},
        {"move": "online"},
        {"move": "time", "startTime": "soon", "endTime": "later"},
        {"move": "time", "startTime": "2027-01-05T10:00", "endTime": "2027-01-05T09:00"},
        {"move": "place"},
    ],
)
async def test_a_move_that_makes_no_sense_is_refused(
    typed: dict[str, str], writer: PageReader, instance: Instance, org: Person
) -> None:
    record = {k: v for k, v in sample("event/valid-1").items() if k != "onlineUrl"}
    made = await publish(instance, org.id, "event", record)
    path = f"/posts/{made.id}/moved"
    await writer.get(path)
    assert await writer.post(path, list(typed.items())) == 422
    assert (await instance.read(post, HOUSE, made.id)).edited_at is None


async def test_only_the_author_of_an_open_event_moves_it(
    writer: PageReader, instance: Instance, org: Person, sign_in: Any
) -> None:
    vacancy = await publish(instance, org.id, "vacancy")
    event = await publish(instance, org.id, "event")
    assert await writer.get(f"/posts/{vacancy.id}/moved") == 404
    other = await sign_in((await make_person(instance, "other")).id)
    assert await other.get(f"/posts/{event.id}/moved") == 404
    await other.get("/new/post")
    assert await other.post(f"/posts/{event.id}/moved", [("move", "postponed")]) == 404
    await instance.work(close_post, org.id, event.id, PostState.WITHDRAWN)
    assert await writer.get(f"/posts/{event.id}/moved") == 404
