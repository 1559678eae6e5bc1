"""Timelines, hashtags and read markers through the API."""

from typing import Any

import pytest

from server.federation.model import Reach
from server.people.model import PersonKind
from tests.support.api import Api, Surface, all_pages, cost_of, links_of
from tests.support.shapes import check


async def test_home_pages_in_both_directions_without_gap_or_repeat(ann: Api) -> None:
    ids = [(await ann.publish(str(number)))["id"] for number in range(7)][::-1]
    path = "/api/v1/timelines/home"
    assert await all_pages(ann, f"{path}?limit=3") == [ids[:3], ids[3:6], ids[6:]]
    assert await all_pages(ann, f"{path}?limit=3&min_id={ids[6]}", "prev") == [ids[3:6], ids[:3]]
    assert await ann.ids(path, since_id=ids[5], limit=2) == ids[:2]
    assert await ann.ids(path, min_id=ids[5], limit=2) == ids[3:5]
    assert await ann.ids(path, min_id=ids[5], max_id=ids[3]) == [ids[4]]
    assert await ann.ids(path, since_id=ids[5], max_id=ids[1]) == ids[2:5]
    await ann.shown("[Status]", path)


@pytest.mark.parametrize(
    "path",
    ["/api/v1/timelines/public", "/api/v1/timelines/tag/work", "/api/v1/accounts/{id}/statuses"],
)
async def test_every_list_of_posts_pages_alike(surface: Surface, ann: Api, path: str) -> None:
    path = path.format(id=ann.id)
    ids = [(await ann.publish(f"{number} #work"))["id"] for number in range(5)][::-1]
    for client in (ann, surface.nobody):
        assert await all_pages(client, f"{path}?limit=2") == [ids[:2], ids[2:4], ids[4:]]
        up = await all_pages(client, f"{path}?limit=2&min_id={ids[4]}", "prev")
        assert up == [ids[2:4], ids[:2]]


async def test_links_are_absolute_and_keep_what_was_asked(ann: Api) -> None:
    await ann.publish("x #work")
    answer = await ann.ask("GET", "/api/v1/timelines/tag/work?local=true&any[]=jobs&limit=5")
    link = answer.headers["Link"]
    assert link.startswith("<https://ours.example/api/v1/timelines/tag/work?")
    for part in ("local=true", "limit=5", "max_id="):
        assert part in links_of(answer)["next"]
    assert "min_id=" in links_of(answer)["prev"]
    assert "Link" in answer.headers["Access-Control-Expose-Headers"]


async def test_limits_are_clamped_and_nonsense_is_refused(ann: Api) -> None:
    for number in range(3):
        await ann.publish(str(number))
    path = "/api/v1/timelines/home"
    for limit in ("10000", "0", "-4"):
        assert len(await ann.get(path, limit=limit)) == 3
    for wrong in ("limit=abc", "max_id=abc", "min_id=-1", "since_id=99999999999999999999999"):
        assert await ann.status_of("GET", f"{path}?{wrong}") == 422


async def test_home_needs_somebody(surface: Surface, ann: Api) -> None:
    path = "/api/v1/timelines/home"
    assert await surface.nobody.status_of("GET", path) == 401
    assert await surface.holding("wrong").status_of("GET", path) == 401
    client = await surface.with_scopes(ann, "read:accounts")
    assert await client.status_of("GET", path) == 403
    client = await surface.with_scopes(ann, "read:statuses")
    assert await client.status_of("GET", path) == 200


async def test_public_shows_public_posts_alone(surface: Surface, ann: Api, ben: Api) -> None:
    post = await ann.publish("public")
    await ann.publish("unlisted", visibility="unlisted")
    await ann.publish("private", visibility="private")
    await ann.publish("members", local_only=True)
    await ben.publish("@ann reply", in_reply_to_id=post["id"])
    await ben.post(f"/api/v1/statuses/{post['id']}/reblog")
    tala = await surface.person("tala", kind=PersonKind.TALENT, reach=Reach.HOME)
    await tala.publish("at home")
    for client in (surface.nobody, ann):
        assert await client.ids("/api/v1/timelines/public") == [post["id"]]


async def test_public_is_narrowed_to_a_side_and_to_pictures(surface: Surface, ann: Api) -> None:
    post = await ann.publish("here")
    path = "/api/v1/timelines/public"
    assert await surface.nobody.ids(path, local="true") == [post["id"]]
    assert await surface.nobody.ids(path, remote="true") == []
    assert await surface.nobody.ids(path, only_media="true") == []


