"""Writing, reading, changing and deleting posts through the API."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from server.federation.model import Reach
from server.people.model import PersonKind
from tests.support.api import Api, Surface, cost_of
from tests.support.people import make_remote
from tests.support.pictures import picture
from tests.support.shapes import check


async def upload(someone: Api, **more: str) -> str:
    form = aiohttp.FormData()
    form.add_field("file", picture(), filename="a.jpg", content_type="image/jpeg")
    for name, value in more.items():
        form.add_field(name, value)
    answer = await someone.ask("POST", "/api/v2/media", data=form)
    assert answer.status == 200
    return str(answer.json["id"])


async def test_a_post_is_answered_as_everybody_will_read_it(
    surface: Surface, ann: Api, ben: Api
) -> None:
    made = await ann.publish("Hello @ben, see https://jobs.example/x #Welcome <b>", language="en")
    assert made["account"]["acct"] == "ann"
    assert made["mentions"] == [
        {"id": str(ben.id), "username": "ben", "acct": "ben", "url": "https://ours.example/@ben"}
    ]
    assert made["tags"] == [{"name": "welcome", "url": "https://ours.example/tags/welcome"}]
    for part in ('class="u-url mention"', 'rel="tag"', 'class="mention hashtag"', "&lt;b&gt;"):
        assert part in made["content"], part
    assert (made["visibility"], made["language"]) == ("public", "en")
    assert made["application"] == {"name": "tests", "website": None}
    assert made["url"] == f"https://ours.example/@ann/{made['id']}"
    assert made["uri"] == f"https://ours.example/posts/{made['id']}"
    assert made["created_at"] == "2026-11-23T12:00:00.000Z"
    assert await ann.shown("Status", f"/api/v1/statuses/{made['id']}") == made
    anonymous = await surface.nobody.shown("Status", f"/api/v1/statuses/{made['id']}")
    assert not {"favourited", "filtered", "pinned", "muted"} & anonymous.keys()


@pytest.mark.parametrize("form", ["json", "urlencoded", "multipart", "query"])
async def test_a_post_comes_in_any_encoding(ann: Api, form: str) -> None:
    words = {"status": "Grüße ✓", "visibility": "unlisted", "sensitive": "1", "spoiler_text": "cw"}
    if form == "query":
        request: dict[str, Any] = {"params": words}
    elif form == "multipart":
        data = aiohttp.FormData(default_to_multipart=True)
        for name, value in words.items():
            data.add_field(name, value)
        request = {"data": data}
    else:
        request = {"json": words} if form == "json" else {"data": words}
    answer = await ann.ask("POST", "/api/v1/statuses", **request)
    made = check("Status", answer.json)
    assert made["content"] == "<p>Grüße ✓</p>"
    assert (made["visibility"], made["sensitive"], made["spoiler_text"]) == ("unlisted", True, "cw")


async def test_null_and_empty_mean_not_given_and_unknown_names_are_ignored(ann: Api) -> None:
    made = await ann.publish(
        "x", in_reply_to_id=None, poll=None, media_ids=[], language="", visibility="",
        spoiler_text=None, scheduled_at=None, quoted_status_id=None, surprise={"a": [1]},
    )  # fmt: skip
    assert made["in_reply_to_id"] is None


async def test_the_same_key_within_an_hour_answers_the_same_post(
    surface: Surface, ann: Api
) -> None:
    async def again(key: str) -> str:
        answer = await ann.ask(
            "POST", "/api/v1/statuses", json={"status": "once"}, headers={"Idempotency-Key": key}
        )
        assert answer.status == 200
        return str(answer.json["id"])

    first = await again("key-1")
    assert await again("key-1") == first
    assert await again("k" * 300) != first
    other = await surface.person("cem")
    answer = await other.ask(
        "POST", "/api/v1/statuses", json={"status": "mine"}, headers={"Idempotency-Key": "key-1"}
    )
    assert answer.json["account"]["acct"] == "cem"
    surface.later(minutes=61)
    assert await again("key-1") != first


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"status": ""},
        {"status": "  \n "},
        {"status": "x" * 5_001},
        {"status": "x", "visibility": "everybody"},
        {"status": "x", "language": "not a language!"},
        {"status": "x", "sensitive": "maybe"},
        {"status": "x", "media_ids": ["1"]},
        {"status": "x", "media_ids": ["abc"]},
        {"status": "x", "in_reply_to_id": "abc"},
        {"status": "x", "poll": {"options": ["one"], "expires_in": 600}},
        {"status": "x", "poll": {"options": ["a", "A"], "expires_in": 600}},
        {"status": "x", "poll": {"options": ["a", "b"], "expires_in": 1}},
        {"status": "x", "poll": {"options": ["a", "b"]}},
        {"status": "x", "poll": "yes"},
        {"status": "x", "poll": {"options": [f"{n}" for n in range(9)], "expires_in": 600}},
        {"status": "x", "scheduled_at": "2020-12-01T00:00:00Z"},
        {"status": {"a": "b"}},
        {"status": ["a"]},
        {"status": "a\u0000b"},
    ],
)
async def test_what_cannot_be_published_is_refused_and_nothing_is_kept(
    ann: Api, wrong: Any
) -> None:
    answer = await ann.ask("POST", "/api/v1/statuses", json=wrong)
    assert answer.status == 422, answer.body
    assert await ann.get("/api/v1/timelines/home") == []


async def test_an_answer_to_what_may_not_be_seen_is_not_found(ann: Api, ben: Api) -> None:
    secret = await ben.publish("for followers", visibility="private")
    for parent in (secret["id"], "1"):
        body = {"status": "x", "in_reply_to_id": parent}
        assert await ann.status_of("POST", "/api/v1/statuses", json=body) == 404


@pytest.mark.parametrize(
    ("visibility", "local_only", "shown", "ben_sees", "anybody_sees"),
    [
        ("public", False, "public", True, True),
        ("unlisted", False, "unlisted", True, True),
        ("private", False, "private", False, False),
        ("direct", False, "direct", False, False),
        ("public", True, "private", True, False),
    ],
)
async def test_what_may_not_be_seen_is_as_if_it_were_not_there(
    surface: Surface, ann: Api, ben: Api, visibility: str, local_only: bool, shown: str,
    ben_sees: bool, anybody_sees: bool,
) -> None:  # fmt: skip
    cem = await surface.person("cem")
    await cem.post(f"/api/v1/accounts/{ann.id}/follow")
    made = await ann.publish("@cem hi", visibility=visibility, local_only=local_only)
    assert made["visibility"] == shown
    for client, sees in ((ben, ben_sees), (surface.nobody, anybody_sees)):
        for path in ("", "/context", "/history", "/favourited_by", "/reblogged_by"):
            status = await client.status_of("GET", f"/api/v1/statuses/{made['id']}{path}")
            assert status == (200 if sees else 404), path


async def test_several_posts_are_shown_in_their_order(surface: Surface, ann: Api) -> None:
    first, second = (await ann.publish("1"))["id"], (await ann.publish("2"))["id"]
    hidden = (await ann.publish("3", visibility="private"))["id"]
    query = f"id[]={second}&id[]={hidden}&id[]=1&id[]={first}"
    shown = await surface.nobody.shown("[Status]", f"/api/v1/statuses?{query}")
    assert [one["id"] for one in shown] == [second, first]


async def test_a_thread_has_what_is_above_and_below(surface: Surface, ann: Api, ben: Api) -> None:
    top = await ann.publish("top")
    middle = await ben.publish("@ann middle", in_reply_to_id=top["id"])
    below = await ann.publish("@ben below", in_reply_to_id=middle["id"])
    path = f"/api/v1/statuses/{middle['id']}/context"
    context = await surface.nobody.shown("Context", path)
    assert [one["id"] for one in context["ancestors"]] == [top["id"]]
    assert [one["id"] for one in context["descendants"]] == [below["id"]]
    assert (below["in_reply_to_id"], below["in_reply_to_account_id"]) == (middle["id"], str(ben.id))
    assert (await ann.get(f"/api/v1/statuses/{top['id']}"))["replies_count"] == 1


async def test_an_edit_shows_at_once_and_keeps_every_version(ann: Api, ben: Api) -> None:
    made = await ann.publish("first", spoiler_text="cw", language="en")
    path = f"/api/v1/statuses/{made['id']}"
    changed = check("Status", await ann.put(path, status="second @ben", spoiler_text=""))
    assert changed["content"].startswith("<p>second")
    assert changed["edited_at"] is not None
    assert (changed["spoiler_text"], changed["language"]) == ("", "en")
    assert [one["acct"] for one in changed["mentions"]] == ["ben"]
    versions = await ben.shown("[StatusEdit]", f"{path}/history")
    assert [one["spoiler_text"] for one in versions] == ["cw", ""]
    assert versions[0]["created_at"] == made["created_at"]
    source = await ann.shown("StatusSource", f"{path}/source")
    assert (source["text"], source["spoiler_text"]) == ("second @ben", "")


async def test_an_edit_without_change_makes_no_version(ann: Api) -> None:
    made = await ann.publish("same")
    path = f"/api/v1/statuses/{made['id']}"
    again = await ann.put(path, status="same")
    assert again["edited_at"] is None
    assert len(await ann.shown("[StatusEdit]", f"{path}/history")) == 1


async def test_an_edit_drops_the_pictures_that_are_not_listed(ann: Api) -> None:
    kept, dropped = await upload(ann), await upload(ann)
    made = await ann.publish("", media_ids=[kept, dropped])
    path = f"/api/v1/statuses/{made['id']}"
    changed = await ann.put(path, status="x", media_ids=[kept])
    assert [one["id"] for one in changed["media_attachments"]] == [kept]
    assert (await ann.put(path, status="x"))["media_attachments"] == []


async def test_an_edit_changes_the_words_of_its_pictures(ann: Api) -> None:
    media = await upload(ann, description="before")
    made = await ann.publish("look", media_ids=[media])
    path = f"/api/v1/statuses/{made['id']}"
    changed = await ann.put(
        path,
        status="look",
        media_ids=[media],
        media_attributes=[{"id": media, "description": "after", "focus": "0.5,-0.5"}],
    )
    shown = check("Status", changed)["media_attachments"][0]
    assert (shown["description"], shown["meta"]["focus"]) == ("after", {"x": 0.5, "y": -0.5})
    assert changed["edited_at"] is not None


async def test_the_words_of_anothers_picture_do_not_change(ann: Api, ben: Api) -> None:
    theirs = await upload(ben, description="of ben")
    post = await ben.publish("", media_ids=[theirs])
    made = await ann.publish("x")
    answer = await ann.ask(
        "PUT",
        f"/api/v1/statuses/{made['id']}",
        json={"status": "x", "media_attributes": [{"id": theirs, "description": "mine"}]},
    )
    assert answer.status in {200, 404, 422}
    shown = await ben.get(f"/api/v1/statuses/{post['id']}")
    assert shown["media_attachments"][0]["description"] == "of ben"


async def test_only_the_author_edits_reads_the_source_and_deletes(
    surface: Surface, ann: Api, ben: Api
) -> None:
    made = await ann.publish("mine")
    path = f"/api/v1/statuses/{made['id']}"
    assert await ben.status_of("PUT", path, json={"status": "theirs"}) == 404
    assert await ben.status_of("DELETE", path) == 404
    assert await ben.status_of("GET", f"{path}/source") == 404
    assert await surface.nobody.status_of("PUT", path, json={"status": "theirs"}) == 401
    assert (await ann.get(path))["content"] == "<p>mine</p>"


async def test_a_wrong_edit_is_refused_and_changes_nothing(ann: Api) -> None:
    made = await ann.publish("mine")
    path = f"/api/v1/statuses/{made['id']}"
    for wrong in ({"status": ""}, {"status": "x" * 5_001}, {"status": "x", "media_ids": ["7"]}):
        assert await ann.status_of("PUT", path, json=wrong) == 422
    assert await ann.get(path) == made


async def test_a_deleted_post_comes_with_its_source_and_is_gone(
    surface: Surface, ann: Api, ben: Api
) -> None:
    made = await ann.publish("about #this @ben", spoiler_text="cw")
    path = f"/api/v1/statuses/{made['id']}"
    answer = await ann.ask("DELETE", path)
    gone = check("Status", answer.json)
    assert (gone["text"], gone["spoiler_text"]) == ("about #this @ben", "cw")
    for client in (ann, ben, surface.nobody):
        assert await client.status_of("GET", path) == 404
    assert await ann.status_of("DELETE", path) == 404
    assert await ben.get("/api/v1/notifications") == []
    assert (await ann.get("/api/v1/accounts/verify_credentials"))["statuses_count"] == 0


async def test_a_post_is_deleted_and_written_again_with_its_pictures(ann: Api) -> None:
    media = await upload(ann, description="a hall")
    made = await ann.publish("frist", media_ids=[media])
    gone = (await ann.ask("DELETE", f"/api/v1/statuses/{made['id']}")).json
    assert [one["id"] for one in gone["media_attachments"]] == [media]
    again = await ann.publish("first", media_ids=[media])
    assert again["media_attachments"][0]["description"] == "a hall"


async def test_pictures_go_with_their_post_when_that_is_asked(ann: Api) -> None:
    media = await upload(ann)
    made = await ann.publish("x", media_ids=[media])
    await ann.ask("DELETE", f"/api/v1/statuses/{made['id']}", params={"delete_media": "true"})
    assert await ann.status_of("GET", f"/api/v1/media/{media}") == 404


async def test_a_picture_is_attached_once_and_in_its_order(ann: Api, ben: Api) -> None:
    first, second = await upload(ann), await upload(ann)
    made = await ann.publish("", media_ids=[second, first])
    assert [one["id"] for one in made["media_attachments"]] == [second, first]
    for client in (ann, ben):
        body = {"status": "x", "media_ids": [first]}
        assert await client.status_of("POST", "/api/v1/statuses", json=body) == 422


async def test_pictures_are_not_beside_a_poll_and_are_four_at_most(ann: Api) -> None:
    ids = [await upload(ann) for _ in range(5)]
    poll = {"options": ["a", "b"], "expires_in": 600}
    for wrong in ({"media_ids": ids}, {"media_ids": ids[:1], "poll": poll}):
        body = {"status": "x", **wrong}
        assert await ann.status_of("POST", "/api/v1/statuses", json=body) == 422
    made = await ann.ask(
        "POST", "/api/v1/statuses", data=[("media_ids[0]", ids[0]), ("media_ids[1]", ids[1])]
    )
    assert [one["id"] for one in made.json["media_attachments"]] == ids[:2]


async def test_a_post_is_capped_by_the_reach_of_its_author(surface: Surface) -> None:
    tala = await surface.person("tala", kind=PersonKind.TALENT, reach=Reach.HOME)
    made = await tala.publish("hello", visibility="public")
    assert made["visibility"] == "private"
    assert await surface.nobody.status_of("GET", f"/api/v1/statuses/{made['id']}") == 404


async def test_a_direct_message_names_its_reader(surface: Surface, ann: Api, ben: Api) -> None:
    await ben.post(f"/api/v1/accounts/{ann.id}/follow")
    made = await ann.publish("@ben psst", visibility="direct")
    assert (await ben.get(f"/api/v1/statuses/{made['id']}"))["visibility"] == "direct"
    assert made["id"] in await ann.ids("/api/v1/timelines/home")


async def test_what_comes_from_elsewhere_names_people_there(surface: Surface, ann: Api) -> None:
    await make_remote(surface.instance)
    made = await ann.publish("hello @rob@far.example")
    assert made["mentions"][0]["acct"] == "rob@far.example"
    assert "https://far.example/@rob" in made["content"]


@pytest.mark.parametrize("path", ["", "/context", "/history", "/source"])
async def test_malformed_ids_are_not_found(ann: Api, path: str) -> None:
    for wrong in ("abc", "0", "-5", "1e3", "9" * 30, "%00", "%ff", "１２"):
        assert await ann.status_of("GET", f"/api/v1/statuses/{wrong}{path}") == 404


async def test_a_thread_costs_a_constant_number_of_statements(ann: Api, ben: Api) -> None:
    top = await ann.publish("top")
    costs = []
    for number in range(5):
        await ben.publish(f"@ann answer #{number}x", in_reply_to_id=top["id"])
        if number in {0, 4}:
            costs.append(await cost_of(ann, f"/api/v1/statuses/{top['id']}/context"))
    assert costs[0] == costs[1]


async def test_bodies_that_are_no_json_object_are_refused(ann: Api) -> None:
    headers = {"Content-Type": "application/json"}
    for body in (
        b"{",
        b"[1]",
        b'"x"',
        b"\xff\xfe",
        b"3",
        json.dumps({"status": "x"}).encode()[:-1],
    ):
        answer = await ann.ask("POST", "/api/v1/statuses", data=body, headers=headers)
        assert answer.status == 400


async def test_the_same_key_sent_many_times_at_once_makes_one_post(ann: Api) -> None:
    async def again() -> str:
        answer = await ann.ask(
            "POST", "/api/v1/statuses", json={"status": "x"}, headers={"Idempotency-Key": "k"}
        )
        return str(answer.json["id"])

    made = await asyncio.gather(*(again() for _ in range(6)))
    assert len(set(made)) == 1
    assert await ann.ids("/api/v1/timelines/home") == made[:1]
