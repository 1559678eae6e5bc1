"""Passkeys in a real browser, with the virtual authenticator of its developer tools (CDP)."""

import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Page, async_playwright

from server.app import build_app
from server.platform.instance import Instance
from tests.support.instances import running_instance
from tests.support.people import PASSWORD, make_login, make_person

pytestmark = [pytest.mark.chromium, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
async def address(database_url: str, tmp_path: Any) -> AsyncIterator[tuple[Instance, str]]:
    """Serve an instance by a name, because a passkey belongs to a name and never to a number."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base_url = f"http://localhost:{port}"
    async with running_instance(database_url, tmp_path, base_url=base_url) as instance:
        runner = web.AppRunner(build_app(instance))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield instance, base_url
        finally:
            await runner.cleanup()


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        context = await chromium.new_context(locale="en")
        yield await context.new_page()
        await chromium.close()


async def give_authenticator(page: Page, *, is_verified: bool = True) -> tuple[Any, str]:
    """Give the browser a device that holds passkeys; return how to talk to it."""
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("WebAuthn.enable")
    made = await cdp.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": is_verified,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return cdp, made["authenticatorId"]


async def test_somebody_makes_a_passkey_and_signs_in_with_it_alone(address, page):
    instance, base = address
    ann = await make_person(instance, "ann", display_name="Ann")
    login = await make_login(instance, [ann.id])
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    cdp, authenticator = await give_authenticator(page)

    await page.goto(f"{base}/auth/sign_in?next=/settings/sign_in")
    await page.get_by_label("E-mail address or sign-in name").fill("ann@ours.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.get_by_label("Name of this device").fill("My phone")
    await page.get_by_role("button", name="Add a passkey on this device").click()
    await page.get_by_text("Your passkey is ready.").wait_for()
    assert await page.get_by_text("My phone", exact=True).is_visible()
    held = await cdp.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
    (credential,) = held["credentials"]
    assert credential["isResidentCredential"]
    assert credential["rpId"] == "localhost"

    await page.context.clear_cookies()
    await page.goto(f"{base}/auth/sign_in?next=/settings/sessions")
    await page.get_by_label("Other people use this device too").check()
    await page.get_by_role("button", name="Use a passkey").click()
    await page.get_by_role("heading", name="Where you are signed in").wait_for()
    assert await page.get_by_text("shared device").is_visible()
    cookie = next(c for c in await page.context.cookies() if c["name"] == "meshwork_session")
    assert cookie["expires"] == -1
    assert login.id
    assert told == []


async def test_a_deleted_passkey_is_refused_in_words(address, page):
    instance, base = address
    login = await make_login(instance)
    await give_authenticator(page)
    await page.goto(f"{base}/auth/sign_in?next=/settings/sign_in")
    await page.get_by_label("E-mail address or sign-in name").fill("ann@ours.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.get_by_role("button", name="Add a passkey on this device").click()
    await page.get_by_text("Your passkey is ready.").wait_for()
    await page.get_by_role("button", name="Delete the passkey").click()
    await page.get_by_text("The passkey is deleted.").wait_for()

    await page.context.clear_cookies()
    await page.goto(f"{base}/auth/sign_in")
    failed = page.get_by_text("The passkey did not work.")
    assert not await failed.is_visible()
    await page.get_by_role("button", name="Use a passkey").click()
    await failed.wait_for()
    assert page.url == f"{base}/auth/sign_in"
    assert login.id


async def test_a_browser_that_cannot_says_so(address, page):
    _, base = address
    await page.add_init_script("delete window.PublicKeyCredential")
    await page.goto(f"{base}/auth/sign_in")
    assert await page.get_by_text("This browser cannot use passkeys.").is_visible()
    assert not await page.get_by_role("button", name="Use a passkey").is_visible()


async def test_without_a_script_the_page_says_so(address, page):
    _, base = address
    context = await page.context.browser.new_context(java_script_enabled=False)
    quiet = await context.new_page()
    await quiet.goto(f"{base}/auth/sign_in")
    assert await quiet.get_by_text("Passkeys need JavaScript").is_visible()
    assert not await quiet.get_by_role("button", name="Use a passkey").is_visible()
    await context.close()
