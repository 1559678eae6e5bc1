"""What everybody sees: the start page, boards, people, posts; as pages and for machines."""

import json
from typing import Any

import pytest
from bs4 import Tag

from schemas import KINDS
from server.people.model import PersonKind
from server.platform.instance import Instance
from server.posts.model import Audience, PostState
from server.posts.service import Change, close_post, delete_post, edit_post
from tests.server.web.samples import publish, sample
from tests.support.page_reader import PageReader
from tests.support.people import make_person, make_remote
from tests.support.posts import make_poll, make_post

_TYPES = {
    "study": "Course",
    "vacancy": "JobPosting",
    "event": "Event",
    "project": "Project",
    "tool": "WebApplication",
}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def json_ld(reader: PageReader) -> dict[str, Any]:
    element = reader.page.find("script", {"type": "application/ld+json"})
    assert isinstance(element, Tag)
    return json.loads(element.get_text())


def has_good_bones(reader: PageReader) -> bool:
    page = reader.page
    return (
        len(page.find_all("h1")) == 1
        and len(page.find_all("main")) == 1
        and page.find("header") is not None
        and page.find("footer") is not None
        and page.select_one("a.skip[href='#main']") is not None
        and bool(page.html and page.html.get("lang") and page.html.get("dir"))
        and bool(page.title and page.title.get_text(strip=True))
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_an_offer_has_a_page_with_its_facts(
    kind: str, instance: Instance, anybody: PageReader
) -> None:
    org = await make_person(instance, "org", PersonKind.ORGANISATION)
    post = await publish(instance, org.id, kind)
    assert await anybody.get(f"/@org/{post.id}?lang={post.language}") == 200
    assert has_good_bones(anybody)
    assert anybody.page.h1 is not None
    assert post.title in anybody.page.h1.get_text()
    assert len(anybody.page.select("dl.facts dt")) >= 4
    document = json_ld(anybody)
    assert document["@type"] in {_TYPES[kind], "MobileApplication", "SoftwareApplication"} | {
        value for value in [document["@type"]] if value.endswith("Event")
    }
    assert document["url"] == f"https://ours.example/@org/{post.id}"


async def test_the_head_of_a_post_speaks_to_machines(
    instance: Instance, anybody: PageReader
) -> None:
    org = await make_person(instance, "org")
    post = await publish(instance, org.id, "vacancy")
    await anybody.get(f"/@org/{post.id}")
    page = anybody.page
    address = f"https://ours.example/@org/{post.id}"
    assert page.select_one(f"link[rel=canonical][href='{address}']")
    activity = page.select_one("link[rel=alternate][type='application/activity+json']")
    assert activity is not None
    assert activity["href"] == f"https://ours.example/posts/{post.id}"
    assert {str(one["hreflang"]) for one in page.select("link[hreflang]")} == {
        "nl", "fr", "ar", "x-default",
    }  # fmt: skip
    shown = {str(one["property"]): str(one["content"]) for one in page.select("meta[property]")}
    assert shown["og:title"] == "Zorgkundige thuiszorg"
    assert shown["og:url"] == address
    assert shown["og:type"] == "article"
    assert not page.select("meta[name=robots][content*=noindex]")


async def test_a_post_is_read_in_each_of_its_languages(
    instance: Instance, anybody: PageReader
) -> None:
    org = await make_person(instance, "org")
    post = await publish(instance, org.id, "vacancy")
    await anybody.get(f"/@org/{post.id}?lang=ar")
    title = anybody.page.h1
    assert title is not None
    assert (title["lang"], title["dir"]) == ("ar", "rtl")
    lead = anybody.page.select_one("p.lead")
    assert lead is not None
    assert lead["lang"] == "nl"  # the summary has no Arabic: it is not said to be Arabic


@pytest.mark.parametrize("path", ["/@ann", "/@ann/{post}"])
async def test_a_server_is_led_to_the_document(
    path: str, instance: Instance, anybody: PageReader
) -> None:
    ann = await make_person(instance)
    post = await make_post(instance, ann.id)
    status = await anybody.get(path.format(post=post.id), Accept="application/activity+json")
    assert status == 302
    expected = {f"https://ours.example/people/{ann.id}", f"https://ours.example/posts/{post.id}"}
    assert anybody.headers["Location"] in expected
    assert "Accept" in anybody.headers["Vary"]


async def test_the_start_page_counts_what_is_open(instance: Instance, anybody: PageReader) -> None:
    org = await make_person(instance, "org")
    post = await publish(instance, org.id, "vacancy")
    await publish(instance, org.id, "event")
    await instance.work(close_post, org.id, post.id, PostState.FILLED)
    assert await anybody.get("/") == 200
    assert has_good_bones(anybody)
    tiles = {
        str(tile["href"]): tile.get_text(" ", strip=True) for tile in anybody.page.select(".tile")
    }
    assert tiles["/board/event"].endswith("1 open")
    assert tiles["/board/vacancy"].endswith("0 open")
    assert "Zorgkundige" not in anybody.text


async def test_a_board_is_filtered_by_words_region_and_language(
    instance: Instance, anybody: PageReader
) -> None:
    org = await make_person(instance, "org")
    for number in (1, 2, 3):
        await publish(instance, org.id, "vacancy", sample(f"vacancy/valid-{number}"))
    titles = {
        "": 3, "?text=zorgkundige": 1, "?region=be2": 1, "?region=FI": 1, "?language=fi": 1,
        "?language=ar": 1, "?text=nothing-like-it": 0,
    }  # fmt: skip
    for query, count in titles.items():
        assert await anybody.get(f"/board/vacancy{query}") == 200
        assert len(anybody.page.select("article.post-card")) == count, query
    assert "Nothing fits your filter" in anybody.text


async def test_a_board_shows_what_ended_only_when_asked(
    instance: Instance, anybody: PageReader
) -> None:
    org = await make_person(instance, "org")
    post = await publish(instance, org.id, "vacancy")
    await instance.work(close_post, org.id, post.id, PostState.FILLED)
    await anybody.get("/board/vacancy")
    assert not anybody.page.select("article.post-card")
    await anybody.get("/board/vacancy?closed=1")
    assert anybody.page.select_one("article.post-card .tag--ended") is not None


async def test_a_closed_offer_says_so_and_cannot_be_applied_for(
    instance: Instance, anybody: PageReader
) -> None:
    org = await make_person(instance, "org")
    post = await publish(instance, org.id, "vacancy")
    await instance.work(close_post, org.id, post.id, PostState.FILLED)
    await anybody.get(f"/@org/{post.id}")
    assert anybody.page.select_one(".banner strong") is not None
    assert "Apply for this job" not in anybody.text
    assert anybody.page.find("script", {"type": "application/ld+json"}) is None


async def test_boards_are_paged_with_plain_links(instance: Instance, anybody: PageReader) -> None:
    org = await make_person(instance, "org")
    for number in range(10):
        record = sample("tool/valid-1") | {"name": f"Tool number {number}"}
        record.pop("identifier")
        await publish(instance, org.id, "tool", record)
    await anybody.get("/board/tool?text=tool")
    assert len(anybody.page.select("article.post-card")) == 8
    older = anybody.page.select_one("a[rel=next]")
    assert older is not None
    assert "text=tool" in str(older["href"])
    await anybody.get(str(older["href"]))
    assert len(anybody.page.select("article.post-card")) == 2
    newer = anybody.page.select_one("a[rel=prev]")
    assert newer is not None
    await anybody.get(str(newer["href"]))
    assert len(anybody.page.select("article.post-card")) == 8


async def test_a_person_has_a_page_with_posts_and_offers(
    instance: Instance, anybody: PageReader
) -> None:
    ann = await make_person(instance, display_name="Ann's Bakery")
    await make_post(instance, ann.id, "We bake #bread")
    await publish(instance, ann.id, "vacancy")
    assert await anybody.get("/@ann") == 200
    assert has_good_bones(anybody)
    assert "@ann@ours.example" in anybody.text
    assert len(anybody.page.select("article.post-card")) == 2
    assert json_ld(anybody)["@type"] == "ProfilePage"
    await anybody.get("/@ann?tab=offers")
    assert len(anybody.page.select("article.post-card")) == 1


async def test_another_spelling_of_a_handle_leads_to_the_one_page(
    instance: Instance, anybody: PageReader
) -> None:
    await make_person(instance)
    assert await anybody.get("/@ANN@ours.example") == 303
    assert anybody.headers["Location"] == "/@ann"


async def test_a_poll_shows_its_answers_and_no_form_to_strangers(
    instance: Instance, anybody: PageReader
) -> None:
    ann = await make_person(instance)
    post = await make_poll(instance, ann.id)
    await anybody.get(f"/@ann/{post.id}")
    assert "coffee" in anybody.text
    asked = {str(one["action"]).rpartition("/")[2] for one in anybody.page.select("main form")}
    assert asked == {"interact_from"}


async def test_replies_stand_under_a_post(instance: Instance, anybody: PageReader) -> None:
    ann = await make_person(instance)
    post = await make_post(instance, ann.id, "Question")
    reply = await make_post(instance, ann.id, "And more", in_reply_to_id=post.id)
    await anybody.get(f"/@ann/{post.id}")
    assert "And more" in anybody.text
    await anybody.get(f"/@ann/{reply.id}")
    assert "Question" in anybody.text


async def test_earlier_versions_can_be_read(instance: Instance, anybody: PageReader) -> None:
    ann = await make_person(instance)
    post = await make_post(instance, ann.id, "First words")
    await instance.work(edit_post, ann.id, post.id, Change(text="Second words"))
    await anybody.get(f"/@ann/{post.id}")
    assert anybody.page.select_one(f"a[href='/@ann/{post.id}/history']") is not None
    assert await anybody.get(f"/@ann/{post.id}/history") == 200
    assert "First words" in anybody.text
    assert "Second words" in anybody.text


async def test_a_deleted_post_is_gone(instance: Instance, anybody: PageReader) -> None:
    ann = await make_person(instance)
    post = await make_post(instance, ann.id)
    await instance.work(delete_post, ann.id, post.id)
    assert await anybody.get(f"/@ann/{post.id}") == 410
    assert has_good_bones(anybody)


async def test_hashtags_have_pages(instance: Instance, anybody: PageReader) -> None:
    ann = await make_person(instance)
    await make_post(instance, ann.id, "We bake #Bread")
    assert await anybody.get("/tags/bread") == 200
    assert "We bake" in anybody.text
    assert await anybody.get("/tags/no%20word") == 404


@pytest.mark.parametrize("path", ["/", "/board", "/board/study", "/about", "/search", "/nothing"])
async def test_an_empty_instance_has_whole_pages(path: str, anybody: PageReader) -> None:
    assert await anybody.get(path) == (404 if path == "/nothing" else 200)
    assert has_good_bones(anybody)


@pytest.mark.parametrize(
    "path", ["/board/nonsense", "/@nobody", "/@ann/1", "/@ann/x", "/language/xx", "/@%00", "/@a b"]
)
async def test_what_is_not_there_is_not_found(path: str, anybody: PageReader) -> None:
    assert await anybody.get(path) in {404, 400}
    assert has_good_bones(anybody)


@pytest.mark.parametrize(
    "query", ["offset=x", "limit=x", "closed=maybe", "region[]=a&region[b]=c", "text=%ff"]
)
async def test_nonsense_in_the_query_is_refused(query: str, anybody: PageReader) -> None:
    assert await anybody.get(f"/board/vacancy?{query}") in {400, 422}


async def test_hostile_text_is_only_text(instance: Instance, anybody: PageReader) -> None:
    ann = await make_person(instance, display_name=HOSTILE[:90])
    record = sample("vacancy/valid-1") | {"title": HOSTILE, "summary": HOSTILE, "easyText": HOSTILE}
    offer = await publish(instance, ann.id, "vacancy", record)
    post = await make_post(instance, ann.id, HOSTILE, spoiler=HOSTILE)
    paths = (
        "/", "/board/vacancy", "/@ann", f"/@ann/{offer.id}", f"/@ann/{post.id}", "/search?q=alert",
    )  # fmt: skip
    for path in paths:
        assert await anybody.get(path) == 200
        scripts = [one.get("type") for one in anybody.page.find_all("script", src=False)]
        assert all(kind == "application/ld+json" for kind in scripts), path
        assert not anybody.page.select("img[src=x]"), path
        assert not anybody.page.find_all(onerror=True), path


async def test_people_elsewhere_are_shown_to_members_only(
    instance: Instance, anybody: PageReader, sign_in: Any
) -> None:
    ann = await make_person(instance)
    await make_remote(instance)
    assert await anybody.get("/@rob@far.example") == 404
    member = await sign_in(ann.id)
    assert await member.get("/@rob@far.example") == 200
    robots = member.page.select_one("meta[name=robots]")
    assert robots is not None
    assert "noindex" in str(robots["content"])


async def test_only_who_lets_themselves_be_found_is_indexed(
    instance: Instance, anybody: PageReader
) -> None:
    mia = await make_person(instance, "mia", PersonKind.MENTOR)
    post = await make_post(instance, mia.id, "Hello", audience=Audience.PUBLIC)
    await anybody.get("/@mia")
    assert anybody.page.select_one("meta[name=robots][content*=noindex]") is not None
    await anybody.get(f"/@mia/{post.id}")
    assert anybody.page.select_one("meta[name=robots][content*=noindex]") is not None


async def test_a_reader_chooses_a_language_without_scripts(anybody: PageReader) -> None:
    await anybody.get("/about")
    link = anybody.page.select_one("footer a[hreflang=nl]")
    assert link is not None
    assert await anybody.get(str(link["href"])) == 303
    assert anybody.headers["Location"] == "/about"
    await anybody.get("/about")
    assert anybody.page.html is not None
    assert anybody.page.html["lang"] == "nl"


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example"])
async def test_nobody_is_led_away(back: str, anybody: PageReader) -> None:
    await anybody.get(f"/language/nl?back={back}")
    assert anybody.headers["Location"] == "/"
