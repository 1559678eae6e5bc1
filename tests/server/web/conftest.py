"""Readers who write: an organisation, and somebody on an instance that translates."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from server.access.sessions import begin_session
from server.app import build_app
from server.features import FEATURES
from server.people.model import Person, PersonKind
from server.platform.clock import SetClock
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.instance import Instance
from server.settings import TranslationSettings
from tests.support.instances import NOON, settings_for
from tests.support.page_reader import PageReader
from tests.support.people import make_login, make_person
from tests.support.translating import KEY, translation_service


@pytest.fixture
async def org(instance: Instance) -> Person:
    return await make_person(instance, "org", PersonKind.ORGANISATION)


@pytest.fixture
async def writer(org: Person, sign_in: Any) -> PageReader:
    return await sign_in(org.id)


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
