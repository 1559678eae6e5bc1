"""An employer writes and publishes a vacancy: by keyboard alone, with scripts and without.

With scripts the form also says what is wrong before it is sent, keeps a draft and adds rows in
place; without them every button does the same by a round trip.
"""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from server.access.sessions import begin_session
from server.drafts.queries import drafts_of
from server.people.model import PersonKind
from server.people.rules import HOUSE
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.http.paging import Page as Part
from server.posts.queries import account_posts
from tests.support.apps import Served, served
from tests.support.keyboard import tab_to, type_into
from tests.support.people import make_login, make_person

pytestmark = [pytest.mark.chromium, pytest.mark.slow, pytest.mark.timeout(300)]


async def writing(browser: Browser, home: Served, person_id: int, *, scripts: bool) -> Page:
    """Open the form of a vacancy for somebody."""
    login = await make_login(home.instance, [person_id], "org@ours.example")
    token = await home.instance.work(begin_session, login.id, person_id)
    context = await browser.new_context(
        viewport={"width": 360, "height": 740}, locale="en-US", java_script_enabled=scripts
    )
    await context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": home.base}])
    page = await context.new_page()
    await page.goto(home.url("/new/vacancy"))
    return page


async def type_in(page: Page, name: str, words: str) -> None:
    """Type into the next field of the record with this name."""
    await type_into(page, f"record[{name}]", words)


async def fill_in(page: Page) -> None:
    """Type what is needed, in the order of the form."""
    await type_in(page, "title", "Night nurse")
    await type_in(page, "summary", "A small team looks for somebody for the nights.")
    await type_in(page, "occupation_text", "Nurses with higher training")
    await tab_to(page, "[name='record[employmentType][]'][value=PART_TIME]")
    await page.keyboard.press("Space")
    await type_in(page, "contractTerm", "Perm")
    await type_in(page, "jobLocation][name", "Ward 3")
    await type_in(page, "validThrough", "01152027")
    await page.keyboard.press("ArrowRight")  # years may have more digits
    await page.keyboard.type("1159PM")
    await type_in(page, "payTold", "Pay")
    await type_in(page, "languages][0][lang_text", "Dutch")
    await type_in(page, "languages][0][cefr", "B1")
    await type_in(page, "applyUrl", "https://ours.example/apply")
    await type_in(page, "contact][name", "Staff office")
    await type_in(page, "contact][email", "jobs@ours.example")
    await type_in(page, "regions_text", "BE25")
    await type_in(page, "helix", "Bus")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_a_vacancy_is_written_and_published_by_keyboard_alone(
    scripts: bool, new_database: Any, tmp_path: Path
) -> None:
    async with (
        served(await new_database(), tmp_path, jobs=False) as home,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium")
        org = await make_person(home.instance, "org", PersonKind.EMPLOYER, display_name="Ward 3")
        page = await writing(browser, home, org.id, scripts=scripts)
        await fill_in(page)
        await tab_to(page, ".actions button[name=preview]")
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="This is how it will look")).to_be_visible()
        assert await home.instance.read(account_posts, HOUSE, org.id, Part(5)) == []
        await tab_to(page, ".actions button:not([name])")
        async with page.expect_navigation(url="**/@org/*"):
            await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Night nurse", level=1)).to_be_visible()
        [post] = await home.instance.read(account_posts, HOUSE, org.id, Part(5))
        assert post.record["occupation"] == "http://data.europa.eu/esco/isco/C2221"
        assert post.record["languages"] == [{"lang": "nl", "cefr": "B1"}]
        assert post.record["regions"] == ["BE25"]
        await browser.close()


async def test_the_script_says_what_is_wrong_adds_rows_and_keeps_a_draft(
    new_database: Any, tmp_path: Path
) -> None:
    async with (
        served(await new_database(), tmp_path, jobs=False) as home,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium")
        org = await make_person(home.instance, "org", PersonKind.EMPLOYER)
        page = await writing(browser, home, org.id, scripts=True)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        await page.fill("[name='record[title]']", "ab")
        await page.fill("[name='record[summary]']", "We want a native speaker.")
        await page.keyboard.press("Tab")
        await expect(page.locator("#record-title-fault")).to_be_visible()
        await expect(page.locator("#record-summary-tip")).to_contain_text("Better:")
        await page.fill("[name='record[title]']", "A good job")
        await expect(page.locator("#record-title-fault")).to_have_count(0)
        await page.click("button[name=more][value='/languages']")
        second = page.locator("[name='record[languages][1][cefr]']")
        await expect(second).to_be_visible()
        assert await page.input_value("[name='record[title]']") == "A good job"
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await expect(page.locator("input[name=draft]")).to_have_value("", timeout=1_000)
        await page.evaluate(
            "Object.defineProperty(document, 'hidden', {value: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
        await expect(page.locator("#write-said")).to_have_text("Saved as a draft.")
        [draft] = await home.instance.read(drafts_of, org.id)
        assert draft.written.title == "A good job"
        assert faults == []
        await browser.close()
