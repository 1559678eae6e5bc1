"""An event fills up and its waiting list moves up, in a browser, with scripts and without."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from server.access.sessions import begin_session
from server.people.model import PersonKind
from server.platform.http.middleware import SESSION_COOKIE
from tests.server.participation.scenes import make_event
from tests.support.apps import Served, served
from tests.support.people import make_login, make_person

pytestmark = [pytest.mark.chromium, pytest.mark.slow, pytest.mark.timeout(300)]

_NARROW = 360


async def signed_in(browser: Browser, home: Served, person_id: int, *, scripts: bool) -> Page:
    """Open a browser of its own for somebody, on a small telephone."""
    login = await make_login(home.instance, [person_id], f"p{person_id}@ours.example")
    token = await home.instance.work(begin_session, login.id, person_id)
    context = await browser.new_context(
        viewport={"width": _NARROW, "height": 740}, locale="en", java_script_enabled=scripts
    )
    await context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": home.base}])
    return await context.new_page()


async def press(page: Page, name: str) -> None:
    """Press a button as somebody without a mouse does."""
    button = page.get_by_role("button", name=name, exact=True)
    await button.focus()
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_an_event_fills_up_and_the_waiting_list_moves_up(
    scripts: bool, new_database: Any, tmp_path: Path
) -> None:
    async with (
        served(await new_database(), tmp_path, jobs=False) as home,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium")
        org = await make_person(home.instance, "org", display_name="Town of Sands")
        guests = [
            await make_person(home.instance, name, PersonKind.TALENT, None, name.title())
            for name in ("amina", "bilal", "cansu")
        ]
        event = await make_event(home.instance, org.id, maximumAttendeeCapacity=1)
        address = home.url(f"/@org/{event.id}")
        pages = [await signed_in(browser, home, one.id, scripts=scripts) for one in guests]
        amina, bilal, cansu = pages

        for page, button in (
            (amina, "I come"),
            (bilal, "Stand on the waiting list"),
            (cansu, "Stand on the waiting list"),
        ):
            await page.goto(address)
            await press(page, button)
        await expect(amina.get_by_text("You have a place.")).to_be_visible()
        await expect(bilal.get_by_text("number 1.")).to_be_visible()
        await expect(cansu.get_by_text("number 2.")).to_be_visible()
        await expect(cansu.get_by_text("1 of 1 place is taken")).to_be_visible()

        await press(amina, "I cannot come")
        await bilal.goto(address)
        await expect(bilal.get_by_text("You have a place.")).to_be_visible()
        await cansu.goto(address)
        await expect(cansu.get_by_text("number 1.")).to_be_visible()

        organiser = await signed_in(browser, home, org.id, scripts=scripts)
        await organiser.goto(address)
        await organiser.get_by_role("link", name="See who comes").click()
        coming = organiser.get_by_role("region", name="They come (1)")
        await expect(coming.get_by_role("link", name="Bilal")).to_be_visible()
        await raise_capacity(organiser, home, event.id)
        await cansu.goto(address)
        await expect(cansu.get_by_text("You have a place.")).to_be_visible()
        await expect(cansu.get_by_text("2 of 2 places are taken")).to_be_visible()

        await cansu.goto(home.url("/notifications"))
        await expect(cansu.get_by_text("You have a place at: Language café")).to_be_visible()
        await browser.close()


async def raise_capacity(organiser: Page, home: Served, event_id: int) -> None:
    """Let the organiser add a place with the form of the event."""
    await organiser.goto(home.url(f"/posts/{event_id}/edit"))
    places = organiser.get_by_label("Number of places")
    closed = places.locator("xpath=ancestor::details[not(@open)]/summary")
    while await closed.count():
        await closed.first.click()
    await places.fill("2")
    await press(organiser, "Save the change")
