"""Somebody who has no mouse: moves through a page with the Tab key alone."""

import pytest
from playwright.async_api import Page

_MOST_TABS = 250


async def tab_to(page: Page, selector: str) -> None:
    """Move the focus on until it is there; fail when it never comes."""
    for _ in range(_MOST_TABS):
        await page.keyboard.press("Tab")
        if await page.locator(f"{selector}:focus").count():
            return
    pytest.fail(f"the focus never reaches {selector} on {page.url}")


async def press_on(page: Page, selector: str, key: str = "Enter") -> None:
    """Reach a control and press a key on it; after Enter, wait for the page it leads to."""
    await tab_to(page, selector)
    if key != "Enter":
        await page.keyboard.press(key)
        return
    async with page.expect_navigation():
        await page.keyboard.press(key)


async def type_into(page: Page, name: str, words: str) -> None:
    """Reach the next field with this name and type."""
    await tab_to(page, f"[name='{name}']")
    await page.keyboard.type(words)
