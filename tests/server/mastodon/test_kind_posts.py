"""Studies, vacancies, events, projects and tools in any Mastodon client: words and a card."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from server.platform.work import Work
from server.posts.closing import close_post
from server.posts.drafting import Draft
from server.posts.model import Audience, PostState
from server.posts.service import publish_post
from tests.support.api import Api, Surface
from tests.support.shapes import check

SAMPLES = Path(__file__).parents[3] / "schemas" / "samples"
KINDS = ("study", "vacancy", "event", "project", "tool")


@cache
def samples(kind: str) -> list[dict[str, Any]]:
    files = sorted((SAMPLES / kind).glob("valid-*.json"))
    found = [json.loads(path.read_text()) for path in files]
    return [one.get("record", one) for one in found]


async def published(surface: Surface, someone: Api, kind: str, number: int = 0) -> str:
    """Publish a sample as somebody would through the form; return the id of the post."""

    def unit(w: Work) -> int:
        record = {
            name: value
            for name, value in samples(kind)[number].items()
            if name not in {"identifier", "datePosted", "state"}
        }
        draft = Draft(author_id=someone.id, audience=Audience.PUBLIC, kind=kind, record=record)
        return publish_post(w, draft).id

    return str(await surface.instance.work(unit))


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("kind", KINDS)
async def test_a_sample_of_each_kind_reads_in_full_and_has_a_card(
    surface: Surface, ann: Api, kind: str, number: int
) -> None:
    post_id = await published(surface, ann, kind, number)
    shown = await surface.nobody.shown("Status", f"/api/v1/statuses/{post_id}")
    card = shown["card"]
    assert card["title"]
    assert card["url"] == shown["url"]
    assert card["description"]
    assert (card["type"], card["provider_name"]) == ("link", "Ours")
    assert card["title"] in shown["content"].replace("&amp;", "&").replace("&#x27;", "'")
    assert "<strong>" in shown["content"]
    assert shown["tags"]
    assert shown["language"]
    assert "svept" not in json.dumps(shown)


@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_is_in_the_timelines_like_any_post(
    surface: Surface, ann: Api, ben: Api, kind: str
) -> None:
    await ben.post(f"/api/v1/accounts/{ann.id}/follow")
    post_id = await published(surface, ann, kind)
    for path in ("/api/v1/timelines/home", "/api/v1/timelines/public"):
        assert await ben.ids(path) == [post_id]
    tag = (await ben.get(f"/api/v1/statuses/{post_id}"))["tags"][0]["name"]
    assert await ben.ids(f"/api/v1/timelines/tag/{tag}") == [post_id]
    found = await ben.get("/api/v2/search", q=f"https://ours.example/posts/{post_id}")
    assert [one["id"] for one in found["statuses"]] == [post_id]


async def test_a_filled_vacancy_says_so_and_keeps_its_versions(
    surface: Surface, ann: Api, ben: Api
) -> None:
    post_id = await published(surface, ann, "vacancy")
    await ben.post(f"/api/v1/statuses/{post_id}/reblog")
    before = await ben.get(f"/api/v1/statuses/{post_id}")
    await surface.instance.work(close_post, ann.id, int(post_id), PostState.FILLED)
    after = await ben.shown("Status", f"/api/v1/statuses/{post_id}")
    assert after["edited_at"]
    assert after["content"] != before["content"]
    versions = await ben.shown("[StatusEdit]", f"/api/v1/statuses/{post_id}/history")
    assert [one["content"] for one in versions] == [before["content"], after["content"]]
    types = [one["type"] for one in await ben.shown("[Notification]", "/api/v1/notifications")]
    assert types == ["update"]


async def test_a_client_cannot_write_plain_text_over_the_fields(surface: Surface, ann: Api) -> None:
    post_id = await published(surface, ann, "event")
    path = f"/api/v1/statuses/{post_id}"
    before = await ann.get(path)
    answer = await ann.ask("PUT", path, json={"status": "only words"})
    assert answer.status == 422
    assert await ann.get(path) == before


async def test_a_kind_is_boosted_liked_and_kept_like_any_post(
    surface: Surface, ann: Api, ben: Api
) -> None:
    post_id = await published(surface, ann, "tool")
    for what in ("favourite", "bookmark", "reblog"):
        check("Status", await ben.post(f"/api/v1/statuses/{post_id}/{what}"))
    shown = await ben.get(f"/api/v1/statuses/{post_id}")
    assert (shown["favourited"], shown["bookmarked"], shown["reblogged"]) == (True, True, True)


async def test_a_deleted_kind_is_gone_from_clients(surface: Surface, ann: Api) -> None:
    post_id = await published(surface, ann, "project")
    check("Status", (await ann.ask("DELETE", f"/api/v1/statuses/{post_id}")).json)
    assert await surface.nobody.status_of("GET", f"/api/v1/statuses/{post_id}") == 404
