"""A talent joins in Arabic on a small phone with a coach's code and makes a profile, in Chromium.

With scripts and without, and by the keyboard alone; every page is free of faults that axe finds,
is written from right to left, and never wider than the screen.
"""

import dataclasses
import os
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright
from sqlalchemy import select

from server.access.model import StaffRole
from server.access.sessions import begin_session
from server.app import build_app
from server.features import FEATURES
from server.joining.invitations import Wish, make_invitation
from server.joining.model import Coming
from server.people.model import Person, PersonKind
from server.platform.clock import SetClock
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.instance import Instance
from server.privacy.ledger import history
from server.privacy.model import How
from server.profiles.queries import own_answers
from tests.support.instances import NOON, settings_for
from tests.support.keyboard import press_on
from tests.support.people import make_login, make_person

pytestmark = [pytest.mark.chromium, pytest.mark.slow, pytest.mark.timeout(300)]

AXE = Path(__file__).parents[1] / "interop" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
PASSWORD = "green bicycles ride home"


@dataclasses.dataclass
class Scene:
    """An instance with a coach, served on this machine, and a browser to visit it with."""

    instance: Instance
    address: str
    browser: Browser
    coach: int
    cookie: str

    async def code(self) -> str:
        wish = Wish(kind=PersonKind.TALENT, language="ar", vouches=True)
        return (await self.instance.work(make_invitation, wish, made_by=self.coach))[1]

    async def phone(self, *, scripts: bool = True, as_coach: bool = False) -> Page:
        context = await self.browser.new_context(
            viewport={"width": 360, "height": 740},
            java_script_enabled=scripts,
            reduced_motion="reduce",
            bypass_csp=scripts,  # for axe itself; the policy has tests of its own
        )
        if as_coach:
            cookie: Any = {"name": SESSION_COOKIE, "value": self.cookie, "url": self.address}
            await context.add_cookies([cookie])
        return await context.new_page()

    async def talent(self) -> Person:
        def unit(r: Any) -> Person:
            return r.session.scalars(select(Person).where(Person.kind == PersonKind.TALENT)).one()

        return await self.instance.read(unit)


@asynccontextmanager
async def served(database_url: str, folder: Path) -> AsyncIterator[Scene]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    settings = settings_for(database_url, folder, base_url=address)
    languages = ("en", "nl", "fr", "fi", "ar")
    named = dataclasses.replace(settings.instance, name="Mesh by the Sea", languages=languages)
    instance = Instance(
        dataclasses.replace(settings, instance=named), FEATURES, clock=SetClock(NOON)
    )
    async with instance.running(jobs=False), async_playwright() as playwright:
        runner = web.AppRunner(build_app(instance))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            cora = await make_person(instance, "cora")
            login = await make_login(instance, [cora.id], roles=[StaffRole.COACH])
            cookie = await instance.work(begin_session, login.id, cora.id)
            yield Scene(instance, address, browser, login.id, cookie)
        finally:
            await browser.close()
            await runner.cleanup()


async def looked_at(page: Page, *, language: str = "ar") -> None:
    """Check direction, width and accessibility of the page that is open."""
    assert await page.locator("html").get_attribute("lang") == language
    assert await page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    root = "document.documentElement"
    assert await page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"), page.url
    await page.add_script_tag(path=str(AXE))
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    faults = [
        f"{one['id']}: {'; '.join(node['html'][:160] for node in one['nodes'][:3])}"
        for one in found["violations"]
    ]
    assert faults == [], page.url


async def no_look(page: Page) -> None:
    """Look at nothing: without scripts there is no axe."""
    assert await page.locator("html").get_attribute("dir") == "rtl"


async def joined(page: Page, address: str, look: Any) -> None:
    """Go through the wizard as somebody does who taps."""
    await page.goto(address)
    await page.click("button[value=ar]")
    await look(page)
    await page.click("button[value=next]")  # forgotten to tick
    await page.wait_for_selector(".field__fault")
    await look(page)
    await page.check("input[name=old_enough]")
    await page.click("button[value=next]")
    await page.wait_for_selector(".handle-shown")
    await look(page)
    await page.click("button[value=next]")
    await page.fill("input[name=sign_in_name]", "samira7")
    await page.fill("input[name=password]", PASSWORD)
    await look(page)
    await page.click("button[value=back]")
    await page.wait_for_selector(".handle-shown")
    await page.click("button[value=next]")
    await page.wait_for_selector("input[name=understood]")  # the sign-in was kept
    await look(page)
    await page.check("input[name=understood]")
    await page.check("input[value=matching]")
    await page.click("button[value=next]")
    await page.wait_for_selector("dl.facts")
    await look(page)
    await page.click("button[value=next]")


