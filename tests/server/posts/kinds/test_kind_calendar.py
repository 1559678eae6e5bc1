"""Records become calendar entries that an independent reader takes, one for each offer."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest

import schemas
from server.posts.kinds import Kind
from server.posts.kinds.calendar import Entry, calendar_of, entry_of
from server.posts.kinds.language import voice_of

SAMPLES = Path(schemas.__file__).parent / "samples"
URL = "https://ours.example/@org/1"
PUBLISHED = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def sample(kind: str) -> dict[str, object]:
    return json.loads((SAMPLES / kind / "valid-1.json").read_text(encoding="utf-8"))


def read(kind: str, changed: datetime | None = None, language: str = "en", **said: object):
    record = {**sample(kind), **said}
    entry = Entry(kind=Kind(kind), record=record, url=URL, published=PUBLISHED, changed=changed)
    made = entry_of(entry, voice_of(language))
    assert made is not None
    file = icalendar.Calendar.from_ical(calendar_of([made], name="Events", url=URL))
    return file.walk("VEVENT")[0]


def test_an_event_stands_at_its_time_and_keeps_its_identifier() -> None:
    found = read(
        "event",
        startTime="2027-01-14T13:00:00+01:00",
        endTime="2027-01-14T17:00:00+01:00",
        identifier="urn:uuid:7d5f8a8e-3f0b-4a53-9a43-52b6f2b1c0aa",
    )
    assert found.decoded("dtstart") == datetime(2027, 1, 14, 12, 0, tzinfo=UTC)
    assert found.decoded("dtend") == datetime(2027, 1, 14, 16, 0, tzinfo=UTC)
    assert found["uid"] == "urn:uuid:7d5f8a8e-3f0b-4a53-9a43-52b6f2b1c0aa"
    assert found["url"] == URL
    assert found["status"] == "CONFIRMED"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"eventStatus": "EventCancelled"}, "CANCELLED"),
        ({"eventStatus": "EventPostponed"}, "TENTATIVE"),
        ({"state": "WITHDRAWN"}, "CANCELLED"),
    ],
)
def test_a_cancelled_event_says_so(said: dict[str, str], status: str) -> None:
    assert read("event", **said)["status"] == status


def test_a_changed_event_replaces_the_one_a_calendar_has() -> None:
    first = read("event")
    later = read("event", changed=PUBLISHED + timedelta(days=1))
    assert later["sequence"] > first["sequence"]
    assert later["uid"] == first["uid"]


def test_a_vacancy_stands_on_its_last_day() -> None:
    found = read("vacancy", validThrough="2026-12-31T23:59:59+01:00", title="Baker")
    assert found.decoded("dtstart") == date(2026, 12, 31)
    assert found.decoded("dtend") == date(2027, 1, 1)
    assert found["summary"].endswith(": Baker")
    assert found["transp"] == "TRANSPARENT"


def test_the_words_are_those_of_the_reader_where_the_record_has_them() -> None:
    said = {"translations": {"nl": {"title": "Banenmarkt", "summary": "Kom."}}}
    assert read("event", language="nl", **said)["summary"] == "Banenmarkt"


def test_an_offer_without_an_end_has_no_entry() -> None:
    record = sample("tool")
    record.pop("expiresAt", None)
    entry = Entry(kind=Kind.TOOL, record=record, url=URL, published=PUBLISHED)
    assert entry_of(entry, voice_of("en")) is None


def test_no_text_of_a_record_can_add_lines_to_the_file() -> None:
    found = read("event", name="Fair\r\nATTENDEE:mailto:x@evil.example;\\n", summary="a\nb")
    assert "attendee" not in found
