"""Joining for tests: a browser, an instance whose letters can be read, codes made by a coach."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from server.access.model import StaffRole
from server.access.sessions import begin_session
from server.app import build_app
from server.joining.invitations import Wish, make_invitation
from server.platform.choices import Choice, choose
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.instance import Instance
from tests.support.instances import settings_for
from tests.support.page_reader import PageReader
from tests.support.people import make_login, make_person

GOOD_PASSWORD = "green bicycles ride home"


@pytest.fixture
async def instance(database_url: str, tmp_path: Any) -> AsyncIterator[Instance]:
    """Give an instance in four languages, Arabic among them, whose letters lie in a folder."""
    import dataclasses

    from server.features import FEATURES
    from server.platform.clock import SetClock
    from tests.support.instances import NOON

    settings = settings_for(database_url, tmp_path)
    settings = dataclasses.replace(
        settings,
        instance=dataclasses.replace(settings.instance, languages=("en", "nl", "fi", "ar")),
        mail=dataclasses.replace(settings.mail, folder=tmp_path / "mail"),
    )
    started = Instance(settings, FEATURES, clock=SetClock(NOON))
    async with started.running(jobs=False):
        yield started


@pytest.fixture
async def site_client(instance: Instance) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(build_app(instance)), cookie_jar=DummyCookieJar()) as client:
        yield client


@dataclass
class Joiner(PageReader):
    """Somebody in front of the wizard."""

    async def see(self, path: str) -> int:
        """Open a page and follow where it leads."""
        await self.get(path)
        return await self.followed()

    async def followed(self) -> int:
        while self.status == 303:
            await self.get(self.headers["Location"])
        return self.status

    async def begin(self, code: str | None = None, language: str = "en", **more: str) -> int:
        path = f"/join/{code}" if code else "/join"
        await self.get(path)
        await self.post(path, [("language", language), *more.items()])
        return await self.followed()

    async def answer(self, step: str, *pairs: tuple[str, str], go: str = "next") -> int:
        """Answer a step and follow where it leads."""
        await self.post(f"/join/at/{step}", [*pairs, ("go", go)])
        return await self.followed()

    async def agree(self, *agreed: str) -> int:
        await self.get("/join/at/agree")
        read = [("read[]", str(one["value"])) for one in self.page.select("input[name='read[]']")]
        return await self.answer(
            "agree", *read, ("understood", "1"), *(("agreed[]", one) for one in agreed)
        )

    @property
    def heading(self) -> str:
        found = self.page.find("h1")
        return found.get_text(" ", strip=True) if found else ""


@pytest.fixture
def joiner(site_client: TestClient[Any, Any]) -> Joiner:
    """Give somebody who wants to join."""
    return Joiner(site_client)


@pytest.fixture
def another(site_client: TestClient[Any, Any]) -> Joiner:
    """Give somebody else, with a browser of their own."""
    return Joiner(site_client)


Staff = Callable[..., Awaitable[tuple[Joiner, int]]]


@pytest.fixture
def staff(instance: Instance, site_client: TestClient[Any, Any]) -> Staff:
    """Give a function that returns a browser signed in with a role, and its login."""

    async def signed_in(role: StaffRole, handle: str = "cora") -> tuple[Joiner, int]:
        person = await make_person(instance, handle)
        login = await make_login(instance, [person.id], f"{handle}@ours.example", roles=[role])
        token = await instance.work(begin_session, login.id, person.id)
        return Joiner(site_client, {SESSION_COOKIE: token}), login.id

    return signed_in


@pytest.fixture
def code(instance: Instance) -> Callable[..., Awaitable[str]]:
    """Give a function that makes an invitation and returns its code."""

    async def made(made_by: int | None = None, **wish: Any) -> str:
        return (await instance.work(make_invitation, Wish(**wish), made_by=made_by))[1]

    return made


@pytest.fixture
def letters(instance: Instance) -> Callable[[], Awaitable[str]]:
    """Give a function that sends what waits and returns all letters so far, decoded."""

    async def read() -> str:
        import email
        from email import policy

        await instance.jobs.run_until_empty()
        folder = instance.settings.mail.folder
        assert folder is not None
        found = []
        for path in sorted(folder.rglob("*.eml")) if folder.exists() else []:
            letter = email.message_from_bytes(path.read_bytes(), policy=policy.default)
            body = letter.get_body(("plain",))
            found.append(
                f"{letter['to']} {letter['subject']}\n{body.get_content() if body else ''}"
            )
        return "\n".join(found)

    return read


def code_in(letter: str) -> str:
    """Return the last code that a letter holds."""
    return re.findall(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", letter)[-1]


async def set_choice(instance: Instance, choice: Choice[Any], value: Any) -> None:
    await instance.work(choose, choice, value)


async def pass_time(instance: Instance, **span: float) -> None:
    instance.clock.move(timedelta(**span))  # type: ignore[attr-defined]  # a SetClock
