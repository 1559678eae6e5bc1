"""The picker in a real browser: with scripts by keyboard and touch, without them by its button."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.support.trying import served_page

pytestmark = [pytest.mark.chromium, pytest.mark.slow, pytest.mark.timeout(300)]

AXE = Path(__file__).parents[2] / "interop" / "axe" / "node_modules" / "axe-core" / "axe.min.js"


@asynccontextmanager
async def opened(folder: Path, **wishes: Any) -> AsyncIterator[tuple[Page, str]]:
    """Open a browser on the page of pickers; a fault of a script fails the test."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with served_page(folder, port) as address, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        wishes.setdefault("viewport", {"width": 360, "height": 800})
        context = await browser.new_context(reduced_motion="reduce", **wishes)
        page = await context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        try:
            yield page, address
            assert not [one for one in faults if "422" not in one]
        finally:
            await browser.close()


async def test_choosing_by_keyboard_alone(tmp_path: Path) -> None:
    async with opened(tmp_path, locale="nl") as (page, address):
        await page.goto(address)
        box = page.get_by_role("combobox", name="Occupations")
        await box.focus()
        await page.keyboard.type("leidingg")
        await expect(page.get_by_role("listbox", name="Occupations")).to_be_visible()
        await expect(box).to_have_attribute("aria-expanded", "true")
        await page.keyboard.press("ArrowDown")
        active = await box.get_attribute("aria-activedescendant")
        option = page.locator(f"#{active}")
        await expect(option).to_have_attribute("aria-selected", "true")
        await expect(option).to_contain_text("Leidinggevenden")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Weghalen: Leidinggevenden")).to_be_visible()
        await expect(page.get_by_role("status").first).to_have_text("Gekozen: Leidinggevenden")
        await expect(box).to_have_value("")
        await expect(box).to_be_focused()
        region = page.get_by_role("combobox", name="Region")
        await region.focus()
        await page.keyboard.type("Oostend")
        await expect(page.get_by_role("option")).to_have_count(1)
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("Enter")
        await page.keyboard.type("turku")
        await expect(page.get_by_role("option")).to_have_count(1)
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")  # replaces Ostend: there is one region
        await page.get_by_role("button", name="Publish").press("Enter")
        await expect(page.locator("#result")).to_have_text("1 in FI1C1")


async def test_choosing_by_touch_and_taking_back(tmp_path: Path) -> None:
    async with opened(tmp_path, locale="en", has_touch=True, is_mobile=True) as (page, address):
        await page.goto(f"{address}?job=2")
        box = page.get_by_role("combobox", name="Occupations")
        await box.tap()
        await page.get_by_role("option", name="Managers", exact=True).tap()
        await expect(page.locator(".picker__chip").first).to_contain_text("Professionals")
        await page.get_by_role("button", name="Remove: Professionals").tap()
        await expect(page.get_by_role("button", name="Remove: Managers")).to_be_focused()
        await page.get_by_role("button", name="Publish").tap()
        await expect(page.locator("#result")).to_have_text("1 in None")


async def test_escape_closes_then_clears_and_enter_does_not_send(tmp_path: Path) -> None:
    async with opened(tmp_path, locale="en") as (page, address):
        await page.goto(address)
        box = page.get_by_role("combobox", name="Region")
        await box.focus()
        await page.keyboard.type("Fin")
        await expect(page.get_by_role("option").first).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("listbox")).to_have_count(0)
        await expect(box).to_have_value("Fin")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("option").first).to_be_visible()
        await page.keyboard.press("Escape")
        await page.keyboard.press("Escape")
        await expect(box).to_have_value("")
        assert page.url == address
        await page.keyboard.type("qqqq")
        await expect(page.get_by_role("status").nth(1)).to_contain_text("Nothing found")


async def test_words_left_in_the_box_are_understood_by_the_server(tmp_path: Path) -> None:
    async with opened(tmp_path, locale="en") as (page, address):
        await page.goto(f"{address}?job=2")
        await page.get_by_role("combobox", name="Region").fill("brabant")
        await page.keyboard.press("Tab")
        await page.get_by_role("button", name="Publish").click()
        await expect(page.locator(".field__fault")).to_contain_text("Choose what you mean")
        await page.get_by_role("option").first.click()
        await page.get_by_role("button", name="Publish").click()
        await expect(page.locator("#result")).to_contain_text("2 in ")


async def test_without_scripts_the_button_does_it(tmp_path: Path) -> None:
    async with opened(tmp_path, locale="nl", java_script_enabled=False) as (page, address):
        await page.goto(f"{address}?job=2")
        await page.get_by_label("Region").fill("brabant")
        await page.locator("[name=region_search]").click()
        await page.get_by_role("radio", name="Vlaams-Brabant (provincie)").check()
        await page.get_by_role("checkbox", name="Specialisten").uncheck()
        await page.locator('[name="record[occupations_text]"]').fill("eenvoudige")
        await page.get_by_role("button", name="Publish").click()
        await expect(page.locator("#result")).to_have_text("9 in BE24")


@pytest.mark.parametrize(
    ("language", "scheme", "width", "scripts"),
    [("ar", "light", 360, True), ("nl", "dark", 360, True), ("fi", "light", 1280, False)],
)
async def test_nothing_is_wrong_that_axe_finds(
    tmp_path: Path, language: str, scheme: Any, width: int, scripts: bool
) -> None:
    if not AXE.is_file():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("run tests/interop/install.sh first")
    wishes = {"locale": language, "color_scheme": scheme, "bypass_csp": True,
              "viewport": {"width": width, "height": 900}}  # fmt: skip
    async with opened(tmp_path, **wishes) as (page, address):
        if not scripts:
            await page.route(
                "**/picker.js*",
                lambda route: route.fulfill(body="", content_type="text/javascript"),
            )
        await page.goto(f"{address}?job=2&job=6&place=BE255")
        if scripts:
            await page.locator("#region").fill("FI1C")
            await page.locator("#region").press("ArrowDown")
            await expect(page.get_by_role("option").first).to_be_visible()
        else:
            await page.locator("#region").fill("brabant")
            await page.locator("[name=region_search]").click()
        await page.add_script_tag(path=str(AXE))
        found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert not [(one["id"], [n["html"] for n in one["nodes"]]) for one in found["violations"]]
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0
        folder = os.environ.get("PICTURES")
        if folder:
            await page.screenshot(path=f"{folder}/picker-{language}-{width}.png", full_page=True)
