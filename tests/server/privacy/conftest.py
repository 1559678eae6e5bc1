"""Browsers for the tests of privacy."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from server.access.service import OWNER, grant_person
from server.access.sessions import begin_session
from server.app import build_app
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.instance import Instance
from tests.support.page_reader import PageReader
from tests.support.people import make_login


@pytest.fixture
async def site_client(instance: Instance) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(build_app(instance)), cookie_jar=DummyCookieJar()) as client:
        yield client


@pytest.fixture
def anybody(site_client: TestClient[Any, Any]) -> PageReader:
    """Give a reader who is not signed in."""
    return PageReader(site_client)


SignIn = Callable[..., Awaitable[PageReader]]


@pytest.fixture
def sign_in(instance: Instance, site_client: TestClient[Any, Any]) -> SignIn:
    """Give a function that returns a reader signed in as somebody, with a role for them."""

    async def signed_in(person_id: int, role: str = OWNER) -> PageReader:
        login = await make_login(instance, [], f"{role}{person_id}@ours.example")
        await instance.work(grant_person, login.id, person_id, role)
        token = await instance.work(begin_session, login.id, person_id)
        return PageReader(site_client, {SESSION_COOKIE: token})

    return signed_in
