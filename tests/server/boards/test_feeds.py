"""Feeds, read by independent parsers: what is in them, what is not, and when they changed."""

import json
from datetime import date
from typing import Any

import feedparser
import icalendar
import pytest
from aiohttp.test_utils import TestClient

from server.federation.model import Reach
from server.people.model import PersonKind
from server.platform.instance import Instance
from server.posts.model import Audience, PostState
from server.posts.service import close_post, delete_post
from tests.support.offers import offer
from tests.support.people import make_person
from tests.support.posts import make_post

Client = TestClient[Any, Any]


async def read(client: Client, path: str, status: int = 200, **headers: str) -> tuple[bytes, Any]:
    async with client.get(path, headers=headers, allow_redirects=False) as answer:
        body = await answer.read()
        assert answer.status == status, body
        return body, answer.headers


async def titles(client: Client, path: str) -> list[str]:
    body, _ = await read(client, path)
    if path.partition("?")[0].endswith(".json"):
        return [one["title"] for one in json.loads(body)["items"]]
    if path.partition("?")[0].endswith(".ics"):
        return [str(one["summary"]) for one in icalendar.Calendar.from_ical(body).walk("VEVENT")]
    parsed = feedparser.parse(body)
    assert not parsed.bozo, parsed.bozo_exception
    return [entry.title for entry in parsed.entries]


@pytest.mark.parametrize("form", ["rss", "atom"])
async def test_a_board_is_a_feed_that_readers_understand(
    form: str, instance: Instance, site_client: Client
) -> None:
    org = await make_person(instance, "org", display_name="Bakery & Sons")
    post = await offer(instance, org.id, title="Baker <one>", tags=["zorg"])
    body, headers = await read(site_client, f"/board/vacancy.{form}?lang=en")
    parsed = feedparser.parse(body)
    assert not parsed.bozo
    assert parsed.version == ("rss20" if form == "rss" else "atom10")
    assert parsed.feed.title == "Vacancies – Ours"
    assert parsed.feed.link == "https://ours.example/board/vacancy"
    assert parsed.feed.language.startswith("en") if form == "rss" else True
    (entry,) = parsed.entries
    assert entry.id == post.uri
    assert entry.link == post.url
    assert "Baker" in entry.title
    assert entry.author == "Bakery & Sons"
    assert entry.published_parsed[:5] == (2026, 11, 23, 12, 0)
    assert "zorg" in [tag.term for tag in entry.tags]
    assert headers["Content-Type"] == f"application/{form}+xml; charset=utf-8"
    assert headers["Access-Control-Allow-Origin"] == "*"


