"""The forms of the five kinds: what a valid record holds goes in and comes out unchanged."""

from datetime import datetime
from typing import Any

import pytest

from schemas import KINDS, properties_of
from server.people.model import PersonKind
from server.people.rules import HOUSE
from server.platform.http.paging import Page
from server.platform.instance import Instance
from server.posts.model import Audience
from server.posts.queries import account_posts, post
from tests.server.web.samples import NAMES, publish, sample
from tests.support.page_reader import PageReader, Pairs
from tests.support.people import make_person


def normal(value: Any) -> Any:
    """Return a record with moments as moments: another spelling of one is not another one."""
    if isinstance(value, dict):
        return {name: normal(one) for name, one in value.items()}
    if isinstance(value, list):
        return [normal(one) for one in value]
    if isinstance(value, str) and "T" in value and value[:2] == "20":
        return datetime.fromisoformat(value)
    return value


def replaced(pairs: Pairs, name: str, value: str) -> Pairs:
    assert name in dict(pairs), name
    return [(key, value if key == name else said) for key, said in pairs]


async def offers_of(instance: Instance, person_id: int) -> list[Any]:
    return await instance.read(account_posts, HOUSE, person_id, Page(40))


@pytest.mark.parametrize("name", NAMES)
async def test_saving_a_form_unchanged_changes_nothing(
    name: str, instance: Instance, sign_in: Any
) -> None:
    org = await make_person(instance, "org", PersonKind.ORGANISATION)
    made = await publish(instance, org.id, name.partition("/")[0], sample(name))
    before = (await instance.read(post, HOUSE, made.id)).record
    reader = await sign_in(org.id)
    path = f"/posts/{made.id}/edit"
    assert await reader.get(path) == 200
    assert await reader.post(path, reader.form(path)) == 303, reader.text
    after = await instance.read(post, HOUSE, made.id)
    assert after.record == before
    assert after.edited_at is None


@pytest.mark.parametrize("name", NAMES)
async def test_a_valid_sample_typed_into_a_new_form_comes_back_equal(
    name: str, instance: Instance, sign_in: Any
) -> None:
    org = await make_person(instance, "org", PersonKind.ORGANISATION)
    new = await make_person(instance, "new", PersonKind.ORGANISATION)
    kind = name.partition("/")[0]
    made = await publish(instance, org.id, kind, sample(name))
    writer = await sign_in(org.id)
    await writer.get(f"/posts/{made.id}/edit")
    typed = [
        pair
        for pair in writer.form(f"/posts/{made.id}/edit")
        if pair[0].startswith("record") and "[id]" not in pair[0]
    ]
    reader = await sign_in(new.id)
    await reader.get(f"/new/{kind}")
    sent = [*typed, ("audience", "public"), ("key", "one")]
    assert await reader.post(f"/new/{kind}", sent) == 303, reader.text
    [offer] = await offers_of(instance, new.id)
    hidden = {one for one, prop in properties_of(kind).items() if prop.is_hidden} | {"datePosted"}
    asked = {one for one in properties_of(kind) if one not in hidden}
    expected = {key: value for key, value in sample(name).items() if key in asked}
    found = {key: value for key, value in offer.record.items() if key in asked}
    assert normal(without_ids(found)) == normal(without_ids(expected))


def without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_ids(one) for key, one in value.items() if key != "id"}
    if isinstance(value, list):
        return [without_ids(one) for one in value]
    return value


@pytest.mark.parametrize("kind", KINDS)
async def test_an_empty_form_comes_back_with_what_is_missing(
    kind: str, instance: Instance, sign_in: Any
) -> None:
    tal = await make_person(instance, "tal", PersonKind.TALENT)
    reader = await sign_in(tal.id)
    assert await reader.get(f"/new/{kind}") == 200
    assert await reader.post(f"/new/{kind}", [("record[summary]", "Kept words")]) == 422
    assert (
        reader.page.select_one("textarea[name='record[summary]']").get_text().strip()
        == "Kept words"
    )
    targets = [str(link["href"]) for link in reader.page.select("#what-is-wrong a")]
    assert len(targets) >= 3
    for target in targets:
        assert reader.page.select_one(target) is not None, target
    assert await offers_of(instance, tal.id) == []


async def test_what_is_wrong_stands_at_its_field(instance: Instance, sign_in: Any) -> None:
    org = await make_person(instance, "org")
    made = await publish(instance, org.id, "vacancy")
    reader = await sign_in(org.id)
    path = f"/posts/{made.id}/edit"
    await reader.get(path)
    pairs = replaced(reader.form(path), "record[applyUrl]", "javascript:alert(1)")
    pairs = replaced(pairs, "record[salary][minCents]", "a lot")
    assert await reader.post(path, pairs) == 422
    field = reader.page.select_one("[name='record[applyUrl]']")
    assert field is not None
    assert field["value"] == "javascript:alert(1)"
    assert field["aria-invalid"] == "true"
    described = str(field["aria-describedby"]).split()
    assert reader.page.find(id=described[0]) is not None
    pay = reader.page.select_one("[name='record[salary][minCents]']")
    assert pay is not None
    assert (pay["value"], pay["aria-invalid"]) == ("a lot", "true")
    assert (await instance.read(post, HOUSE, made.id)).record["applyUrl"].startswith("https://")


