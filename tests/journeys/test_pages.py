"""Every type of page in a real browser: no accessibility fault that axe finds, nothing too wide.

At 360, 768 and 1280 pixels, in light and dark, from left to right and from right to left.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Browser, async_playwright
from sqlalchemy import create_engine, select

from server.access.model import StaffRole
from server.access.sessions import begin_session
from server.app import build_app
from server.coaching.jobs import follow_up
from server.coaching.model import CheckIn
from server.features import FEATURES
from server.matching.model import MatchState
from server.messages.service import Letter, write_first
from server.people import relations
from server.people.model import PersonKind
from server.people.service import FieldChange, ProfileChange, update_profile
from server.platform.clock import SetClock
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.instance import Instance
from server.platform.storage.base import Base
from server.posts import reactions_to
from server.posts.model import Audience, PostState
from server.posts.service import Change, Draft, close_post, edit_post, publish_post
from server.programmes.model import ProgrammeState
from server.reports.service import fund
from server.settings import InstanceSettings
from tests.server.meetings.scenes import Pair
from tests.server.meetings.scenes import planned as meeting_planned
from tests.server.meetings.scenes import proposed as meeting_proposed
from tests.server.reports.test_funder_answers import paid
from tests.support.desks import MENTOR, TALENT, describe
from tests.support.instances import NOON, settings_for
from tests.support.matches import make_match
from tests.support.people import make_login, make_person
from tests.support.posts import make_poll, make_post
from tests.support.programmes import make_programme, take_part

pytestmark = [pytest.mark.chromium, pytest.mark.slow, pytest.mark.timeout(900)]

SAMPLES = Path(__file__).parents[2] / "schemas" / "samples"
AXE = Path(__file__).parents[1] / "interop" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
KINDS = ("study", "vacancy", "event", "project", "tool")
OPEN = (
    "/", "/board", "/board/vacancy", "/board/tool?text=nothing-like-it", "/@org", "/@org?tab=pictures",
    "/@org/{vacancy}", "/@org/{event}", "/@org/{study}?lang=ar", "/@org/{project}", "/@org/{tool}",
    "/@org/{vacancy}?view=text", "/@org/{vacancy}?view=easy", "/@org/{vacancy}/print",
    "/@org/{vacancy}/report", "/@org/{post}", "/@org/{poll}", "/@org/{edited}/history", "/tags/here", "/search?q=e", "/about",
    "/nothing", "/auth/sign_in", "/board?view=calendar", "/board/event?view=calendar",
    "/board?view=map", "/board/vacancy?region=BE25&language=B1", "/embed/board/vacancy",
    "/accessibility", "/privacy", "/design", "/offline", "/join", "/auth/forgot", "/programmes",
    "/programmes/{programme}",
)  # fmt: skip
SIGNED_IN = (
    "/home", "/notifications", "/new", "/new/post", "/new/post?reply_to={post}", "/new/vacancy",
    "/new/event", "/new/study", "/new/project", "/new/tool", "/posts/{vacancy}/edit",
    "/posts/{post}/edit", "/posts/{post}/delete", "/@org/{vacancy}", "/@fan", "/auth/sign_out",
    "/settings/interest", "/drafts", "/auth/act_as", "/settings", "/saved", "/lists", "/people",
    "/import", "/settings/tables", "/posts/{event}/moved", "/messages", "/messages/new",
)  # fmt: skip
MATCHED = (
    "/matches", "/matches/{asked}", "/matches/{match}", "/matches/{ended}", "/meetings",
    "/meetings/new?with=match-{match}", "/meetings/{meeting}", "/meetings/{planned}",
    "/meetings/{planned}/times", "/messages/{talk}", "/messages/new", "/check-ins/{check_in}",
    "/settings/coaching", "/settings/funder-questions", "/settings/programmes", "/settings/messages",
    "/programmes/{other_programme}/apply",
)  # fmt: skip
"""What a mentor with matches sees."""
STAFF = (
    "/staff/people/{fan}", "/staff/programmes/new", "/staff/programmes/{programme}",
    "/staff/programmes/{programme}/change", "/staff/programmes/{programme}/people",
    "/staff/programmes/people/{part}", "/staff/programmes/{programme}/scoring",
    "/staff/programmes/{programme}/agreement", "/staff/matching/{programme}?talent={waiting}",
    "/staff/matching/{programme}/pair/{waiting}/{mentor}", "/staff/matching/{programme}/matches",
    "/staff/matching/{programme}/bans", "/staff/matching/{programme}/numbers",
    "/staff/matching/{programme}/print", "/staff/cases/{talent}",
    "/staff/cases/{talent}?purpose=coaching", "/staff/numbers?programme={programme}",
    "/staff/numbers/print?programme={programme}", "/staff/numbers/{programme}/funder",
    "/staff/numbers/{programme}/answers/{part}",
)  # fmt: skip
GONE = ("/nothing", "/moved")
"""Addresses whose page says that nothing is there; it is looked at all the same."""
LOOKS = [
    (360, "light", "de"), (360, "dark", "ar"), (1280, "light", "fa"), (1280, "dark", "nl"),
    (768, "light", "fi"),
]  # fmt: skip


def declared(instance: Instance) -> list[str]:
    """Return every page that rooms add to the menus of settings and of the staff."""
    router = build_app(instance).router
    entries = [one for room in instance.features for one in (*room.own_pages, *room.staff_pages)]
    return sorted({str(router[entry.route].url_for()) for entry in entries} | {"/staff"})


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[Instance, str]]:
    """Serve an instance in six languages on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path, address = folder / "pages.sqlite", f"http://127.0.0.1:{port}"
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    settings = settings_for(f"sqlite+aiosqlite:///{path}", folder, base_url=address)
    named = InstanceSettings(
        base_url=address, name="Mesh by the Sea", languages=("en", "nl", "de", "fi", "ar", "fa")
    )
    object.__setattr__(settings, "instance", named)
    instance = Instance(settings, FEATURES, clock=SetClock(NOON))
    async with instance.running(jobs=False):
        runner = web.AppRunner(build_app(instance))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield instance, address
        finally:
            await runner.cleanup()