async def test_muted_and_blocked_people_are_not_in_ones_public_timeline(ann: Api, ben: Api) -> None:
    await ben.publish("x #work")
    for do, undo in (("mute", "unmute"), ("block", "unblock")):
        await ann.post(f"/api/v1/accounts/{ben.id}/{do}")
        assert await ann.ids("/api/v1/timelines/public") == []
        assert await ann.ids("/api/v1/timelines/tag/work") == []
        await ann.post(f"/api/v1/accounts/{ben.id}/{undo}")
    assert len(await ann.ids("/api/v1/timelines/public")) == 1


async def test_a_hashtag_is_found_in_any_spelling(surface: Surface, ann: Api) -> None:
    post = await ann.publish("come #Straße")
    for name in ("Straße", "STRASSE", "strasse", "%23Stra%C3%9Fe"):
        assert await surface.nobody.ids(f"/api/v1/timelines/tag/{name}") == [post["id"]]


async def test_hashtags_are_combined_as_asked(surface: Surface, ann: Api) -> None:
    a = (await ann.publish("#a"))["id"]
    ab = (await ann.publish("#a #b"))["id"]
    b = (await ann.publish("#b"))["id"]
    path = "/api/v1/timelines/tag/a"
    assert await surface.nobody.ids(f"{path}?any[]=b") == [b, ab, a]
    assert await surface.nobody.ids(f"{path}?all[]=b") == [ab]
    assert await surface.nobody.ids(f"{path}?none[]=b") == [a]


async def test_an_unknown_hashtag_is_an_empty_timeline(surface: Surface) -> None:
    answer = await surface.nobody.ask("GET", "/api/v1/timelines/tag/nobodyused")
    assert (answer.status, answer.json, answer.headers.get("Link")) == (200, [], None)


@pytest.mark.parametrize("name", ["%00", "%0A", "x" * 101, "%23"])
async def test_what_cannot_be_a_hashtag_is_not_found(surface: Surface, name: str) -> None:
    assert await surface.nobody.status_of("GET", f"/api/v1/timelines/tag/{name}") == 404
    assert await surface.nobody.status_of("GET", f"/api/v1/tags/{name}") == 404


async def test_a_hashtag_tells_its_last_seven_days(surface: Surface, ann: Api, ben: Api) -> None:
    await ann.publish("#Work")
    await ann.publish("#work")
    await ben.publish("#WORK")
    await ben.publish("#work", visibility="private")
    tag = await surface.nobody.shown("Tag", "/api/v1/tags/WORK")
    assert (tag["name"], tag["url"]) == ("work", "https://ours.example/tags/work")
    assert len(tag["history"]) == 7
    assert tag["history"][0] == {"day": "1795392000", "uses": "3", "accounts": "2"}
    assert {one["uses"] for one in tag["history"][1:]} == {"0"}


async def test_markers_keep_how_far_somebody_read(ann: Api, ben: Api) -> None:
    path = "/api/v1/markers"
    assert await ann.get(path, **{"timeline[]": "home"}) == {}
    first = await ann.post(path, home={"last_read_id": "123"})
    assert check("Marker", first["home"])["version"] == 1
    answer = await ann.ask(
        "POST", path, data=[("home[last_read_id]", "124"), ("notifications[last_read_id]", "9")]
    )
    assert {name: one["last_read_id"] for name, one in answer.json.items()} == {
        "home": "124", "notifications": "9",
    }  # fmt: skip
    assert answer.json["home"]["version"] == 2
    shown = await ann.get(f"{path}?timeline[]=home&timeline[]=notifications&timeline[]=else")
    assert check("{Marker}", shown) == answer.json
    assert await ben.get(f"{path}?timeline[]=home") == {}


@pytest.mark.parametrize(
    "wrong", [{"home": "12"}, {"home": {"last_read_id": "x"}}, {"home": {"last_read_id": [1]}}]
)
async def test_a_wrong_marker_is_refused(ann: Api, wrong: dict[str, Any]) -> None:
    assert await ann.status_of("POST", "/api/v1/markers", json=wrong) == 422
    assert await ann.get("/api/v1/markers?timeline[]=home") == {}


async def test_pages_cost_a_constant_number_of_statements(surface: Surface, ann: Api) -> None:
    """One post or many, with everything that can hang on them."""
    paths = ("/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/timelines/tag/work")
    costs: list[list[int]] = []
    for number in range(6):
        other = await surface.person(f"other{number}")
        await ann.post(f"/api/v1/accounts/{other.id}/follow")
        post = await other.publish(
            f"@ann {number} #work #more", poll={"options": ["a", "b"], "expires_in": 600}
        )
        await ann.post(f"/api/v1/statuses/{post['id']}/reblog")
        if number in {0, 5}:
            costs.append([await cost_of(ann, path) for path in paths])
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 9
