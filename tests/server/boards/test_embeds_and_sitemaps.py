"""Lists for other websites, and what search engines are told."""

from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from bs4 import BeautifulSoup

from server.boards import sitemaps
from server.federation.model import Reach
from server.people.model import PersonKind
from server.people.service import ProfileChange, update_profile
from server.platform.instance import Instance
from server.posts.model import Audience, PostState
from server.posts.service import close_post
from tests.support.offers import offer
from tests.support.people import make_person
from tests.support.posts import make_post

Client = TestClient[Any, Any]


async def test_a_list_may_stand_in_any_page_and_follows_nobody(
    instance: Instance, anybody: Any
) -> None:
    org = await make_person(instance, "org")
    await offer(instance, org.id, title="Baker")
    await offer(instance, org.id, "tool")
    assert await anybody.get("/embed/board/vacancy?region=BE25&lang=fr") == 200
    assert "Aide-soignante" in anybody.text or "Baker" in anybody.text
    assert len(anybody.page.select("article")) == 1
    assert anybody.page.html["lang"] == "fr"
    assert not anybody.page.select("script, form, iframe, img")
    assert not anybody.cookies
    policy = anybody.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script" not in policy
    assert "X-Frame-Options" not in anybody.headers
    assert all(link["target"] == "_blank" for link in anybody.page.select("a"))
    assert all(
        link["href"].startswith("https://ours.example/") for link in anybody.page.select("a")
    )


async def test_only_the_lists_may_be_framed(instance: Instance, anybody: Any) -> None:
    for path in ("/", "/board", "/settings/searches", "/auth/sign_in"):
        await anybody.get(path)
        if anybody.status == 200:
            assert anybody.headers["X-Frame-Options"] == "DENY"
            assert "frame-ancestors 'none'" in anybody.headers["Content-Security-Policy"]


async def test_a_list_shows_members_no_more_than_anybody(
    instance: Instance, anybody: Any, sign_in: Any
) -> None:
    home = await make_person(instance, "home", PersonKind.EMPLOYER, Reach.HOME)
    await offer(instance, home.id)
    reader = await sign_in(home.id)
    for one in (anybody, reader):
        assert await one.get("/embed/board") == 200
        assert not one.page.select("article")


@pytest.mark.parametrize("path", ["/embed/board/dream", "/embed/board?level=Z", "/embed/x"])
async def test_a_list_of_nothing_is_refused(path: str, anybody: Any) -> None:
    assert await anybody.get(path) in {404, 422}


async def read(client: Client, path: str, status: int = 200) -> str:
    async with client.get(path) as answer:
        assert answer.status == status
        assert answer.content_type == "application/xml" or status != 200
        return await answer.text()


async def addresses(client: Client, path: str = "/sitemap.xml") -> set[str]:
    body = await read(client, path)
    found = {one.get_text() for one in BeautifulSoup(body, "xml").select("loc")}
    inside = [one.removeprefix("https://ours.example") for one in found if "/sitemaps/" in one]
    for one in inside:
        found |= await addresses(client, one)
    return found


async def test_the_sitemap_has_what_may_be_found_and_nothing_else(
    instance: Instance, site_client: Client
) -> None:
    org = await make_person(instance, "org")
    shy = await make_person(instance, "shy", PersonKind.MENTOR, Reach.FEDIVERSE)
    bold = await make_person(instance, "bold", PersonKind.MENTOR, Reach.FEDIVERSE)
    await instance.work(update_profile, bold.id, ProfileChange(indexable=True))
    home = await make_person(instance, "home", PersonKind.EMPLOYER, Reach.HOME)
    listed = [
        await offer(instance, org.id), await make_post(instance, org.id, "Hello"),
        await offer(instance, bold.id, "tool"), await make_post(instance, bold.id, "Hello"),
    ]  # fmt: skip
    over = await offer(instance, org.id)
    await instance.work(close_post, org.id, over.id, PostState.FILLED)
    unlisted = [
        over,
        await offer(instance, org.id, audience=Audience.UNLISTED),
        await offer(instance, shy.id, "tool"),
        await make_post(instance, shy.id, "Hello"),
        await offer(instance, home.id),
        await make_post(instance, home.id, "Hello"),
    ]
    found = await addresses(site_client)
    assert {post.url for post in listed} <= found
    assert not {post.url for post in unlisted} & found
    people = {one for one in found if "/@" in one and one.count("/") == 3}
    assert people == {"https://ours.example/@org", "https://ours.example/@bold"}
    assert "https://ours.example/board/vacancy" in found


async def test_sitemaps_say_when_things_changed_and_come_in_pages(
    instance: Instance, site_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "PAGE", 2)
    org = await make_person(instance, "org")
    for _ in range(3):
        await offer(instance, org.id, "tool")
    assert "/sitemaps/posts-2.xml" in await read(site_client, "/sitemap.xml")
    body = await read(site_client, "/sitemaps/posts-2.xml")
    assert body.count("<loc>") == 1
    assert "<lastmod>2026-11-23T12:00:00+00:00</lastmod>" in body
    for path in ("posts-9", "cats-1", "posts-0", "pages-2"):
        await read(site_client, f"/sitemaps/{path}.xml", 404)


async def test_robots_are_told_where_to_look(anybody: Any) -> None:
    assert await anybody.get("/robots.txt") == 200
    assert "Sitemap: https://ours.example/sitemap.xml" in anybody.body
    assert "Disallow: /settings\n" in anybody.body
    assert "Disallow: /\n" not in anybody.body
