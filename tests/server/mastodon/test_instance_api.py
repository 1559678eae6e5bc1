"""What clients learn about the instance before anybody signs in."""

import re

import pytest

from tests.support.api import Api, Surface


async def test_version_two_has_every_part_that_clients_read_blindly(
    surface: Surface, ann: Api
) -> None:
    await ann.publish("x")
    shown = await surface.nobody.shown("Instance", "/api/v2/instance")
    assert (shown["domain"], shown["title"]) == ("ours.example", "Ours")
    assert shown["configuration"]["urls"]["streaming"] == "wss://ours.example"
    assert shown["usage"] == {"users": {"active_month": 1}}
    assert shown["api_versions"] == {"mastodon": 1}
    assert shown["registrations"]["enabled"] is False


async def test_version_one_has_every_part_that_clients_read_blindly(
    surface: Surface, ann: Api
) -> None:
    shown = await surface.nobody.shown("InstanceV1", "/api/v1/instance")
    assert shown["uri"] == "ours.example"
    assert shown["urls"] == {"streaming_api": "wss://ours.example"}
    assert shown["stats"] == {"user_count": 1, "status_count": 0, "domain_count": 0}


async def test_the_version_is_three_numbers_first(surface: Surface) -> None:
    version = (await surface.nobody.get("/api/v2/instance"))["version"]
    assert re.match(r"\d+\.\d+\.\d+ \(compatible; Meshwork ", version)


async def test_the_limits_told_are_the_limits_kept(surface: Surface, ann: Api) -> None:
    limits = (await surface.nobody.get("/api/v2/instance"))["configuration"]
    most = limits["statuses"]["max_characters"]
    assert most == 5_000
    await ann.publish("x" * most)
    too_long = {"status": "x" * (most + 1)}
    assert await ann.status_of("POST", "/api/v1/statuses", json=too_long) == 422
    address = "https://jobs.example/" + "a" * 200
    per_address = limits["statuses"]["characters_reserved_per_url"]
    await ann.publish("x" * (most - per_address - 1) + " " + address)


async def test_the_pictures_of_the_instance_can_be_fetched(surface: Surface) -> None:
    shown = await surface.nobody.get("/api/v2/instance")
    for address in (shown["thumbnail"]["url"], shown["icon"][0]["src"]):
        path = address.removeprefix("https://ours.example")
        async with surface.session.get(surface.base.rstrip("/") + path) as answer:
            assert answer.status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/custom_emojis",
        "/api/v1/instance/rules",
        "/api/v1/announcements",
        "/api/v1/trends",
        "/api/v1/trends/tags",
        "/api/v1/trends/statuses",
        "/api/v1/trends/links",
    ],
)
async def test_what_the_instance_has_none_of_is_an_empty_list(surface: Surface, path: str) -> None:
    assert await surface.nobody.get(path) == []


async def test_nothing_is_translated_here(surface: Surface) -> None:
    assert await surface.nobody.get("/api/v1/instance/translation_languages") == {}


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/api/v1/filters", "read:filters"),
        ("/api/v2/filters", "read:filters"),
        ("/api/v1/lists", "read:lists"),
        ("/api/v1/accounts/1/lists", "read:lists"),
        ("/api/v1/followed_tags", "read:follows"),
        ("/api/v1/featured_tags", "read:accounts"),
        ("/api/v1/domain_blocks", "read:blocks"),
        ("/api/v1/suggestions", "read:accounts"),
        ("/api/v2/suggestions", "read:accounts"),
    ],
)
async def test_what_nobody_can_have_yet_is_an_empty_list_of_ones_own(
    surface: Surface, ann: Api, path: str, scope: str
) -> None:
    assert await ann.get(path) == []
    assert await surface.nobody.status_of("GET", path) == 401
    for scopes, status in ((scope, 200), ("write", 403)):
        assert await (await surface.with_scopes(ann, scopes)).status_of("GET", path) == status


async def test_an_app_is_told_who_it_is(ann: Api, surface: Surface) -> None:
    shown = await ann.shown("Application", "/api/v1/apps/verify_credentials")
    assert shown["name"] == "tests"
    assert await surface.nobody.status_of("GET", "/api/v1/apps/verify_credentials") == 401


async def test_somebody_is_reported(ann: Api, ben: Api, surface: Surface) -> None:
    post = await ben.publish("rude")
    from tests.support.shapes import check

    report = check(
        "Report",
        await ann.post(
            "/api/v1/reports", account_id=str(ben.id), status_ids=[post["id"]], comment="rude"
        ),
    )
    assert report["status_ids"] == [post["id"]]
    assert report["target_account"]["acct"] == "ben"
    for body, status in (({}, 404), ({"account_id": "1"}, 404), ({"account_id": "x"}, 422)):
        assert await ann.status_of("POST", "/api/v1/reports", json=body) == status
    assert await surface.nobody.status_of("POST", "/api/v1/reports") == 401