async def test_json_feed_has_what_the_format_demands(
    instance: Instance, site_client: Client
) -> None:
    org = await make_person(instance, "org")
    post = await offer(instance, org.id)
    body, headers = await read(site_client, "/board.json?lang=fr&region=BE25")
    feed = json.loads(body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://ours.example/board.json?lang=fr&region=BE25"
    assert feed["home_page_url"] == "https://ours.example/board?region=BE25"
    (item,) = feed["items"]
    assert item["id"] == post.uri
    assert item["title"] == "Aide-soignante à domicile"
    assert item["language"] == "fr"
    assert item["content_html"].startswith("<p>")
    assert item["authors"] == [{"name": "org", "url": "https://ours.example/@org"}]
    assert headers["Content-Type"] == "application/feed+json; charset=utf-8"


async def test_a_calendar_has_events_in_their_zone_and_last_days(
    instance: Instance, site_client: Client
) -> None:
    org = await make_person(instance, "org")
    await offer(instance, org.id, "event")
    await offer(instance, org.id, "vacancy")
    body, headers = await read(site_client, "/board.ics?lang=en")
    calendar = icalendar.Calendar.from_ical(body)
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Brussels"]
    fair, job = sorted(calendar.walk("VEVENT"), key=lambda one: str(one["transp"]))
    assert fair["dtstart"].params["TZID"] == "Europe/Brussels"
    assert fair.decoded("dtstart").hour == 13
    assert fair["status"] == "CONFIRMED"
    assert int(fair["sequence"]) == 0
    assert "last-modified" in fair
    assert str(fair["summary"]) == "Job fair for newcomers"
    assert job.decoded("dtstart") == date(2027, 1, 31)
    assert str(job["transp"]) == "TRANSPARENT"
    assert headers["Content-Type"].startswith("text/calendar")


async def test_an_event_that_is_called_off_stays_in_the_calendar_as_cancelled(
    instance: Instance, site_client: Client, later: Any
) -> None:
    org = await make_person(instance, "org")
    post = await offer(instance, org.id, "event")
    before, _ = await read(site_client, "/board/event.ics")
    later(hours=1)
    await instance.work(close_post, org.id, post.id, PostState.WITHDRAWN)
    after, _ = await read(site_client, "/board/event.ics")
    first, then = (icalendar.Calendar.from_ical(one).walk("VEVENT")[0] for one in (before, after))
    assert str(then["status"]) == "CANCELLED"
    assert then["uid"] == first["uid"]
    assert int(then["sequence"]) > int(first["sequence"])
    assert await titles(site_client, "/board/event.rss") == []
    later(days=80)
    assert await titles(site_client, "/board/event.ics") == []


@pytest.mark.parametrize("form", ["rss", "atom", "json", "ics"])
async def test_what_ends_or_is_taken_back_leaves_every_feed(
    form: str, instance: Instance, site_client: Client, later: Any
) -> None:
    org = await make_person(instance, "org")
    posts = [await offer(instance, org.id, title=f"Job {number}") for number in range(3)]
    await offer(instance, org.id, title="Soon over", validThrough="2026-11-24T12:00:00Z")
    paths = [f"/board.{form}", f"/@org.{form}", f"/regions/be255.{form}"]
    for path in paths:
        assert len(await titles(site_client, path)) == 4
    await instance.work(close_post, org.id, posts[0].id, PostState.FILLED)
    await instance.work(delete_post, org.id, posts[1].id)
    later(days=2)
    for path in paths:
        (left,) = await titles(site_client, path)
        assert left.endswith("Job 2")


async def test_people_and_hashtags_have_feeds_of_everything(
    instance: Instance, site_client: Client
) -> None:
    org = await make_person(instance, "org")
    await make_post(instance, org.id, "We bake #bread every day")
    await make_post(instance, org.id, "Only for members", audience=Audience.MEMBERS)
    assert await titles(site_client, "/@org.rss") == ["We bake #bread every day"]
    assert await titles(site_client, "/tags/bread.atom") == ["We bake #bread every day"]
    assert await titles(site_client, "/tags/other.json") == []


async def test_whoever_is_at_home_is_in_no_feed(instance: Instance, site_client: Client) -> None:
    for reach in (Reach.HOME, Reach.PARTNERS):
        person = await make_person(instance, f"a_{reach}", PersonKind.EMPLOYER, reach)
        await offer(instance, person.id, "event", regions=["BE255"])
        await make_post(instance, person.id, "Words #secret")
        for form in ("rss", "atom", "json", "ics"):
            await read(site_client, f"/@a_{reach}.{form}", 404)
            for path in (f"/board.{form}", f"/board/event.{form}", f"/regions/BE255.{form}"):
                assert await titles(site_client, path) == []
    assert await titles(site_client, "/tags/secret.rss") == []


async def test_who_has_a_feed_is_not_sent_it_again(
    instance: Instance, site_client: Client, later: Any
) -> None:
    org = await make_person(instance, "org")
    posts = [await offer(instance, org.id) for _ in range(2)]
    _, headers = await read(site_client, "/board.rss")
    tag, changed = headers["ETag"], headers["Last-Modified"]
    later(minutes=5)
    body, again = await read(site_client, "/board.rss", 304, **{"If-None-Match": tag})
    assert body == b""
    assert again["ETag"] == tag
    await read(site_client, "/board.rss", 304, **{"If-Modified-Since": changed})
    await instance.work(delete_post, org.id, posts[0].id)  # the older one: no entry gets newer
    await read(site_client, "/board.rss", 200, **{"If-None-Match": tag})
    await read(site_client, "/board.rss", 200, **{"If-Modified-Since": changed})


async def test_a_feed_is_the_same_for_everybody(
    instance: Instance, site_client: Client, sign_in: Any
) -> None:
    org = await make_person(instance, "org")
    await offer(instance, org.id, "tool", audience=Audience.MEMBERS)
    member = await sign_in(org.id)
    assert await member.get("/board.json", **{"Accept-Language": "fr"}) == 200
    mine = member.body
    body, _ = await read(site_client, "/board.json")
    assert mine == body.decode()
    assert json.loads(body)["items"] == []


async def test_text_that_no_xml_can_hold_breaks_no_feed(
    instance: Instance, site_client: Client
) -> None:
    org = await make_person(instance, "org", display_name="A]]>&<b>")
    await offer(instance, org.id, title="Job ]]> \u0001\ufffe & <script>", summary="x\u000by")
    for form in ("rss", "atom", "json", "ics"):
        (title,) = await titles(site_client, f"/board.{form}")
        assert "]]>" in title


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/board/dreams.rss", 404), ("/@nobody.rss", 404), ("/regions/XX9.rss", 404),
        ("/tags/no%20word.rss", 404), ("/board.xml", 404), ("/board.rss?level=Z", 422),
    ],
)  # fmt: skip
async def test_a_feed_of_nothing_is_refused(path: str, status: int, site_client: Client) -> None:
    await read(site_client, path, status)


async def test_pages_of_people_and_hashtags_name_their_feeds(
    instance: Instance, anybody: Any, site_client: Client
) -> None:
    org = await make_person(instance, "org")
    await make_post(instance, org.id, "We bake #bread")
    for path, feed in (("/@org", "/@org"), ("/tags/bread", "/tags/bread")):
        assert await anybody.get(path) == 200
        links = [one["href"] for one in anybody.page.select("link[rel=alternate][type*=xml]")]
        assert f"https://ours.example{feed}.rss" in links
        for link in links:
            await read(site_client, link.removeprefix("https://ours.example"))