async def test_a_preview_publishes_nothing(instance: Instance, sign_in: Any) -> None:
    org = await make_person(instance, "org")
    made = await publish(instance, org.id, "vacancy")
    reader = await sign_in(org.id)
    path = f"/posts/{made.id}/edit"
    await reader.get(path)
    pairs = replaced(reader.form(path), "record[title]", "Another title")
    assert await reader.post(path, [*pairs, ("preview", "1")]) == 200
    assert "Nothing is published yet" in reader.text
    assert reader.page.select_one("[name='record[title]']")["value"] == "Another title"
    assert (await instance.read(post, HOUSE, made.id)).title == "Zorgkundige thuiszorg"


async def test_a_moment_is_on_the_clock_of_the_place(instance: Instance, sign_in: Any) -> None:
    org = await make_person(instance, "org")
    made = await publish(instance, org.id, "event", sample("event/valid-2"))
    reader = await sign_in(org.id)
    path = f"/posts/{made.id}/edit"
    await reader.get(path)
    assert dict(reader.form(path))["record[startTime]"] == "2026-12-03T17:00"
    pairs = replaced(reader.form(path), "record[startTime]", "2026-12-03T16:00")
    assert await reader.post(path, pairs) == 303
    record = (await instance.read(post, HOUSE, made.id)).record
    assert record["startTime"] == "2026-12-03T16:00:00+02:00"


async def test_what_no_form_asks_for_is_kept(instance: Instance, sign_in: Any) -> None:
    org = await make_person(instance, "org")
    record = sample("vacancy/valid-1") | {"newInMinorVersion": {"a": [1]}}
    record["jobLocation"] = record["jobLocation"] | {"type": "Place", "floor": 3}
    made = await publish(instance, org.id, "vacancy", record)
    reader = await sign_in(org.id)
    path = f"/posts/{made.id}/edit"
    await reader.get(path)
    assert await reader.post(path, replaced(reader.form(path), "record[title]", "New title")) == 303
    after = (await instance.read(post, HOUSE, made.id)).record
    assert after["title"] == "New title"
    assert after["newInMinorVersion"] == {"a": [1]}
    assert after["jobLocation"]["floor"] == 3


@pytest.mark.parametrize(
    "pairs",
    [
        [("record", "text")],
        [("record[languages]", "text")],
        [("record[languages][x][lang]", "nl")],
        [("record[jobLocation]", "text"), ("record[salary][]", "1")],
        [("record[translations][0]", "text")],
        [("record[title][a][b]", "deep")],
        [("record[validThrough]", "0001-01-01T00:00:00+14:00")],
        [("record[validThrough]", "9999-12-31T23:59")],
        [("record[timezone]", "../../etc/passwd"), ("record[validThrough]", "2027-01-01T10:00")],
        [("record[salary][minCents]", "NaN"), ("record[hoursMin]", "1e400")],
        [("record[totalJobOpenings]", "9" * 30)],
        [("record[regions]", "\u0660\u0661")],
        [("audience", "everyone")],
        [("media_ids[]", "999")],
    ],
)
@pytest.mark.parametrize("kind", ["vacancy", "event"])
async def test_nonsense_is_refused_and_changes_nothing(
    kind: str, pairs: Pairs, instance: Instance, sign_in: Any
) -> None:
    org = await make_person(instance, "org")
    reader = await sign_in(org.id)
    await reader.get(f"/new/{kind}")
    assert await reader.post(f"/new/{kind}", pairs) in {400, 422}
    assert await offers_of(instance, org.id) == []


async def test_sending_twice_publishes_once(instance: Instance, sign_in: Any) -> None:
    org = await make_person(instance, "org")
    reader = await sign_in(org.id)
    await reader.get("/new/post")
    pairs = replaced(reader.form("/new/post"), "text", "Once only")
    assert await reader.post("/new/post", pairs) == 303
    first = reader.headers["Location"]
    assert await reader.post("/new/post", pairs) == 303
    assert reader.headers["Location"] == first


async def test_a_post_of_who_stays_home_stays_home(instance: Instance, sign_in: Any) -> None:
    tal = await make_person(instance, "tal", PersonKind.TALENT, None)
    made = await publish(instance, tal.id, "project")
    assert made.audience == Audience.MEMBERS
    reader: PageReader = await sign_in(tal.id)
    await reader.get("/new/project")
    assert "your posts stay here" in reader.text
