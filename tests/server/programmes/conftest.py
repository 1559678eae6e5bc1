"""Browsers for the tests of programmes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from server.access.model import StaffRole
from server.access.sessions import begin_session
from server.app import build_app
from server.people.model import PersonKind
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.instance import Instance
from tests.support.page_reader import PageReader
from tests.support.people import make_login, make_person


@pytest.fixture
async def site_client(instance: Instance) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(build_app(instance)), cookie_jar=DummyCookieJar()) as client:
        yield client


@pytest.fixture
def anybody(site_client: TestClient[Any, Any]) -> PageReader:
    """Give a reader who is not signed in."""
    return PageReader(site_client)


SignIn = Callable[..., Awaitable[tuple[PageReader, int]]]


@pytest.fixture
def sign_in(instance: Instance, site_client: TestClient[Any, Any]) -> SignIn:
    """Give a function that makes somebody and returns their browser and their id."""

    async def signed_in(
        handle: str, kind: PersonKind = PersonKind.TALENT, role: StaffRole | None = None
    ) -> tuple[PageReader, int]:
        person = await make_person(instance, handle, kind)
        roles = [] if role is None else [role]
        login = await make_login(instance, [person.id], f"{handle}@ours.example", roles=roles)
        token = await instance.work(begin_session, login.id, person.id)
        return PageReader(site_client, {SESSION_COOKIE: token}), person.id

    return signed_in


@pytest.fixture
async def cora(sign_in: SignIn) -> PageReader:
    """Give a coordinator's browser."""
    return (await sign_in("cora", PersonKind.ORGANISATION, StaffRole.COORDINATOR))[0]
