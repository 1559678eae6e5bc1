"""Calendars and feeds become entries that keep the identity their source gave them."""

import contextlib
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from server.importing.calendars import read_calendar
from server.importing.entries import Collected, Unreadable
from server.importing.feeds import read_feed
from server.importing.model import SourceForm
from server.importing.reading import Asked, form_of, read_source
from server.posts.kinds import Kind
from tests.server.importing.conftest import calendar, event

ZONE = ZoneInfo("Europe/Brussels")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def read(text: str) -> Collected:
    return read_calendar(text.encode(), now=NOW, zone=ZONE, language="nl")


def test_a_coming_event_is_read_with_place_link_and_tags() -> None:
    said = event(
        "a@library", LOCATION="Library", URL="https://library.example/a", CATEGORIES="taal"
    )

    (entry,) = read(calendar(said)).entries

    assert entry.identity == "a@library"
    assert entry.record == {
        "name": "Language café",
        "inLanguage": "nl",
        "startTime": "2026-12-10T18:00:00+00:00",
        "endTime": "2026-12-10T19:00:00+00:00",
        "timezone": "Europe/Brussels",
        "location": {"name": "Library"},
        "mode": "ONSITE",
        "links": [{"url": "https://library.example/a"}],
        "joinMode": "external",
        "applyUrl": "https://library.example/a",
        "tags": ["Taal"],
    }


def test_a_series_becomes_one_entry_for_each_time_and_each_keeps_its_name() -> None:
    weekly = event("w@library", RRULE="FREQ=WEEKLY;COUNT=3")
    moved = event("w@library", day="20261218") + "\nRECURRENCE-ID:20261217T180000Z"

    first = read(calendar(weekly))
    second = read(calendar(weekly, moved))

    assert len(first.entries) == 3
    assert {one.identity for one in first.entries} == {one.identity for one in second.entries}
    assert second.entries[1].record["startTime"].startswith("2026-12-18")


def test_a_single_event_that_moves_keeps_its_name() -> None:
    (before,) = read(calendar(event("a@library"))).entries
    (after,) = read(calendar(event("a@library", day="20261212"))).entries

    assert before.identity == after.identity
    assert before.fingerprint != after.fingerprint


def test_past_events_are_left_out_and_cancelled_ones_marked() -> None:
    found = read(
        calendar(event("old@library", day="20261101"), event("off@library", STATUS="CANCELLED"))
    )

    assert [(one.identity, one.is_cancelled) for one in found.entries] == [("off@library", True)]


def test_a_whole_day_ends_on_that_day() -> None:
    (entry,) = read(
        calendar("UID:d\nSUMMARY:Open day\nDTSTART;VALUE=DATE:20261210\nDTEND;VALUE=DATE:20261211")
    ).entries

    assert entry.record["endTime"] == "2026-12-10T23:59:59+01:00"


def test_guests_and_organisers_are_never_read() -> None:
    said = event("a@library") + "\nATTENDEE;CN=Somebody Private:mailto:private@person.example"

    assert "private" not in str(read(calendar(said)).entries).lower()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x\r\nSUMMARY:y\r\nDTSTART:never\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    ],
)
def test_what_is_no_calendar_is_refused_or_empty(text: str) -> None:
    with contextlib.suppress(Unreadable):
        assert read(text).entries == ()


RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Jobs</title>
<link>https://work.example</link><description>All jobs</description><language>nl-be</language>
<item><title>Cook &amp; cleaner</title><link>https://work.example/1</link><guid>g-1</guid>
<description>&lt;p&gt;You cook.&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</description></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fi"><title>Työt</title><id>f</id>
<updated>2026-11-01T00:00:00Z</updated><entry><title>Kokki</title><id>a-1</id>
<updated>2026-11-01T00:00:00Z</updated><link href="https://work.example/fi/1"/>
<summary>Keität.</summary></entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Jobs",
        "language": "fr",
        "items": [{"id": "j-1", "title": "Cuisinier", "url": "https://work.example/fr/1",
                   "content_html": "<p>Vous cuisinez.</p>"}, 7, {"title": "without an id"}],
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "identity", "title", "language"),
    [
        (RSS, "g-1", "Cook & cleaner", "nl"),
        (ATOM, "a-1", "Kokki", "fi"),
        (JSON_FEED, "j-1", "Cuisinier", "fr"),
    ],
)
def test_feeds_of_three_forms_are_read(body: str, identity: str, title: str, language: str) -> None:
    asked = Asked(kind=Kind.VACANCY, language="en", zone=ZONE, now=NOW)
    form = form_of(body.encode())

    assert form is SourceForm.FEED
    (entry,) = read_source(body.encode(), form, asked).entries

    assert (entry.identity, entry.record["title"]) == (identity, title)
    assert entry.record["inLanguage"] == language
    assert entry.record["applyUrl"].startswith("https://work.example/")
    assert "<" not in entry.record["summary"]
    assert "alert" not in entry.record["summary"]


@pytest.mark.parametrize("body", [b"", b"{}", b"[1", b"<html>", b"<rss", b'{"version": 4}'])
def test_what_is_no_feed_is_refused_or_empty(body: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert read_feed(body, Kind.TOOL, language="en").entries == ()
    assert form_of(b"<html><body>") is None
