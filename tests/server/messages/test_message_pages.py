"""The pages of conversations, as a browser without scripts sees them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from server.access.sessions import begin_session
from server.app import build_app
from server.features import FEATURES
from server.federation.model import Reach
from server.matching.model import MatchState
from server.messages.queries import unread_count
from server.people.model import PersonKind
from server.people.profiles import ProfileChange
from server.people.rules import Viewer
from server.people.service import update_profile
from server.platform.clock import SetClock
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.instance import Instance
from server.settings import TranslationSettings
from tests.server.messages.talks import SECRET, listed, make_pair, rows_with, said, write
from tests.support.instances import NOON, settings_for
from tests.support.matches import the_match
from tests.support.page_reader import PageReader
from tests.support.people import make_login, make_person
from tests.support.translating import KEY, translation_service


async def test_two_who_are_matched_write_with_forms_alone(instance: Instance, sign_in: Any) -> None:
    tala, mo, _ = await make_pair(instance)
    reader = await sign_in(tala)
    await reader.get("/messages")
    assert "You have no messages yet." in reader.text
    await reader.get("/messages/new")
    assert "Mo" in reader.text
    await reader.get("/messages/new?to=mo")
    form = dict(reader.form("/messages/new"))
    assert await reader.post("/messages/new", [*(form | {"text": SECRET}).items()]) == 303
    await reader.get(reader.headers["Location"])
    assert SECRET in reader.text
    assert "it is written down if they do" in reader.text
    other = await sign_in(mo)
    await other.get("/messages")
    assert "New" in other.text
    (theirs,) = await listed(instance, mo)
    await other.get(f"/messages/{theirs.id}")
    assert SECRET in other.text
    assert await instance.read(unread_count, Viewer.member(mo)) == 0
    form = dict(other.form(f"/messages/{theirs.id}")) | {"text": "Welcome!"}
    assert await other.post(f"/messages/{theirs.id}", [*form.items()]) == 303
    assert await said(instance, mo, theirs.id) == [SECRET, "Welcome!"]


async def test_writing_again_leads_to_the_conversation_there_is(
    instance: Instance, sign_in: Any
) -> None:
    tala, mo, _ = await make_pair(instance)
    mine = await write(instance, tala, mo)
    reader = await sign_in(tala)
    assert await reader.get("/messages/new?to=mo") == 303
    assert reader.headers["Location"] == f"/messages/{mine}"


async def test_a_quick_phrase_comes_in_both_languages_and_waits_for_send(
    instance: Instance, sign_in: Any
) -> None:
    tala, mo, _ = await make_pair(instance)
    await instance.work(update_profile, mo, ProfileChange(language="nl"))
    mine = await write(instance, tala, mo)
    reader = await sign_in(tala)
    await reader.get(f"/messages/{mine}")
    assert len(reader.page.select('button[name="phrase"]')) == 6
    assert await reader.post(f"/messages/{mine}", [("text", "Hi."), ("phrase", "5")]) == 200
    typed = dict(reader.form(f"/messages/{mine}"))["text"]
    assert typed.startswith("Hi.\nThank you!")
    assert await said(instance, tala, mine) == [SECRET]


async def test_a_stranger_reads_why_they_cannot_write(instance: Instance, sign_in: Any) -> None:
    tala, _, _ = await make_pair(instance)
    eve = await make_person(instance, "eve", PersonKind.EMPLOYER, Reach.FEDIVERSE)
    reader = await sign_in(eve.id)
    assert await reader.get("/messages/new?to=tala") == 403
    assert "does not take messages from you" in reader.text
    assert await reader.post("/messages/new", [("to", "tala"), ("text", SECRET)]) == 403
    assert await listed(instance, tala) == []
    assert await rows_with(instance, "zebrafish") == []


@pytest.mark.parametrize("path", ["", "/stop", "/translate"])
async def test_anothers_conversation_is_not_there(
    instance: Instance, sign_in: Any, path: str
) -> None:
    tala, mo, match = await make_pair(instance)
    mine = await write(instance, tala, mo)
    eve = await make_person(instance, "eve")
    reader = await sign_in(eve.id)
    assert await reader.get(f"/messages/{mine}") == 404
    await reader.get("/messages/new")
    sent = [("text", "Mine"), ("message", "1"), ("form_token", reader.token)]
    await reader.get("/settings/messages")
    assert await reader.post(f"/messages/{mine}{path}", [*sent[:2]]) == 404
    assert await said(instance, tala, mine) == [SECRET]
    assert (await the_match(instance, match)).state == MatchState.BOTH_CONSENTED


async def test_nobody_in_particular_is_led_to_sign_in(instance: Instance, anybody: Any) -> None:
    del instance
    assert await anybody.get("/messages") == 303
    assert "sign_in" in anybody.headers["Location"]


async def test_empty_and_endless_messages_are_refused_with_a_text(
    instance: Instance, sign_in: Any
) -> None:
    tala, mo, _ = await make_pair(instance)
    mine = await write(instance, tala, mo)
    reader = await sign_in(tala)
    await reader.get(f"/messages/{mine}")
    assert await reader.post(f"/messages/{mine}", [("text", " ")]) == 422
    assert await reader.post(f"/messages/{mine}", [("text", "x" * 19_000)]) == 422
    assert "is too long" in reader.text
    broken = ("picture", ("a.jpg", b"no picture"))
    assert await reader.post(f"/messages/{mine}", [("text", "Look")], **dict([broken])) == 422
    assert await said(instance, tala, mine) == [SECRET]


async def test_stop_on_the_page_ends_it(instance: Instance, sign_in: Any) -> None:
    tala, mo, match = await make_pair(instance)
    mine = await write(instance, tala, mo)
    reader = await sign_in(tala)
    await reader.get(f"/messages/{mine}")
    assert await reader.post(f"/messages/{mine}/stop") == 303
    await reader.get(reader.headers["Location"])
    assert "cannot write to you any more" in reader.text
    assert (await the_match(instance, match)).state == MatchState.CLOSED


async def test_a_message_is_translated_when_asked_and_not_before(
    database_url: str, tmp_path: Path
) -> None:
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
            tala, mo, _ = await make_pair(started)
            await write(started, tala, mo)
            (theirs,) = await listed(started, mo)
            login = await make_login(started, [mo])
            token = await started.work(begin_session, login.id, mo)
            reader = PageReader(client, {SESSION_COOKIE: token})
            await reader.get(f"/messages/{theirs.id}")
            assert "[en]" not in reader.text
            assert service.asked == []
            wanted = [("message", str(theirs.last_id))]
            await reader.post(f"/messages/{theirs.id}/translate", wanted)
            assert "[en]" in reader.text
            assert SECRET in str(service.asked)
            assert await rows_with(started, "zebrafish") == []


async def test_without_a_service_nothing_is_translated(instance: Instance, sign_in: Any) -> None:
    tala, mo, _ = await make_pair(instance)
    mine = await write(instance, tala, mo)
    (theirs,) = await listed(instance, mo)
    reader = await sign_in(mo)
    await reader.get(f"/messages/{theirs.id}")
    assert "Translate" not in reader.text
    await reader.post(f"/messages/{theirs.id}/translate", [("message", str(theirs.last_id))])
    assert reader.status == 404
    del mine


async def test_the_choice_about_notices_as_messages_is_kept(
    instance: Instance, sign_in: Any
) -> None:
    tala, _, _ = await make_pair(instance)
    reader = await sign_in(tala)
    await reader.get("/settings/messages")
    assert ("from_house", "1") in reader.form("/settings/messages")
    assert await reader.post("/settings/messages", []) == 303
    await reader.get("/settings/messages")
    assert ("from_house", "1") not in reader.form("/settings/messages")
