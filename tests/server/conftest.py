"""A browser without scripts for the pages of every room: anybody's, or somebody's who signed in."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from server.access.model import StaffRole
from server.access.sessions import begin_session
from server.app import build_app
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.instance import Instance
from tests.support.page_reader import PageReader
from tests.support.people import make_login


@pytest.fixture
async def site_client(instance: Instance) -> AsyncIterator[TestClient[Any, Any]]:
    """Give a client of the whole application."""
    async with TestClient(TestServer(build_app(instance)), cookie_jar=DummyCookieJar()) as client:
        yield client


@pytest.fixture
def anybody(site_client: TestClient[Any, Any]) -> PageReader:
    """Give a reader who is not signed in."""
    return PageReader(site_client)


@pytest.fixture
def sign_in(instance: Instance, site_client: TestClient[Any, Any]) -> Any:
    """Give a function that returns a reader signed in as somebody."""

    async def signed_in(person_id: int, roles: Sequence[StaffRole] = ()) -> PageReader:
        address = f"p{person_id}@ours.example"
        login = await make_login(instance, [person_id], address, roles=roles)
        token = await instance.work(begin_session, login.id, person_id)
        return PageReader(site_client, {SESSION_COOKIE: token})

    return signed_in
