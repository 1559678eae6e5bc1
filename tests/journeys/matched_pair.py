"""Three people of a journey and their doors: a coordinator, a talent on a phone, a mentor."""

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import aiohttp
import icalendar
from playwright.async_api import Browser, Page, async_playwright

from activitypub.fetching.guard import Endpoint
from server.access.model import StaffRole
from server.access.sessions import begin_session
from server.features import FEATURES
from server.people.model import Person, PersonKind
from server.platform.clock import SetClock
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.instance import Instance
from tests.support.apps import free_port, listening
from tests.support.desks import MENTOR, TALENT, describe
from tests.support.instances import settings_for
from tests.support.people import make_login, make_person, make_token
from tests.support.programmes import make_programme, take_part

BEGIN = datetime(2027, 3, 15, 9, 0, tzinfo=UTC)
"""Two weeks before the clocks of Brussels go forward."""
WAITED = 10
"""For how many days the talent has waited then."""


@dataclass
class Trio:
    """An instance with a programme, and three people with a browser each."""

    instance: Instance
    clock: SetClock
    base: str
    http: aiohttp.ClientSession
    programme_id: int
    tala: Person
    mia: Person
    coordinator: Page
    talent: Page
    mentor: Page
    token: str
    known_mails: set[Path] = field(default_factory=set)

    async def open(self, page: Page, path: str) -> None:
        answer = await page.goto(path if path.startswith("http") else self.base + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"

    async def api(self, path: str, said: dict[str, Any] | None = None) -> Any:
        """Ask as the mentor's client does."""
        headers = {"Authorization": f"Bearer {self.token}"}
        way = "GET" if said is None else "POST"
        async with self.http.request(way, self.base + path, headers=headers, json=said) as answer:
            assert answer.status == 200, (path, answer.status, await answer.text())
            return await answer.json()

    async def settle(self, **passed: float) -> None:
        """Let time pass, and do what waits."""
        self.clock.move(timedelta(**passed))
        await self.instance.jobs.run_until_empty()

    async def invitations(self) -> list[tuple[str, str, Any]]:
        """Return what new mails invite to: for whom, the method of the file, its one entry."""
        await self.settle()
        found = []
        for mail in self.new_mails():
            for part in mail.walk():
                if part.get_content_type() == "text/calendar" and not part.get_filename():
                    body = part.get_content()
                    calendar = icalendar.Calendar.from_ical(body)
                    (entry,) = calendar.walk("VEVENT")
                    assert part.get_param("method") == str(calendar["METHOD"])
                    found.append((str(mail["To"]), str(calendar["METHOD"]), entry))
        return found

    def new_mails(self) -> list[EmailMessage]:
        folder = self.instance.settings.mail.folder
        assert folder is not None
        new = sorted(set(folder.rglob("*.eml")) - self.known_mails)
        self.known_mails.update(new)
        return [message_from_bytes(one.read_bytes(), EmailMessage, policy=default) for one in new]


@asynccontextmanager
async def a_trio(database_url: str, folder: Path) -> AsyncIterator[Trio]:
    """Serve an instance in English and Arabic whose mails lie in a folder; open the browsers."""
    place, clock = Endpoint("127.0.0.1", free_port()), SetClock(BEGIN)
    base = f"http://{place.address}:{place.port}"
    settings = settings_for(database_url, folder, base_url=base)
    settings = dataclasses.replace(
        settings,
        instance=dataclasses.replace(settings.instance, languages=("en", "ar")),
        mail=dataclasses.replace(settings.mail, folder=folder / "mail"),
    )
    instance = Instance(settings, FEATURES, clock=clock)
    async with (
        instance.running(jobs=False),
        listening(instance, place, None),
        async_playwright() as playwright,
        aiohttp.ClientSession() as http,
    ):
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        programme = await make_programme(instance, name="Together to work")
        people: dict[str, Any] = {}
        for name, kind, answers in (
            ("tala", PersonKind.TALENT, TALENT),
            ("mia", PersonKind.MENTOR, MENTOR),
        ):
            people[name] = await make_person(instance, name, kind, None, name.title())
            await describe(instance, people[name], answers)
            applied = clock.at - timedelta(days=WAITED)
            await take_part(instance, programme.id, people[name].id, applied_at=applied)
        cora = await make_person(instance, "cora", PersonKind.MENTOR)
        roles = [StaffRole.COORDINATOR]
        yield Trio(
            instance,
            clock,
            base,
            http,
            programme.id,
            **people,
            coordinator=await _opened(
                instance, browser, base, cora, roles, java_script_enabled=False
            ),
            talent=await _opened(
                instance,
                browser,
                base,
                people["tala"],
                locale="ar",
                viewport={"width": 360, "height": 740},
            ),
            mentor=await _opened(instance, browser, base, people["mia"]),
            token=await make_token(instance, people["mia"].id, "read write"),
        )
        await browser.close()


async def _opened(
    instance: Instance,
    browser: Browser,
    base: str,
    person: Person,
    roles: Any = (),
    **looks: Any,
) -> Page:
    address = f"p{person.id}@ours.example"
    login = await make_login(instance, [person.id], address, roles=roles)
    token = await instance.work(begin_session, login.id, person.id)
    context = await browser.new_context(**{"locale": "en", "reduced_motion": "reduce", **looks})
    await context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": base}])
    context.set_default_timeout(10_000)
    return await context.new_page()