async def filled(instance: Instance) -> tuple[dict[str, int], str]:
    """Fill the instance; return the ids of posts and the cookie of somebody signed in."""
    import json

    org = await make_person(instance, "org", PersonKind.ORGANISATION, display_name="Town of Sands")
    fan = await make_person(instance, "fan", display_name="فاطمة")
    profile = ProfileChange(summary="We help. #here", fields=[FieldChange("Place", "Sands")])
    await instance.work(update_profile, org.id, profile)
    ids: dict[str, int] = {}
    for kind in KINDS:
        record = json.loads((SAMPLES / kind / "valid-1.json").read_text("utf-8"))
        draft = Draft(author_id=org.id, kind=kind, record=record, audience=Audience.PUBLIC)
        ids[kind] = (await instance.work(publish_post, draft)).id
    await instance.work(close_post, org.id, ids["event"], PostState.FILLED)
    ids["post"] = (await make_post(instance, org.id, "Come #here: https://sands.example/a/b")).id
    ids["poll"] = (await make_poll(instance, org.id, audience=Audience.PUBLIC)).id
    ids["edited"] = (await make_post(instance, org.id, "First", spoiler="Mind")).id
    await instance.work(edit_post, org.id, ids["edited"], Change(text="Second", spoiler="Mind"))
    await make_post(instance, fan.id, "@org مرحبا", in_reply_to_id=ids["post"], language="ar")
    await instance.work(relations.follow, fan.id, org.id)
    await instance.work(reactions_to.like, fan.id, ids["post"])
    ids["fan"] = fan.id
    roles = [StaffRole.ADMIN, StaffRole.COORDINATOR]
    login = await make_login(instance, [org.id], roles=roles)
    return ids, await instance.work(begin_session, login.id, org.id)


