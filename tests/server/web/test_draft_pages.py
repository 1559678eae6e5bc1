"""What is not published yet: drafts of offers and posts, and the moments they wait for."""

import json
from datetime import timedelta
from typing import Any

import pytest

from server.drafts.queries import drafts_of
from server.people.model import Person
from server.platform.instance import Instance
from tests.server.web.samples import filled, offers_of, publish, put, sample
from tests.support.page_reader import PageReader
from tests.support.people import make_person


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


async def test_nobody_checks_or_keeps_without_signing_in_or_without_the_token(
    anybody: PageReader, writer: PageReader
) -> None:
    for path in ("/write/vacancy/check", "/write/vacancy/draft", "/drafts/1/delete"):
        assert await anybody.post(path) in {303, 401, 403}
        await writer.get("/new/vacancy")
        assert await writer.post(path, [("form_token", "wrong")]) == 403
    assert await anybody.get("/drafts") in {303, 401}


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


async def test_one_s_own_settings_name_the_drafts(writer: PageReader) -> None:
    await writer.get("/settings")
    assert writer.page.select_one("a[href='/drafts']") is not None