async def made_profile(page: Page, address: str, look: Any) -> None:
    """Open the profile from the first page and answer the first question that is a plain text."""
    await page.click("main a[href='/settings/profile']")
    await look(page)
    await page.click("main a[href^='/settings/profile/']")
    await look(page)
    pages = [page.url]
    while not await page.locator("main textarea").count():
        await page.click("button[value=next]")
        await page.wait_for_load_state()
        assert page.url not in pages, "no page of the profile asks for a text"
        pages.append(page.url)
    await page.locator("main textarea").first.fill("أبحث عن عمل في مطبخ")
    await page.locator("main button[value=save]:not([tabindex])").first.click()
    await page.wait_for_load_state()


@pytest.fixture(autouse=True)
def axe() -> None:
    if not AXE.is_file():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("run tests/interop/install.sh first")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_a_talent_joins_in_arabic_and_makes_a_profile(
    database_url: str, tmp_path: Path, scripts: bool
) -> None:
    async with served(database_url, tmp_path) as scene:
        look = looked_at if scripts else no_look
        page = await scene.phone(scripts=scripts)
        await joined(page, f"{scene.address}/join/{await scene.code()}", look)
        await page.wait_for_url("**/welcome")
        await look(page)
        await made_profile(page, scene.address, look)
        talent = await scene.talent()
        decisions = await scene.instance.read(history, talent.id)
        assert {one.language for one in decisions} == {"ar"}
        assert "matching" in {one.purpose for one in decisions}
        answers = await scene.instance.read(own_answers, talent.id)
        assert "مطبخ" in str(answers)
        coming = await scene.instance.read(lambda r: r.session.get(Coming, talent.id))
        assert coming.brought_by == scene.coach


async def test_a_coach_and_a_talent_join_at_one_screen(database_url: str, tmp_path: Path) -> None:
    async with served(database_url, tmp_path) as scene:
        page = await scene.phone(as_coach=True)
        address = f"{scene.address}/join/{await scene.code()}?with=coach"
        await joined(page, address, looked_at)
        await page.wait_for_selector("dl.facts")
        await looked_at(page)
        first, second = await page.locator("h1 [lang]").all()
        assert [await one.get_attribute("dir") for one in (first, second)] == ["rtl", "ltr"]
        upper, lower = await first.bounding_box(), await second.bounding_box()
        assert upper
        assert lower
        assert lower["y"] >= upper["y"] + upper["height"] - 1
        decisions = await scene.instance.read(history, (await scene.talent()).id)
        assert {one.how for one in decisions} == {How.COACH}
        await page.goto(f"{scene.address}/staff/invitations")  # the coach is still signed in
        await looked_at(page, language="ar")


async def test_a_poster_is_one_page_in_two_languages(database_url: str, tmp_path: Path) -> None:
    async with served(database_url, tmp_path) as scene:
        await scene.code()
        page = await scene.phone(as_coach=True)
        await page.goto(f"{scene.address}/staff/invitations")
        path = await page.get_attribute("main a[href$='/poster']", "href")
        await page.goto(f"{scene.address}{path}?language=nl&second=ar")
        await looked_at(page, language="en")
        printed = await page.pdf(format="A4")
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


async def test_a_talent_joins_by_keyboard_alone(database_url: str, tmp_path: Path) -> None:
    async with served(database_url, tmp_path) as scene:
        page = await scene.phone()
        await page.goto(f"{scene.address}/join/{await scene.code()}")
        await press_on(page, "main button[value=ar]")
        await press_on(page, "input[name=old_enough]", "Space")
        await press_on(page, "main button[value=next]")
        await press_on(page, "main button[value=next]")
        for name, text in (("sign_in_name", "samira7"), ("password", PASSWORD)):
            await press_on(page, f"input[name={name}]", "End")
            await page.keyboard.type(text)
        await page.keyboard.press("Enter")  # as in every form
        await page.wait_for_url("**/join/at/agree")
        await press_on(page, "input[name=understood]", "Space")
        await press_on(page, "input[value=matching]", "Space")
        await press_on(page, "main button[value=next]")
        await press_on(page, "main button[value=next]")
        await page.wait_for_url("**/welcome")
        await press_on(page, "main a[href='/settings/profile']")
        await page.wait_for_url("**/settings/profile")
        assert (await scene.talent()).language == "ar"
