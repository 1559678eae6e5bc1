"""The buttons of an offer's form, each without a script: rows, words, drafts, moments, previews."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from server.access.sessions import begin_session
from server.app import build_app
from server.drafts.queries import drafts_of
from server.features import FEATURES
from server.people.model import Person, PersonKind
from server.people.rules import HOUSE
from server.platform.clock import SetClock
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.http.paging import Page
from server.platform.instance import Instance
from server.platform.work import Work
from server.posts.closing import close_post
from server.posts.holding import refuse_post
from server.posts.model import Audience, Held, PostState
from server.posts.queries import account_posts, post
from server.settings import TranslationSettings
from tests.server.web.samples import publish, sample
from tests.support.instances import NOON, settings_for
from tests.support.page_reader import PageReader, Pairs
from tests.support.people import make_login, make_person, make_remote
from tests.support.posts import follow, make_post, sent
from tests.support.translating import KEY, translation_service


async def offers_of(instance: Instance, person_id: int) -> list[Any]:
    return await instance.read(account_posts, HOUSE, person_id, Page(40))


def put(pairs: Pairs, **said: str) -> Pairs:
    """Return what a form sends with other words in some fields of the record."""
    names = {f"record[{name}]": value for name, value in said.items()}
    return [(key, names.get(key, value)) for key, value in pairs]


async def filled(reader: PageReader, instance: Instance, author: Person) -> Pairs:
    """Return the form of a new vacancy with everything that is needed."""
    made = await publish(instance, author.id, "vacancy")
    await reader.get(f"/posts/{made.id}/edit")
    typed = [
        pair
        for pair in reader.form(f"/posts/{made.id}/edit")
        if pair[0].startswith("record") and "[id]" not in pair[0]
    ]
    await reader.get("/new/vacancy")
    return [*typed, ("audience", "public"), ("key", "one"), ("draft", "")]


@pytest.fixture
async def org(instance: Instance) -> Person:
    return await make_person(instance, "org", PersonKind.ORGANISATION)


@pytest.fixture
async def writer(org: Person, sign_in: Any) -> PageReader:
    return await sign_in(org.id)


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


async def test_a_draft_is_saved_gone_on_with_and_published(
    writer: PageReader, instance: Instance, org: Person
) -> None:
    await writer.get("/new/vacancy")
    started = put(writer.form("/new/vacancy"), title="Half a vacancy")
    assert await writer.post("/new/vacancy", [*started, ("save_draft", "1")]) == 303
    [draft] = await instance.read(drafts_of, org.id)
    await writer.get("/drafts?saved=1")
    assert "Half a vacancy" in writer.text
    assert await writer.get(f"/new/vacancy?draft={draft.id}") == 200
    assert dict(writer.form("/new/vacancy"))["record[title]"] == "Half a vacancy"
    whole = put(await filled(writer, instance, org), title="A whole vacancy")
    sent = [("draft", str(draft.id)) if one[0] == "draft" else one for one in whole]
    assert await writer.post("/new/vacancy", sent) == 303
    assert (await offers_of(instance, org.id))[0].title == "A whole vacancy"
    assert await instance.read(drafts_of, org.id) == []


async def test_a_draft_keeps_itself_and_changes_the_same_one(
    writer: PageReader, instance: Instance, org: Person
) -> None:
    await writer.get("/new/event")
    form = put(writer.form("/new/event"), name="First")
    assert await writer.post("/write/event/draft", form) == 200
    number = json.loads(writer.body)["draft"]
    form = [(k, number if k == "draft" else v) for k, v in put(form, name="Second")]
    assert await writer.post("/write/event/draft", form) == 200
    [draft] = await instance.read(drafts_of, org.id)
    assert (str(draft.id), draft.written.title) == (number, "Second")
    await writer.post(f"/drafts/{number}/delete")
    assert await writer.post("/write/event/draft", form) == 409
    assert await instance.read(drafts_of, org.id) == []


async def test_somebody_else_s_draft_is_not_found(
    writer: PageReader, instance: Instance, sign_in: Any
) -> None:
    await writer.get("/new/event")
    await writer.post("/new/event", [*writer.form("/new/event"), ("save_draft", "1")])
    other = await sign_in((await make_person(instance, "other")).id)
    number = writer.headers["Location"].rpartition("=")[2]
    assert await other.get(f"/new/event?draft={number}") == 404
    assert await other.get("/new/event") == 200
    for path in (f"/drafts/{number}/delete", f"/drafts/{number}/unschedule"):
        assert await other.post(path) == 404
    assert await writer.get(f"/new/vacancy?draft={number}") == 404
    assert await writer.get(f"/new/event?draft={number}") == 200


async def test_an_offer_waits_for_its_moment(
    writer: PageReader, instance: Instance, org: Person
) -> None:
    pairs = await filled(writer, instance, org)
    at = (instance.clock.now() + timedelta(hours=30)).strftime("%Y-%m-%dT%H:%M")
    assert await writer.post("/new/vacancy", [*pairs, ("publish_at", at)]) == 303
    assert writer.headers["Location"] == "/drafts"
    [draft] = await instance.read(drafts_of, org.id)
    assert draft.publish_at is not None
    assert len(await offers_of(instance, org.id)) == 1
    await writer.get("/drafts")
    assert "Is published on" in writer.text
    await writer.post(f"/drafts/{draft.id}/unschedule")
    assert (await instance.read(drafts_of, org.id))[0].publish_at is None


@pytest.mark.parametrize("typed", ["soon", "2020-01-01T10:00", "9999-12-31T23:59"])
async def test_a_moment_that_cannot_be_is_refused_at_its_field(
    typed: str, writer: PageReader, instance: Instance, org: Person
) -> None:
    pairs = await filled(writer, instance, org)
    assert await writer.post("/new/vacancy", [*pairs, ("publish_at", typed)]) == 422
    field = writer.page.select_one("#publish_at")
    assert field is not None
    assert field["aria-invalid"] == "true"
    assert await instance.read(drafts_of, org.id) == []


async def test_one_s_own_post_becomes_a_draft(
    writer: PageReader, instance: Instance, org: Person, sign_in: Any
) -> None:
    made = await publish(instance, org.id, "vacancy")
    await writer.get("/new")
    await writer.get("/new/vacancy")
    assert await writer.post(f"/posts/{made.id}/duplicate") == 303
    path = writer.headers["Location"]
    assert await writer.get(path) == 200
    assert dict(writer.form("/new/vacancy"))["record[title]"] == sample("vacancy/valid-1")["title"]
    [draft] = await instance.read(drafts_of, org.id)
    assert "identifier" not in draft.written.record
    other = await sign_in((await make_person(instance, "other")).id)
    await other.get("/new/vacancy")
    assert await other.post(f"/posts/{made.id}/duplicate") == 404


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


async def test_nobody_checks_or_keeps_without_signing_in_or_without_the_token(
    anybody: PageReader, writer: PageReader
) -> None:
    for path in ("/write/vacancy/check", "/write/vacancy/draft", "/drafts/1/delete"):
        assert await anybody.post(path) in {303, 401, 403}
        await writer.get("/new/vacancy")
        assert await writer.post(path, [("form_token", "wrong")]) == 403
    assert await anybody.get("/drafts") in {303, 401}


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


@pytest.fixture
async def speaking(database_url: str, tmp_path: Path) -> AsyncIterator[PageReader]:
    """Give a writer on an instance with a translation service."""
    async with translation_service() as service:
        settings = replace(
            settings_for(database_url, tmp_path),
            translation=TranslationSettings(url=service.url, api_key=KEY),
        )
        started = Instance(settings, FEATURES, clock=SetClock(NOON))
        async with (
            started.running(jobs=False),
            TestClient(TestServer(build_app(started)), cookie_jar=DummyCookieJar()) as client,
        ):
            ann = await make_person(started, "ann")
            login = await make_login(started, [ann.id])
            token = await started.work(begin_session, login.id, ann.id)
            reader = PageReader(client, {SESSION_COOKIE: token})
            reader.instance, reader.me = started, ann  # type: ignore[attr-defined]  # for the test
            yield reader


async def test_a_machine_translates_and_readers_are_told(speaking: PageReader) -> None:
    instance, ann = speaking.instance, speaking.me  # type: ignore[attr-defined]  # see the fixture
    record = {k: v for k, v in sample("vacancy/valid-1").items() if k != "translations"}
    made = await publish(instance, ann.id, "vacancy", {**record, "inLanguage": "en"})
    path = f"/posts/{made.id}/edit"
    await speaking.get(path)
    sent = [*speaking.form(path), ("translate", "1")]
    wanted = [(k, "ar" if k == "translate_to" else v) for k, v in sent]
    assert await speaking.post(path, wanted) == 200, speaking.text
    form = dict(speaking.form(path))
    assert form["record[translations][0][title]"].startswith("[ar] ")
    assert form["record[translations][0][machineMade]"] == "true"
    assert await speaking.post(path, speaking.form(path)) == 303, speaking.text
    row = await instance.read(post, HOUSE, made.id)
    assert row.record["translations"]["ar"]["machineMade"] is True
    assert "تُرجم هذا النص آليًا." in row.content_map["ar"]
    assert "A machine translated this text." not in row.content_map["en"]
    # Whoever has read it takes the tick away.
    await speaking.get(path)
    checked = [one for one in speaking.form(path) if not one[0].endswith("[machineMade]")]
    assert await speaking.post(path, checked) == 303
    row = await instance.read(post, HOUSE, made.id)
    assert "machineMade" not in row.record["translations"]["ar"]


async def test_a_language_the_service_lacks_is_said_and_nothing_is_lost(
    speaking: PageReader,
) -> None:
    await speaking.get("/new/vacancy")
    form = put(speaking.form("/new/vacancy"), title="A job", summary="Good work")
    for target in ("fi", "", "en"):
        said = [(k, target if k == "translate_to" else v) for k, v in form]
        assert await speaking.post("/new/vacancy", [*said, ("translate", "1")]) == 422
        assert dict(speaking.form("/new/vacancy"))["record[title]"] == "A job"


async def test_without_a_service_no_translation_is_offered(writer: PageReader) -> None:
    await writer.get("/new/vacancy")
    assert writer.page.select_one("button[name=translate]") is None


async def test_an_ordinary_post_is_drafted_scheduled_and_published(
    writer: PageReader, instance: Instance, org: Person
) -> None:
    await writer.get("/new/post")
    form = [("text", "Half a thought"), ("audience", "public"), ("options", "tea\ncoffee")]
    assert await writer.post("/new/post", [*form, ("save_draft", "1")]) == 303
    [draft] = await instance.read(drafts_of, org.id)
    path = f"/new/post?draft={draft.id}"
    assert await writer.get(path) == 200
    again = dict(writer.form("/new/post"))
    assert (again["text"], again["options"]) == ("Half a thought", "tea\ncoffee")
    at = (instance.clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    sent = [*form, ("draft", str(draft.id)), ("publish_at", at)]
    assert await writer.post("/new/post", sent) == 303
    assert [one.publish_at is None for one in await instance.read(drafts_of, org.id)] == [False]
    sent = [("text", "A whole thought"), ("audience", "public"), ("draft", str(draft.id))]
    assert await writer.post("/new/post", sent) == 303
    assert await instance.read(drafts_of, org.id) == []
    assert (await offers_of(instance, org.id))[0].source == "A whole thought"
    assert await writer.post("/new/post", [("text", "x"), ("publish_at", "soon")]) == 422


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


async def test_a_reader_lets_a_public_post_be_translated(speaking: PageReader) -> None:
    instance, ann = speaking.instance, speaking.me  # type: ignore[attr-defined]  # see the fixture
    made = await make_post(instance, ann.id, "Hallo allemaal", language="nl")
    await speaking.get(f"/@ann/{made.id}")
    button = speaking.page.select_one(f"form[action='/posts/{made.id}/translate'] button")
    assert button is not None
    assert await speaking.post(f"/posts/{made.id}/translate") == 200
    assert "[en] Hallo allemaal" in speaking.text
    assert "A machine translated this (127.0.0.1)" in speaking.text
    assert speaking.page.find("script", string="alert(1)") is None
    home = await make_post(instance, ann.id, "Geheim", language="nl", audience=Audience.MEMBERS)
    await speaking.get(f"/@ann/{home.id}")
    assert speaking.page.select_one(f"form[action='/posts/{home.id}/translate']") is None
    assert await speaking.post(f"/posts/{home.id}/translate") == 422
    assert await speaking.post("/posts/404/translate") == 404


async def test_without_a_service_no_button_translates(
    writer: PageReader, instance: Instance, org: Person
) -> None:
    made = await make_post(instance, org.id, "Hallo", language="nl")
    await writer.get(f"/@org/{made.id}")
    assert writer.page.select_one(f"form[action='/posts/{made.id}/translate']") is None
    assert await writer.post(f"/posts/{made.id}/translate") == 404


async def test_an_address_with_a_slash_at_its_end_leads_to_the_page(
    anybody: PageReader, instance: Instance, org: Person
) -> None:
    made = await make_post(instance, org.id)
    for path in ("/@org", f"/@org/{made.id}"):
        assert await anybody.get(f"{path}/?lang=nl") == 308
        assert anybody.headers["Location"] == f"{path}?lang=nl"
    assert await anybody.get("/@nobody/") == 308
    assert await anybody.get("/@nobody") == 404


async def test_one_s_own_settings_name_the_drafts(writer: PageReader) -> None:
    await writer.get("/settings")
    assert writer.page.select_one("a[href='/drafts']") is not None
