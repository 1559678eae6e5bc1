"""Machine translation for clients: what leaves the instance, what does not, and what comes back."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from server.features import FEATURES
from server.federation.model import Reach
from server.people.service import change_reach
from server.platform.clock import SetClock
from server.platform.errors import NotAllowed
from server.platform.instance import Instance
from server.platform.work import Reading
from server.posts.model import PostTranslation
from server.posts.translating import translate_texts
from server.settings import TranslationSettings
from tests.support.api import Api, Surface, serving
from tests.support.clients import ApiClient
from tests.support.instances import NOON, settings_for
from tests.support.shapes import check
from tests.support.translating import KEY, TranslationService, translation_service


@pytest.fixture
async def service() -> AsyncIterator[TranslationService]:
    async with translation_service() as made:
        yield made


@pytest.fixture
async def speaking(
    service: TranslationService, database_url: str, tmp_path: Path
) -> AsyncIterator[Surface]:
    """Give an instance whose operator configured the service."""
    settings = replace(
        settings_for(database_url, tmp_path),
        translation=TranslationSettings(url=service.url, api_key=KEY),
    )
    started = Instance(settings, FEATURES, clock=SetClock(NOON))
    async with started.running(jobs=False), serving(started) as surface:
        yield surface


@pytest.fixture
async def eva(speaking: Surface) -> Api:
    return await speaking.person("eva")


@pytest.fixture
async def bob(speaking: Surface) -> Api:
    return await speaking.person("bob")


def _kept(r: Reading) -> int:
    return r.session.scalar(select(func.count()).select_from(PostTranslation)) or 0


async def translated(api: Api, post: Any, lang: str = "nl") -> Any:
    answer = await api.ask("POST", f"/api/v1/statuses/{post['id']}/translate", json={"lang": lang})
    assert answer.status == 200, answer.body
    return check("Translation", answer.json)


async def test_a_public_post_is_translated_once_for_all(
    speaking: Surface, service: TranslationService, eva: Api, bob: Api
) -> None:
    post = await eva.publish("Work in a kitchen", language="en", spoiler_text="Careful")
    made = await translated(bob, post)
    assert made["content"] == "[nl] <p>Work in a kitchen</p>"
    assert made["spoiler_text"] == "[nl] Careful"
    assert (made["detected_source_language"], made["language"]) == ("en", "nl")
    assert made["provider"] == "127.0.0.1"
    asked = len(service.asked)
    assert await translated(eva, post) == made
    assert len(service.asked) == asked
    assert await speaking.instance.read(_kept) == 1


async def test_a_poll_is_translated_with_its_answers(eva: Api) -> None:
    poll = {"options": ["tea", "coffee"], "expires_in": 3600}
    post = await eva.publish("Which?", language="en", poll=poll)
    made = await translated(eva, post)
    assert [one["title"] for one in made["poll"]["options"]] == ["[nl] tea", "[nl] coffee"]


async def test_a_changed_post_is_translated_anew(
    speaking: Surface, eva: Api, service: TranslationService
) -> None:
    post = await eva.publish("One", language="en")
    await translated(eva, post)
    path = f"/api/v1/statuses/{post['id']}"
    await eva.ask("PUT", path, json={"status": "Two", "language": "en"})
    assert (await translated(eva, post))["content"] == "[nl] <p>Two</p>"
    assert await speaking.instance.read(_kept) == 1
    await eva.ask("DELETE", path)
    assert await speaking.instance.read(_kept) == 0


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_what_is_not_public_never_leaves(
    visibility: str, service: TranslationService, eva: Api
) -> None:
    post = await eva.publish("A secret", language="en", visibility=visibility)
    path = f"/api/v1/statuses/{post['id']}/translate"
    assert await eva.status_of("POST", path, json={"lang": "nl"}) == 403
    assert service.asked == []


async def test_posts_of_who_stays_home_never_leave(
    speaking: Surface, service: TranslationService, eva: Api, bob: Api
) -> None:
    post = await eva.publish("Public once", language="en")
    await speaking.instance.work(change_reach, eva.id, Reach.HOME)
    path = f"/api/v1/statuses/{post['id']}/translate"
    for api in (eva, bob):
        assert await api.status_of("POST", path, json={"lang": "nl"}) in {403, 404}
    assert service.asked == []


async def test_what_cannot_be_seen_is_not_found(speaking: Surface, eva: Api, bob: Api) -> None:
    post = await eva.publish("Only me", language="en", visibility="direct")
    path = f"/api/v1/statuses/{post['id']}/translate"
    assert await bob.status_of("POST", path, json={"lang": "nl"}) == 404
    assert await speaking.nobody.status_of("POST", path, json={"lang": "nl"}) == 401


@pytest.mark.parametrize("lang", ["fi", "en"])
async def test_other_languages_and_its_own_are_refused(
    lang: str, service: TranslationService, eva: Api
) -> None:
    post = await eva.publish("Work", language="en")
    path = f"/api/v1/statuses/{post['id']}/translate"
    assert await eva.status_of("POST", path, json={"lang": lang}) == 403
    assert service.asked == []


async def test_a_service_that_fails_is_unavailable_and_nothing_is_kept(
    speaking: Surface, service: TranslationService, eva: Api
) -> None:
    post = await eva.publish("Work", language="en")
    service.is_broken = True
    path = f"/api/v1/statuses/{post['id']}/translate"
    answer = await ApiClient.ask(eva, "POST", path, json={"lang": "nl"})
    assert answer.status == 503
    assert await eva.get("/api/v1/instance/translation_languages") == {}
    assert await speaking.instance.read(_kept) == 0


async def test_the_instance_says_what_it_can(speaking: Surface, eva: Api) -> None:
    assert (await eva.get("/api/v2/instance"))["configuration"]["translation"] == {"enabled": True}
    languages = await speaking.nobody.get("/api/v1/instance/translation_languages")
    assert languages == {"ar": ["en", "nl"], "en": ["ar", "nl"], "nl": ["ar", "en"]}


async def test_without_a_service_nothing_is_translated(ann: Api) -> None:
    post = await ann.publish("Work", language="en")
    path = f"/api/v1/statuses/{post['id']}/translate"
    assert await ann.status_of("POST", path, json={"lang": "nl"}) == 404


async def test_empty_texts_stay_empty_and_are_not_sent(
    speaking: Surface, service: TranslationService
) -> None:
    made = await translate_texts(speaking.instance, ["", "Hi", " "], source="en", target="nl")
    assert made == ["", "[nl] Hi", " "]
    assert service.asked[-1]["q"] == ["Hi"]
    with pytest.raises(NotAllowed):
        await translate_texts(speaking.instance, ["Hi"], source="so", target="nl")