async def matched(instance: Instance, ids: dict[str, int]) -> str:
    """Add a programme with matches in three states; return the cookie of their mentor."""
    programme = await make_programme(instance, name="Together at the harbour")
    ids["programme"] = programme.id
    await instance.work(fund, paid(programme.id), by=1)
    other = await make_programme(instance, state=ProgrammeState.CALL, name="Hill", kind="mentoring")
    ids["other_programme"] = other.id
    people = {}
    for name, kind in (
        ("mentor", PersonKind.MENTOR),
        ("talent", PersonKind.TALENT),
        ("asking", PersonKind.TALENT),
        ("former", PersonKind.TALENT),
        ("waiting", PersonKind.TALENT),
    ):
        people[name] = await make_person(
            instance, name, kind, None, "عبد الرحمن" if name == "talent" else ""
        )
        await describe(instance, people[name], MENTOR if name == "mentor" else TALENT)
        wish: dict[str, Any] = {"capacity": 4} if name == "mentor" else {}
        ids[name] = people[name].id
        ids[f"part_{name}"] = await take_part(instance, programme.id, ids[name], **wish)
    ids["part"] = ids["part_talent"]
    for name, talent, state in (
        ("match", "talent", MatchState.ACTIVE),
        ("asked", "asking", MatchState.ACCEPTED_BY_TALENT),
        ("ended", "former", MatchState.CLOSED),
    ):
        ids[name] = await make_match(
            instance, ids[talent], ids["mentor"], state, programme_id=programme.id
        )
    pair = Pair(ids["talent"], ids["mentor"], ids["match"])
    ids["meeting"] = await meeting_proposed(instance, pair)
    ids["planned"] = await meeting_planned(instance, pair)
    ids["talk"] = await instance.work(
        write_first, ids["mentor"], ids["talent"], Letter(text="See you at the harbour. مرحبا")
    )
    clock = instance.clock
    assert isinstance(clock, SetClock)
    clock.move(timedelta(days=8))
    await instance.work(follow_up)
    clock.move(timedelta(days=-8))
    ids["check_in"] = await instance.read(
        lambda r: r.session.scalars(
            select(CheckIn.id).where(CheckIn.person_id == ids["mentor"])
        ).one()
    )
    login = await make_login(instance, [ids["mentor"]], "mentor@ours.example")
    return await instance.work(begin_session, login.id, ids["mentor"])


async def looked_at(
    browser: Browser, address: str, paths: list[str], look: tuple[int, str, str], cookie: str
) -> list[str]:
    """Return what is wrong with pages in one look, in words."""
    width, scheme, language = look
    context = await browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=language,
        reduced_motion="reduce",
        bypass_csp=True,  # for axe itself; the policy has tests of its own
    )
    cookies = {SESSION_COOKIE: cookie} if cookie else {}
    await context.add_cookies([{"name": n, "value": v, "url": address} for n, v in cookies.items()])
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"{look} script: {error}"))
    for path in paths:
        answer = await page.goto(address + path)
        if answer is not None and answer.status >= 400 and not path.endswith(GONE):
            faults.append(f"{look} {path}: {answer.status}")
        for detail in await page.query_selector_all("main details:not([open]) > summary"):
            await detail.evaluate("summary => summary.parentElement.open = true")
        await page.add_script_tag(path=str(AXE))
        found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        faults += [f"{look} {path}: {line}" for line in _violations(found)]
        too_wide = await page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if too_wide > 0:
            faults.append(f"{look} {path}: {too_wide} pixels too wide")
    await context.close()
    return faults


def _violations(found: Any) -> Iterator[str]:
    for violation in found["violations"]:
        nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
        yield f"{violation['id']} ({violation['help']}): {nodes}"


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
async def test_no_page_has_a_fault_that_axe_finds(
    look: tuple[int, str, str], tmp_path: Path
) -> None:
    if not AXE.is_file():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("run tests/interop/install.sh first")
    async with served(tmp_path) as (instance, address), async_playwright() as playwright:
        ids, cookie = await filled(instance)
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            faults: list[str] = []
            pages = [*SIGNED_IN, *declared(instance), *STAFF]
            mentor = await matched(instance, ids)
            for paths, who in ((OPEN, ""), (pages, cookie), (MATCHED, mentor)):
                asked = [path.format(**ids) for path in paths]
                faults += await looked_at(browser, address, asked, look, who)
        finally:
            await browser.close()
    assert not faults, "\n".join(dict.fromkeys(faults))


async def test_a_post_is_written_by_keyboard_alone(tmp_path: Path) -> None:
    async with served(tmp_path) as (instance, address), async_playwright() as playwright:
        _, cookie = await filled(instance)
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        context = await browser.new_context(java_script_enabled=False)
        await context.add_cookies([{"name": SESSION_COOKIE, "value": cookie, "url": address}])
        page = await context.new_page()
        await page.goto(f"{address}/new/post")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")  # the link to the content comes first
        for _ in range(20):
            await page.keyboard.press("Tab")
            await page.keyboard.type("Typed words")
            if await page.input_value("textarea[name=text]"):
                break
        button = page.get_by_role("button", name="Publish")
        await button.focus()
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{address}/@org/*")
        assert "Typed words" in await page.inner_text("main")
        await browser.close()
        await asyncio.sleep(0)
