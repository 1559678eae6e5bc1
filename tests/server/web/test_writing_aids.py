"""The buttons of an offer's form, each without a script: rows, words, checks, previews."""

import json

from server.people.model import Person
from server.people.rules import HOUSE
from server.platform.instance import Instance
from server.platform.work import Work
from server.posts.holding import refuse_post
from server.posts.model import Held
from server.posts.queries import post
from tests.server.web.samples import filled, offers_of, publish, put
from tests.support.page_reader import PageReader
from tests.support.posts import make_post


async def test_the_needed_things_come_first_and_the_rest_is_folded(writer: PageReader) -> None:
    await writer.get("/new/vacancy")
    form = writer.page.select_one("form#write")
    assert form is not None
    assert form.select_one("h2#needed") is not None
    assert form.select("details[open]") == []
    needed = form.select_one("section[aria-labelledby=needed]")
    assert needed is not None
    assert needed.select_one("[name='record[title]']") is not None
    assert needed.select_one("[name='record[shifts]'], [name^='record[skills]']") is None


async def test_a_row_is_added_by_a_button(writer: PageReader) -> None:
    await writer.get("/new/vacancy")
    form = writer.form("/new/vacancy")
    assert "record[languages][1][cefr]" not in dict(form)
    sent = [*put(form, title="Kept title"), ("more", "/languages")]
    assert await writer.post("/new/vacancy", sent) == 200
    again = dict(writer.form("/new/vacancy"))
    assert "record[languages][1][cefr]" in again
    assert again["record[title]"] == "Kept title"


async def test_words_become_codes_without_a_script(
    writer: PageReader, instance: Instance, org: Person
) -> None:
    pairs = [one for one in await filled(writer, instance, org) if "[regions]" not in one[0]]
    sent = [*pairs, ("record[regions_text]", "BE25")]
    assert await writer.post("/new/vacancy", sent) == 303, writer.text
    assert (await offers_of(instance, org.id))[0].record["regions"] == ["BE25"]


async def test_words_that_fit_several_things_come_back_with_a_choice(
    writer: PageReader, instance: Instance, org: Person
) -> None:
    pairs = [one for one in await filled(writer, instance, org) if "[regions]" not in one[0]]
    sent = [*pairs, ("record[regions_text]", "vlaanderen"), ("record[regions_search]", "1")]
    assert await writer.post("/new/vacancy", sent) == 200
    offered = writer.page.select("input[name='record[regions][]']")
    assert len(offered) > 1
    assert len(await offers_of(instance, org.id)) == 1


async def test_words_that_mean_nothing_are_not_dropped_in_silence(
    writer: PageReader, instance: Instance, org: Person
) -> None:
    pairs = await filled(writer, instance, org)
    sent = [*pairs, ("record[skills_text]", "qqqqqq")]
    assert await writer.post("/new/vacancy", sent) == 422
    assert "qqqqqq" in writer.text
    assert len(await offers_of(instance, org.id)) == 1


async def test_a_preview_shows_what_four_readers_get(
    writer: PageReader, instance: Instance, org: Person
) -> None:
    pairs = put(await filled(writer, instance, org), title="A fine job")
    assert await writer.post("/new/vacancy", [*pairs, ("preview", "1")]) == 200
    shown = writer.page.select_one("section[aria-labelledby=preview]")
    assert shown is not None
    titles = [one.get_text() for one in shown.select(".previews > details > summary")]
    assert titles == [
        "On this site", "On Mastodon", "In a search engine", "For a partner (machine record)",
    ]  # fmt: skip
    engine, partner = (json.loads(one.get_text()) for one in shown.select("pre"))
    assert (engine["@type"], engine["title"]) == ("JobPosting", "A fine job")
    assert partner["svept:posting"]["svept:state"]
    assert len(await offers_of(instance, org.id)) == 1


async def test_mastodon_shows_of_an_event_its_name_and_one_line(
    writer: PageReader, instance: Instance, org: Person
) -> None:
    made = await publish(instance, org.id, "event")
    path = f"/posts/{made.id}/edit"
    await writer.get(path)
    assert await writer.post(path, [*writer.form(path), ("preview", "1")]) == 200
    shown = writer.page.select(".previews > details")[1]
    record = (await instance.read(post, HOUSE, made.id)).record
    assert record["name"] in shown.get_text()
    assert record.get("description", "Nothing")[:40] not in shown.get_text()


async def test_better_words_are_offered_and_put_in_place(
    writer: PageReader, instance: Instance, org: Person
) -> None:
    pairs = put(
        await filled(writer, instance, org), inLanguage="en", summary="We want a native speaker."
    )
    pairs = [one for one in pairs if not one[0].startswith("record[translations]")]
    assert await writer.post("/new/vacancy", [*pairs, ("preview", "1")]) == 200
    tip = next(one for one in writer.page.select(".tips li") if "native speaker" in one.get_text())
    button = tip.select_one("button[name=apply]")
    assert button is not None
    assert await writer.post("/new/vacancy", [*pairs, ("apply", str(button["value"]))]) == 200
    summary = writer.page.select_one("[name='record[summary]']")
    assert summary is not None
    assert "speaks the language well" in summary.get_text()
    assert await writer.post("/new/vacancy", [*pairs, ("apply", "99")]) == 200


async def test_checking_says_what_sending_would_say(writer: PageReader) -> None:
    await writer.get("/new/vacancy")
    form = put(writer.form("/new/vacancy"), title="ab", applyUrl="javascript:alert(1)")
    assert await writer.post("/write/vacancy/check", form) == 200
    told = json.loads(writer.body)
    assert await writer.post("/new/vacancy", form) == 422
    for name in ("record-title", "record-applyUrl"):
        fault = writer.page.select_one(f"#{name}-fault")
        assert fault is not None
        assert " ".join(told["faults"][name]) == fault.get_text(strip=True)


async def test_checking_an_ordinary_post(writer: PageReader) -> None:
    await writer.get("/new/post")
    form = [("text", "Start asap"), ("language", "en"), ("audience", "public")]
    assert await writer.post("/write/post/check", form) == 200
    told = json.loads(writer.body)
    assert told["faults"] == {}
    assert told["tips"]["text"][0]["better"] == "as soon as possible"
    assert await writer.post("/write/post/check", [("text", "")]) == 200
    assert "text" in json.loads(writer.body)["faults"]


async def test_the_author_of_a_held_post_reads_why(
    instance: Instance, org: Person, writer: PageReader
) -> None:

    def doubt(w: Work) -> None:
        w.session.get_one(Person, org.id).waits_for_trust = True

    await instance.work(doubt)
    made = await publish(instance, org.id, "vacancy")
    assert made.held == Held.WAITING
    path = f"/posts/{made.id}/edit"
    await writer.get(path)
    assert "a moderator looks at this post first" in writer.text
    await instance.work(refuse_post, made.id, "Say how much it pays.")
    await writer.get(path)
    assert "Say how much it pays." in writer.text
    sent = put(writer.form(path), title="Another title")
    assert await writer.post(path, sent) == 303
    assert (await instance.read(post, HOUSE, made.id)).held == Held.WAITING


async def test_an_address_with_a_slash_at_its_end_leads_to_the_page(
    anybody: PageReader, instance: Instance, org: Person
) -> None:
    made = await make_post(instance, org.id)
    for path in ("/@org", f"/@org/{made.id}"):
        assert await anybody.get(f"{path}/?lang=nl") == 308
        assert anybody.headers["Location"] == f"{path}?lang=nl"
    assert await anybody.get("/@nobody/") == 308
    assert await anybody.get("/@nobody") == 404
