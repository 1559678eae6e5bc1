"""From a page elsewhere to a vacancy that people find: pasted, looked over, approved, alerted.

An employer who is new pastes the address of a page, sees what Mastodon will show and hands it in; a
moderator lets it through; somebody who saved a search is told. With scripts and without, by touch
and by keyboard alone.
"""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, async_playwright, expect

from server.access.model import StaffRole
from server.access.sessions import begin_session
from server.boards.alerts import tell_now
from server.people.model import Person, PersonKind
from server.people.service import create_person
from server.platform.http.middleware import SESSION_COOKIE
from tests.support.apps import Served, served
from tests.support.keyboard import press_on, tab_to, type_into
from tests.support.people import make_login, make_person, shared_keys

pytestmark = [pytest.mark.chromium, pytest.mark.slow, pytest.mark.timeout(300)]

JOB = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Cook for the evening",
    "description": "<p>You cook for forty guests, with two colleagues.</p>",
    "validThrough": "2027-03-01T12:00:00+01:00",
    "employmentType": "PART_TIME",
    "hiringOrganization": {"@type": "Organization", "name": "The Anchor"},
    "jobLocation": {
        "@type": "Place",
        "address": {"@type": "PostalAddress", "addressLocality": "Ghent", "addressCountry": "BE"},
    },
}


@pytest.fixture
async def job_page() -> AsyncIterator[str]:
    """Give the address of a page elsewhere that offers a job."""

    async def answer(_: web.Request) -> web.Response:
        script = f'<script type="application/ld+json">{json.dumps(JOB)}</script>'
        return web.Response(
            text=f"<html lang=en><title>Job</title>{script}", content_type="text/html"
        )

    app = web.Application()
    app.router.add_get("/jobs/1", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url("/jobs/1"))


async def opened(
    browser: Browser, home: Served, person_id: int, *, scripts: bool, roles: Any = ()
) -> Page:
    """Open a browser of somebody who is signed in, on a narrow screen."""
    login = await make_login(home.instance, [person_id], f"p{person_id}@ours.example", roles=roles)
    token = await home.instance.work(begin_session, login.id, person_id)
    context = await browser.new_context(
        viewport={"width": 360, "height": 740}, locale="en-US", java_script_enabled=scripts
    )
    await context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": home.base}])
    return await context.new_page()


async def new_employer(home: Served) -> Person:
    """Make an employer whose first posts wait for a moderator."""
    return await home.instance.work(
        create_person,
        handle="anchor",
        kind=PersonKind.EMPLOYER,
        keys=shared_keys(),
        display_name="The Anchor",
        trusted=False,
    )


async def press(page: Page, name: str) -> None:
    """Press a button and wait for the page that it leads to."""
    async with page.expect_navigation():
        await page.get_by_role("button", name=name, exact=True).first.click()


