"""The settings of notices and filters as pages, pushes of a browser, and the mails of localhost."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from server.access.mailing import mail_login
from server.app import build_app
from server.notifications.push.subscriptions import subscriptions_of
from server.notifications.wishes import wishes_of
from server.platform.instance import Instance
from server.platform.work import Work
from server.timelines.filters.queries import filters_of
from tests.support.instances import running_instance
from tests.support.page_reader import PageReader
from tests.support.people import PASSWORD, make_login, make_person
from tests.support.push_receiver import Receiver


async def signed_in(instance: Instance, client: Any, handle: str) -> tuple[int, PageReader]:
    person = await make_person(instance, handle)
    await make_login(instance, [person.id], f"{handle}@far.example")
    reader = PageReader(client)
    await reader.get("/auth/sign_in")
    email = f"{handle}@far.example"
    assert await reader.post("/auth/sign_in", [("email", email), ("password", PASSWORD)]) == 303
    return person.id, reader


@pytest.fixture
async def client(instance: Instance) -> AsyncIterator[Any]:
    jar = DummyCookieJar()
    async with TestClient(TestServer(build_app(instance)), cookie_jar=jar) as made:
        yield made


async def test_choices_about_notices_are_kept_and_shown(instance: Instance, client: Any):
    ann, reader = await signed_in(instance, client, "ann")
    path = "/settings/notifications"
    assert await reader.get(path) == 200
    assert len(reader.page.find_all("h1")) == 1
    sent = [
        ("page[]", "follow"), ("push[]", "follow"), ("mail[follow]", "weekly"),
        ("mail[mention]", "none"), ("quiet_from", "22:00"), ("quiet_until", "07:00"),
    ]  # fmt: skip
    assert await reader.post(path, sent) == 303
    wishes = await instance.read(wishes_of, ann)
    assert wishes.ways("follow").as_json() == {"page": True, "push": True, "mail": "weekly"}
    assert wishes.ways("mention").as_json() == {"page": False, "push": False, "mail": "none"}
    assert (wishes.quiet_from, wishes.quiet_until) == (1320, 420)
    await reader.get(path)
    assert reader.page.find("input", {"name": "quiet_from"})["value"] == "22:00"  # type: ignore[index]  # it is there


async def test_half_of_the_quiet_hours_is_refused_and_keeps_what_was_typed(
    instance: Instance, client: Any
):
    ann, reader = await signed_in(instance, client, "ann")
    path = "/settings/notifications"
    await reader.get(path)
    assert await reader.post(path, [("page[]", "poll"), ("quiet_from", "22:00")]) == 422
    assert reader.page.find("input", {"name": "quiet_from"})["value"] == "22:00"  # type: ignore[index]  # it is there
    assert (await instance.read(wishes_of, ann)).chosen == {}
    assert await reader.post(path, [("form_token", "x.y")]) == 403


@pytest.mark.parametrize(
    "path", ["/settings/notifications", "/settings/filters", "/settings/filters/new", "/push/key"]
)
async def test_strangers_are_asked_to_sign_in(client: Any, path: str):
    assert await PageReader(client).get(path) in {302, 303}


async def test_a_filter_is_made_changed_and_deleted_on_pages(instance: Instance, client: Any):
    ann, reader = await signed_in(instance, client, "ann")
    await reader.get("/settings/filters")
    await reader.get("/settings/filters/new")
    base = [("title", "Weather"), ("action", "hide"), ("contexts[]", "home"), ("whole_word", "1")]
    assert (
        await reader.post("/settings/filters/new", [*base, ("words", "rain\n snow \n\nrain")])
        == 303
    )
    (made,) = await instance.read(filters_of, ann)
    assert [one.keyword for one in made.keywords] == ["rain", "snow"]
    assert (made.action, made.contexts, made.expires_at) == ("hide", ("home",), None)

    path = f"/settings/filters/{made.id}"
    assert await reader.get(path) == 200
    assert "rain\nsnow" in reader.page.find("textarea").text  # type: ignore[union-attr]  # it is there
    assert await reader.post(path, [*base, ("words", "snow\nhail"), ("term", "7")]) == 303
    (changed,) = await instance.read(filters_of, ann)
    assert [one.keyword for one in changed.keywords] == ["snow", "hail"]
    assert changed.keywords[0].id == made.keywords[1].id
    assert changed.expires_at is not None
    assert await reader.get("/settings/filters") == 200
    assert "Weather" in reader.text
    await reader.get(path)
    assert await reader.post(path, [*base, ("words", "snow\nhail"), ("term", "keep")]) == 303
    assert (await instance.read(filters_of, ann))[0].expires_at == changed.expires_at

    assert await reader.post(path, [*base, ("title", ""), ("words", "x")]) in {303, 422}
    bad = [("title", ""), ("words", "kept words"), ("action", "hide")]
    assert await reader.post(path, bad) == 422
    assert "kept words" in reader.page.find("textarea").text  # type: ignore[union-attr]  # it is there
    assert reader.page.find(attrs={"role": "alert"}) is not None
    _, other = await signed_in(instance, client, "ben")
    assert await other.get(path) == 404
    assert await reader.post(path, [("delete", "1")]) == 303
    assert await instance.read(filters_of, ann) == []


async def test_a_browser_subscribes_and_unsubscribes(instance: Instance, client: Any):
    ann, reader = await signed_in(instance, client, "ann")
    cookies = "; ".join(f"{name}={value}" for name, value in reader.cookies.items())
    headers = {"Cookie": cookies, "Accept": "application/json"}
    key = await (await client.get("/push/key", headers=headers)).json()
    assert len(key["key"]) == 87
    assert key["subscribed"] is False
    body = {
        "endpoint": "https://push.example/abc", "expirationTime": None,
        "keys": Receiver("push.example").keys,
    }  # fmt: skip
    refused = await client.post("/push/subscription", json=body, headers=headers)
    assert refused.status == 403
    headers["X-Form-Token"] = key["form_token"]
    for wrong in ({}, {**body, "endpoint": "http://push.example/"}, {**body, "keys": {}}):
        answer = await client.post("/push/subscription", json=wrong, headers=headers)
        assert answer.status in {400, 422}, wrong
    answer = await client.post("/push/subscription", json=body, headers=headers)
    assert answer.status == 201
    (row,) = await instance.read(subscriptions_of, ann)
    assert row.standard is True
    assert row.token_id is None
    assert (await (await client.get("/push/key", headers=headers)).json())["subscribed"] is True
    assert (await client.delete("/push/subscription", headers=headers)).status == 200
    assert await instance.read(subscriptions_of, ann) == []


async def test_the_mails_of_localhost_land_in_a_folder_that_a_page_shows(
    database_url: str, tmp_path: Path
):
    async with running_instance(
        database_url, tmp_path, base_url="http://localhost:8080"
    ) as instance:
        login = await make_login(instance, email="ann@far.example")

        def unit(w: Work) -> None:
            values = {"link": w.site.url("/auth/link/secret"), "minutes": 15}
            mail_login(w, login.id, template="access/mail/link", values=values, topic="account")

        await instance.work(unit)
        await instance.jobs.run_until_empty()
        (kept,) = (tmp_path / "mail").glob("*.eml")
        async with TestClient(TestServer(build_app(instance))) as client:
            reader = PageReader(client)
            assert await reader.get("/dev/mail") == 200
            assert "ann@far.example" in reader.text
            assert await reader.get(f"/dev/mail/{kept.stem}") == 200
            link = reader.page.find("a", href="http://localhost:8080/auth/link/secret")
            assert link is not None
            assert await reader.get(f"/dev/mail/{kept.stem}/html") == 200
            assert "sandbox" in reader.headers["Content-Security-Policy"]
            assert "/auth/link/secret" in reader.body
            for wrong in ("nothing", "..%2Finstance.key", "..%2F..%2Fx"):
                assert await reader.get(f"/dev/mail/{wrong}") == 404
