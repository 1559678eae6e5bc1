"""From a coordinator's proposal to a closed match, as the three of them go through it.

The coordinator works without scripts; the talent reads Arabic on a small phone; the mentor has a
Mastodon client, where the instance itself writes when there is something to answer. They meet in
the week after the clocks went forward. At the end the report says what the test has counted.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from playwright.async_api import Page, expect

from server.coaching.jobs import follow_up
from server.matching.model import MatchState
from server.matching.queries import matches_in
from tests.journeys.matched_pair import BEGIN, WAITED, Trio, a_trio

pytestmark = [pytest.mark.chromium, pytest.mark.slow, pytest.mark.timeout(120)]

BEFORE, AFTER = "2027-03-27T14:00", "2027-03-29T14:00"
"""The same hour on the wall of Brussels, before and after the change."""


async def press(page: Page, selector: str) -> None:
    """Press the first such button or link, and wait for the page that it leads to."""
    async with page.expect_navigation():
        await page.locator(f"main {selector}").first.click()


async def phone_shows(page: Page) -> str:
    """Return what the talent reads; it is Arabic, from right to left, and fits the screen."""
    assert await page.locator("html").get_attribute("lang") == "ar"
    assert await page.locator("html").get_attribute("dir") == "rtl"
    root = "document.documentElement"
    assert await page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"), page.url
    return await page.inner_text("main")


async def the_match(trio: Trio) -> Any:
    (row,) = await trio.instance.read(matches_in, trio.programme_id)
    return row


async def letters(trio: Trio) -> dict[str, BeautifulSoup]:
    """Return the latest message of everybody who wrote to the mentor, by its author."""
    found = [one["last_status"] for one in reversed(await trio.api("/api/v1/conversations"))]
    return {one["account"]["acct"]: BeautifulSoup(one["content"], "lxml") for one in found}


async def link_in_client(trio: Trio, path: str) -> str:
    """Return the link of this kind that the instance wrote to the mentor; it names nobody."""
    house = [said for author, said in (await letters(trio)).items() if author != "tala"]
    assert len(house) == 1
    (link,) = [str(one["href"]) for one in house[0].select("a[href*='://']")]
    assert re.fullmatch(rf"{trio.base}/{path}/[0-9]+", link), house[0].get_text()
    assert "tala" not in str(house[0]).lower()
    return link


async def proposed(trio: Trio) -> None:
    """The coordinator chooses the talent, opens the card of the first candidate, and proposes."""
    page = trio.coordinator
    await trio.open(page, "/staff/matching")
    await press(page, f"a[href$='/staff/matching/{trio.programme_id}']")
    await press(page, f"a[href*='talent={trio.tala.id}']")
    await press(page, f"a[href*='/pair/{trio.tala.id}/{trio.mia.id}']")
    await press(page, "form[action$='/propose'] button")
    await expect(page.locator(".banner--good")).to_contain_text("The talent is asked first")
    await trio.settle()
    assert await letters(trio) == {}  # the mentor's turn has not come


async def both_say_yes(trio: Trio) -> None:
    page, match_id = trio.talent, (await the_match(trio)).id
    await trio.open(page, "/matches")
    await press(page, f"a[href='/matches/{match_id}']")
    assert "Mia" not in await phone_shows(page)
    await press(page, "button[value=yes]")
    await phone_shows(page)
    await press(page, "form:has([name=sure]) button")
    assert "Mia" not in await phone_shows(page)
    assert (await the_match(trio)).state is MatchState.ACCEPTED_BY_TALENT

    await trio.settle(hours=2)
    page = trio.mentor
    await trio.open(page, await link_in_client(trio, "matches"))
    assert "Tala" not in await page.inner_text("main")
    await press(page, "button[value=yes]")
    await press(page, "form:has([name=sure]) button")
    assert "Tala" in await page.inner_text("main")
    await press(page, "form[action$='/agree'] button")

    page = trio.talent
    await trio.open(page, f"/matches/{match_id}")
    assert "Mia" in await phone_shows(page)
    await press(page, "form[action$='/agree'] button")
    await phone_shows(page)
    row = await the_match(trio)
    assert row.state is MatchState.BOTH_CONSENTED
    assert None not in {row.talent_agreed_at, row.other_agreed_at}


async def planned(trio: Trio) -> str:
    """They agree on a day before the change, then move it to the same hour after it."""
    page = trio.talent
    await press(page, "a[href^='/meetings/new']")
    await phone_shows(page)
    await page.check("input[name=mode][value=coffee]")
    await page.fill("[name=place]", "مقهى المرفأ")
    await page.fill("#times-1", BEFORE)
    await page.fill("[name=zone]", "Europe/Brussels")
    await press(
        page, "form:has([name=zone]) button[type=submit], form:has([name=zone]) .actions button"
    )
    await page.wait_for_url(re.compile(r"/meetings/\d+$"))
    path = "/meetings/" + page.url.rsplit("/", 1)[1]
    assert await trio.invitations() == []  # nothing is agreed yet

    await trio.open(trio.mentor, path)
    await trio.mentor.check(f"input[name=time][value='{BEFORE}']")
    await press(trio.mentor, f"form[action='{path}/choose'] button")
    first = await trio.invitations()
    valid(trio, first, "REQUEST", datetime(2027, 3, 27, 13, tzinfo=UTC))

    await press(trio.mentor, f"a[href='{path}/times']")
    await trio.mentor.fill("#times-1", AFTER)
    await press(trio.mentor, "form:has([name=zone]) .actions button")
    called_off = await trio.invitations()
    assert {method for _, method, _ in called_off} == {"CANCEL"}

    await trio.open(page, path)
    await phone_shows(page)
    await page.check(f"input[name=time][value='{AFTER}']")
    await press(page, f"form[action='{path}/choose'] button")
    second = await trio.invitations()
    valid(trio, second, "REQUEST", datetime(2027, 3, 29, 12, tzinfo=UTC))
    ladder = [{int(one[2]["SEQUENCE"]) for one in sent} for sent in (first, called_off, second)]
    assert ladder == [{1}, {2}, {3}]
    assert len({str(one[2]["UID"]) for one in (*first, *called_off, *second)}) == 1
    return path


def valid(trio: Trio, sent: list[tuple[str, str, Any]], method: str, starts: datetime) -> None:
    """Check the files of both: the moment is right, and neither says with whom or where."""
    wanted = {f"p{one.id}@ours.example" for one in (trio.tala, trio.mia)}
    assert {to for to, _, _ in sent} == wanted
    for to, said, entry in sent:
        assert said == method
        assert entry["DTSTART"].dt.astimezone(UTC) == starts
        assert entry["DTEND"].dt.astimezone(UTC) == starts + timedelta(hours=1)
        assert str(entry["DTSTART"].params["TZID"]) == "Europe/Brussels"
        assert to in str(entry["ATTENDEE"])
        text = entry.to_ical().decode().replace("\r\n ", "").lower()
        assert not any(word in text for word in ("tala", "mia", "المرفأ"))


async def written(trio: Trio) -> None:
    said = {"status": "@tala See you at the harbour", "visibility": "direct"}
    await trio.api("/api/v1/statuses", said)
    await trio.settle(minutes=5)
    page = trio.talent
    await trio.open(page, "/messages")
    await press(page, "a[href^='/messages/']:not([href$='/new'])")
    assert "See you at the harbour" in await phone_shows(page)
    await page.fill("[name=text]", "نعم، بكل سرور")
    await press(page, "form#write .actions button")
    assert "بكل سرور" in await phone_shows(page)
    await trio.settle()
    assert "بكل سرور" in (await letters(trio))["tala"].get_text()


async def met(trio: Trio, path: str) -> None:
    """After the meeting one of them says that it took place; the work begins."""
    trio.clock.at = datetime(2027, 3, 29, 14, 0, tzinfo=UTC)
    page = trio.talent
    await trio.open(page, path)
    await page.fill("form[action$='/conclude'] [name=note]", "كان لطيفا")
    await press(page, "button[name=act][value=hold]")
    await phone_shows(page)
    assert (await the_match(trio)).state is MatchState.ACTIVE
    await trio.settle()


async def checked_in(trio: Trio) -> None:
    """A week later both are asked, each by their own way, and answer with three taps."""
    trio.clock.move(timedelta(days=8))
    await trio.instance.work(follow_up)
    await trio.settle()
    page = trio.talent
    await trio.open(page, "/notifications")
    await phone_shows(page)
    await press(page, "a[href*='/check-ins/']")
    await three_taps(page, "yes")
    await phone_shows(page)
    await trio.open(trio.mentor, await link_in_client(trio, "check-ins"))
    await three_taps(trio.mentor, "a_little")


async def three_taps(page: Page, useful: str) -> None:
    for name, value in (("met", "true"), ("useful", useful), ("wants_help", "false")):
        await page.check(f"input[name={name}][value={value}]")
    await press(page, "form[action*='/check-ins/'] button")
    await expect(page.locator(".banner--good")).to_be_visible()


async def rested_and_ended(trio: Trio) -> None:
    path = f"/matches/{(await the_match(trio)).id}"
    await trio.open(trio.mentor, path)
    await trio.mentor.locator("main summary").last.click()
    await press(trio.mentor, "form[action$='/pause'] button")
    assert (await the_match(trio)).state is MatchState.PAUSED
    await trio.settle(days=1)
    page = trio.talent
    await trio.open(page, path)
    await press(page, "form[action$='/resume'] button")
    assert (await the_match(trio)).state is MatchState.ACTIVE
    await page.locator("main summary").last.click()
    await press(page, "form[action$='/end'] button")
    await phone_shows(page)
    await press(page, "form:has([name=sure]) button")
    await phone_shows(page)
    assert (await the_match(trio)).state is MatchState.CLOSING


async def closed(trio: Trio) -> None:
    page = trio.coordinator
    await trio.open(page, f"/staff/matching/{trio.programme_id}/matches")
    await page.locator("main summary").last.click()
    await page.select_option("[name=outcome]", "internship")
    await press(page, "form[action$='/close'] button")
    row = await the_match(trio)
    assert (row.state, row.outcome) == (MatchState.CLOSED, "internship")


async def numbers(page: Page, key: str) -> dict[str, str]:
    """Return a table of the report that is open, without its noughts."""
    found = {}
    for row in await page.locator(f"section[aria-labelledby=t-{key}] tbody tr").all():
        name = (await row.locator("th").text_content() or "").strip()
        found[name] = (await row.locator("td").first.text_content() or "").strip()
    return {name: value for name, value in found.items() if value != "0"}


async def test_two_people_are_proposed_agree_meet_write_and_part(
    database_url: str, tmp_path: Path
) -> None:
    async with a_trio(database_url, tmp_path) as trio:
        await proposed(trio)
        await both_say_yes(trio)
        meeting = await planned(trio)
        await written(trio)
        await met(trio, meeting)
        await checked_in(trio)
        await rested_and_ended(trio)
        await closed(trio)

        page = trio.coordinator
        query = f"programme={trio.programme_id}&since=2027-01-01"
        await trio.open(page, f"/staff/numbers?{query}")
        assert await numbers(page, "funnel") == dict.fromkeys(
            ("Applied", "Accepted", "Proposed", "Both said yes", "Met once"), "1"
        )
        assert await numbers(page, "outcomes") == {"Internship": "1", "Together": "1"}
        assert await numbers(page, "register") == dict.fromkeys(
            ("Started", "Finished", "With a positive outcome", "Internship"), "1"
        )
        assert await numbers(page, "success") == {"Per cent": "100"}
        assert await numbers(page, "meetings") == {"Coffee": "1", "Together": "1"}
        # They agreed on the day that the journey began.
        row = await the_match(trio)
        assert row.started_at.date() >= BEGIN.date()
        assert await numbers(page, "waiting") == {"People": "1", "Median in days": str(WAITED)}
        assert await numbers(page, "refusals") == {}
        await trio.open(trio.talent, f"/matches/{row.id}")
        await phone_shows(trio.talent)