async def complete(page: Page) -> None:
    """Fill in what the page elsewhere did not say."""
    await page.fill("[name='record[summary]']", "A small kitchen looks for a cook.")
    await page.fill("[name='record[occupation_text]']", "Cooks")
    await page.select_option("[name='record[contractTerm]']", "PERMANENT")
    await page.select_option("[name='record[payTold]']", "before_interview")
    await page.fill("[name='record[languages][0][lang_text]']", "Dutch")
    await page.select_option("[name='record[languages][0][cefr]']", "A2")
    await page.fill("[name='record[contact][email]']", "kitchen@ours.example")
    await page.fill("[name='record[regions_text]']", "BE234")
    await page.select_option("[name='record[helix]']", "BUSINESS")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_a_pasted_page_becomes_a_vacancy_and_reaches_who_looks_for_it(
    scripts: bool, new_database: Any, tmp_path: Path, job_page: str
) -> None:
    async with (
        served(await new_database(), tmp_path) as home,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium")
        employer = await new_employer(home)
        seeker = await make_person(home.instance, "seeker", PersonKind.TALENT, reach=None)
        moderator = await make_person(home.instance, "mod", PersonKind.MENTOR)

        looking = await opened(browser, home, seeker.id, scripts=scripts)
        await looking.goto(home.url("/board/vacancy?text=cook"))
        await press(looking, "Save this search")
        await expect(looking.locator("main")).to_contain_text("cook")

        page = await opened(browser, home, employer.id, scripts=scripts)
        await page.goto(home.url("/import"))
        await page.fill("[name=address]", job_page)
        await press(page, "Read the page")
        assert "/new/vacancy" in page.url
        await expect(page.locator("[name='record[title]']")).to_have_value("Cook for the evening")
        await complete(page)
        await press(page, "Preview")
        await expect(page.get_by_text("On Mastodon").first).to_be_visible()
        await press(page, "Publish")
        post = page.url
        await expect(page.get_by_role("heading", level=1)).to_have_text("Cook for the evening")

        stranger = await (await browser.new_context()).new_page()
        answer = await stranger.goto(post)
        assert answer is not None
        assert answer.status == 404

        staff = await opened(
            browser, home, moderator.id, scripts=scripts, roles=[StaffRole.MODERATOR]
        )
        await staff.goto(home.url("/staff/first_posts"))
        await expect(staff.locator("main")).to_contain_text("Cook for the evening")
        await press(staff, "Publish it")

        await stranger.goto(post)
        await expect(stranger.get_by_role("heading", level=1)).to_have_text("Cook for the evening")
        await stranger.goto(home.url("/board/vacancy?text=cook"))
        await expect(stranger.get_by_role("link", name="Cook for the evening")).to_be_visible()

        # Alerts wait half a minute for more of the same; the journey does not.
        await tell_now(home.instance)
        await looking.goto(home.url("/notifications"))
        await expect(looking.locator("main")).to_contain_text("fits your search")
        await browser.close()


async def complete_by_keyboard(page: Page) -> None:
    """Type what the page elsewhere did not say, in the order of the form."""
    await type_into(page, "record[summary]", "A small kitchen looks for a cook.")
    await type_into(page, "record[occupation_text]", "Cooks")
    await type_into(page, "record[contractTerm]", "Perm")
    await type_into(page, "record[payTold]", "Pay")
    await type_into(page, "record[languages][0][lang_text]", "Dutch")
    await type_into(page, "record[languages][0][cefr]", "A2")
    await type_into(page, "record[contact][email]", "kitchen@ours.example")
    await type_into(page, "record[regions_text]", "BE234")
    await type_into(page, "record[helix]", "Bus")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_a_vacancy_travels_from_a_pasted_page_to_an_alert_by_keyboard_alone(
    scripts: bool, new_database: Any, tmp_path: Path, job_page: str
) -> None:
    async with (
        served(await new_database(), tmp_path) as home,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium")
        employer = await new_employer(home)
        seeker = await make_person(home.instance, "seeker", PersonKind.TALENT, reach=None)
        moderator = await make_person(home.instance, "mod", PersonKind.MENTOR)

        looking = await opened(browser, home, seeker.id, scripts=scripts)
        await looking.goto(home.url("/board/vacancy"))
        await type_into(looking, "text", "cook")
        async with looking.expect_navigation():
            await looking.keyboard.press("Enter")
        assert "text=cook" in looking.url
        await press_on(looking, "form[action='/settings/searches'] button")

        page = await opened(browser, home, employer.id, scripts=scripts)
        await page.goto(home.url("/import"))
        await type_into(page, "address", job_page)
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        await complete_by_keyboard(page)
        await tab_to(page, ".actions button:not([name])")
        async with page.expect_navigation(url="**/@anchor/*"):
            await page.keyboard.press("Enter")

        staff = await opened(
            browser, home, moderator.id, scripts=scripts, roles=[StaffRole.MODERATOR]
        )
        await staff.goto(home.url("/staff/first_posts"))
        await press_on(staff, "form[action$='/approve'] button")

        await tell_now(home.instance)
        await press_on(looking, "a[href='/notifications']")
        await expect(looking.locator("main")).to_contain_text("fits your search")
        await press_on(looking, "main a[href*='/@anchor/'], main a[href*='/board/vacancy']")
        await expect(looking.locator("main")).to_contain_text("Cook for the evening")
        await browser.close()
