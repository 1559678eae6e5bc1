"""Invitations and feeds, read by libraries that know nothing of ours."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events

from server.access.service import withdraw_person
from server.meetings import feeds, service
from server.meetings.calendar import PUBLISH, Occasion, Organizer, calendar_of, entry_of
from server.meetings.jobs import remind
from server.meetings.model import MeetingState, Mode, PersonCalendar
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import load_languages
from server.platform.instance import Instance
from tests.server.meetings.scenes import (
    BRUSSELS,
    HELSINKI,
    VIDEO,
    Pair,
    make_pair,
    notices,
    pass_time,
    planned,
    set_time,
    wish,
)
from tests.support.page_reader import PageReader
from tests.support.people import make_login

Mails = Callable[[], Awaitable[list[EmailMessage]]]


async def make_logins(instance: Instance, pair: Pair) -> tuple[int, int]:
    one = await make_login(instance, [pair.talent], "tala@ours.example")
    two = await make_login(instance, [pair.mentor], "mona@ours.example")
    return one.id, two.id


def calendar_in(mail: EmailMessage) -> tuple[str, icalendar.Calendar, icalendar.Component]:
    """Return the method of the header and what the calendar part holds."""
    part = next(one for one in mail.walk() if one.get_content_type() == "text/calendar")
    made = icalendar.Calendar.from_ical(part.get_content())
    attached = next(one for one in mail.iter_attachments())
    assert attached.get_filename() == "meeting.ics"
    assert icalendar.Calendar.from_ical(attached.get_content()).to_ical() == made.to_ical()
    (event,) = made.walk("VEVENT")
    return str(part.get_param("method")), made, event


async def test_both_get_an_invitation_that_names_nobody_else(
    instance: Instance, mails: Mails
) -> None:
    set_time(instance, 2027, 3, 20, 12)
    pair = await make_pair(instance)
    await make_logins(instance, pair)
    secret = wish("2027-03-28T14:00", mode=Mode.COFFEE, place="Café Sands")
    meeting = await planned(instance, pair, secret)
    sent = await mails()
    # The question was overtaken by the answer, so there are the two invitations alone.
    found = {str(one["To"]): calendar_in(one) for one in sent}
    assert len(sent) == 2
    assert set(found) == {"tala@ours.example", "mona@ours.example"}
    for address, (method, made, event) in found.items():
        assert method == made["METHOD"] == "REQUEST"
        assert event["ATTENDEE"] == f"mailto:{address}"
        assert event["ORGANIZER"] == "mailto:noreply@ours.example"
        assert event["SEQUENCE"] == 1
        assert event["STATUS"] == "CONFIRMED"
        assert event["DTSTART"].params["TZID"] == BRUSSELS
        assert event.decoded("DTSTART") == datetime(2027, 3, 28, 12, tzinfo=UTC)
        assert event.decoded("DTEND") == datetime(2027, 3, 28, 13, tzinfo=UTC)
        assert [zone["TZID"] for zone in made.walk("VTIMEZONE")] == [BRUSSELS]
        assert event["URL"] == f"https://ours.example/meetings/{meeting}"
    for one in sent:
        parts = [part for part in one.walk() if not part.is_multipart()]
        text = one.as_string() + "".join(str(part.get_content()) for part in parts)
        assert "Sands" not in text
        other = "Mona" if "tala" in str(one["To"]) else "Tala"
        assert other not in text
    assert found["tala@ours.example"][2]["UID"] == found["mona@ours.example"][2]["UID"]


async def test_moving_and_calling_off_keep_the_uid_and_count_up(
    instance: Instance, mails: Mails
) -> None:
    pair = await make_pair(instance)
    await make_logins(instance, pair)
    meeting = await planned(instance, pair, wish("2026-11-25T14:00"))
    _, _, first = calendar_in((await mails())[-1])
    await instance.work(
        service.name_times, pair.one, meeting, wish("2026-11-28T15:00", zone=HELSINKI), VIDEO
    )
    moved = [calendar_in(one) for one in await mails()]
    assert [(method, event["STATUS"]) for method, _, event in moved] == [
        ("CANCEL", "CANCELLED")
    ] * 2
    assert moved[0][2].decoded("DTSTART") == first.decoded("DTSTART")
    await instance.work(service.choose, pair.two, meeting, "2026-11-28T15:00")
    again = [calendar_in(one) for one in await mails()]
    assert {method for method, _, _ in again} == {"REQUEST"}
    assert again[0][2].decoded("DTSTART") == datetime(2026, 11, 28, 13, tzinfo=UTC)
    await instance.work(service.cancel, pair.two, meeting)
    ended = [calendar_in(one) for one in await mails()]
    assert {method for method, _, _ in ended} == {"CANCEL"}
    events = [first, moved[0][2], again[0][2], ended[0][2]]
    assert len({str(one["UID"]) for one in events}) == 1
    assert [one["SEQUENCE"] for one in events] == [1, 2, 3, 4]


async def test_a_mail_that_was_overtaken_is_not_sent(instance: Instance, mails: Mails) -> None:
    pair = await make_pair(instance)
    await make_logins(instance, pair)
    meeting = await planned(instance, pair)
    await instance.work(service.cancel, pair.one, meeting)
    assert [calendar_in(one)[0] for one in await mails()] == ["CANCEL", "CANCEL"]


async def test_a_proposal_that_is_called_off_sends_no_calendar(
    instance: Instance, mails: Mails
) -> None:
    pair = await make_pair(instance)
    await make_logins(instance, pair)
    made = await instance.work(service.propose, pair.one, pair.key, wish(), VIDEO)
    (asked,) = await mails()
    assert asked["To"] == "mona@ours.example"
    assert list(asked.iter_attachments()) == []
    assert f"/meetings/{made}" in asked.as_string()
    await instance.work(service.cancel, pair.one, made)
    (told,) = await mails()
    assert list(told.iter_attachments()) == []


@pytest.mark.parametrize(
    ("local", "zone", "moment"),
    [
        ("2027-03-28T14:00", BRUSSELS, datetime(2027, 3, 28, 12, tzinfo=UTC)),
        ("2027-03-28T01:30", BRUSSELS, datetime(2027, 3, 28, 0, 30, tzinfo=UTC)),
        ("2026-10-25T14:00", BRUSSELS, datetime(2026, 10, 25, 13, tzinfo=UTC)),
        ("2026-10-25T01:30", BRUSSELS, datetime(2026, 10, 24, 23, 30, tzinfo=UTC)),
        ("2027-03-28T14:00", HELSINKI, datetime(2027, 3, 28, 11, tzinfo=UTC)),
        ("2026-10-25T14:00", HELSINKI, datetime(2026, 10, 25, 12, tzinfo=UTC)),
    ],
)
def test_another_reader_finds_the_entry_at_its_moment(
    local: str, zone: str, moment: datetime
) -> None:
    occasion = Occasion(
        uid="x@ours.example",
        sequence=1,
        state=MeetingState.CONFIRMED,
        mode=Mode.WALK,
        starts_local=local,
        zone=zone,
        minutes=120,
        url="https://ours.example/meetings/1",
        created=moment,
        changed=moment,
    )
    translator = load_languages([], ("en",)).translator("en")
    entry = entry_of(occasion, Organizer("noreply@ours.example", "Ours"), translator)
    text = calendar_of([entry], method=PUBLISH)
    calendar = icalendar.Calendar.from_ical(text)
    day = moment.astimezone(ZoneInfo(zone)).date()
    (found,) = recurring_ical_events.of(calendar).at(day)
    assert found.start.astimezone(UTC) == moment
    # The end as it is written: for the night of two equal hours that reader counts on the wall.
    (event,) = calendar.walk("VEVENT")
    assert event.decoded("DTEND").astimezone(UTC) - moment == timedelta(hours=2)


async def address_of(instance: Instance, person_id: int, login_id: int) -> str:
    token = await instance.work(feeds.make_address, person_id, login_id)
    return f"/calendar/{token}.ics"


async def test_a_feed_shows_when_and_how_but_not_whom_or_where(
    instance: Instance, anybody: PageReader
) -> None:
    pair = await make_pair(instance)
    one, _ = await make_logins(instance, pair)
    await planned(instance, pair, wish("2026-11-25T14:00", mode=Mode.COFFEE, place="Café Sands"))
    moved = await planned(instance, pair, wish("2026-11-26T14:00"))
    await instance.work(service.name_times, pair.one, moved, wish("2026-11-27T14:00"), VIDEO)
    gone = await planned(instance, pair, wish("2026-11-29T14:00"))
    await instance.work(service.cancel, pair.one, gone)
    path = await address_of(instance, pair.talent, one)
    assert await anybody.get(path) == 200
    assert anybody.headers["Content-Type"].startswith("text/calendar")
    assert "no-store" in anybody.headers["Cache-Control"]
    calendar = icalendar.Calendar.from_ical(anybody.body)
    assert calendar["METHOD"] == "PUBLISH"
    found = recurring_ical_events.of(calendar).between((2026, 11, 1), (2026, 12, 31))
    assert [str(one["SUMMARY"]) for one in found] == ["Meeting: coffee"]
    assert found[0].start.astimezone(UTC) == datetime(2026, 11, 25, 13, tzinfo=UTC)
    for word in ("Mona", "Tala", "Sands", "mona1", "tala1", "example/@"):
        assert word not in anybody.body


async def test_the_address_is_kept_as_a_hash_and_ends_when_its_owner_says_so(
    instance: Instance, anybody: PageReader
) -> None:
    pair = await make_pair(instance)
    one, _ = await make_logins(instance, pair)
    first = await address_of(instance, pair.talent, one)
    row = await instance.read(lambda r: r.session.get_one(PersonCalendar, (pair.talent, one)))
    assert row.token_hash is not None
    assert row.token_hash not in first
    second = await address_of(instance, pair.talent, one)
    assert await anybody.get(first) == 404
    assert await anybody.get(second) == 200
    await instance.work(feeds.end_address, pair.talent, one)
    assert await anybody.get(second) == 404


@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 100, "A" * 500, "%2e%2e", "..", "ü"])
async def test_a_forged_address_leads_nowhere(anybody: PageReader, token: str) -> None:
    assert await anybody.get(f"/calendar/{token}.ics") == 404


async def test_an_address_ends_with_the_right_to_act(
    instance: Instance, anybody: PageReader
) -> None:
    pair = await make_pair(instance)
    one, _ = await make_logins(instance, pair)
    path = await address_of(instance, pair.talent, one)
    await instance.work(withdraw_person, one, pair.talent)
    assert await anybody.get(path) == 404


async def test_a_time_zone_is_one_that_exists(instance: Instance) -> None:
    pair = await make_pair(instance)
    one, _ = await make_logins(instance, pair)
    await instance.work(feeds.choose_zone, pair.talent, one, HELSINKI)
    assert await instance.read(feeds.zone_of_person, pair.talent, one) == HELSINKI
    for zone in ("Mars/Olympus", "", "/etc/localtime"):
        with pytest.raises(Invalid):
            await instance.work(feeds.choose_zone, pair.talent, one, zone)


async def test_reminders_come_a_day_and_an_hour_before_and_once(
    instance: Instance, mails: Mails
) -> None:
    pair = await make_pair(instance)
    await make_logins(instance, pair)
    await planned(instance, pair, wish("2026-11-25T14:00"))
    await mails()
    await instance.work(remind)
    pass_time(instance, days=1, hours=2)
    for _ in range(3):
        await instance.work(remind)
    assert (await notices(instance, pair.talent))[1:] == ["meeting_tomorrow"]
    pass_time(instance, hours=22, minutes=15)
    for _ in range(3):
        await instance.work(remind)
    assert (await notices(instance, pair.mentor))[1:] == ["meeting_tomorrow", "meeting_soon"]
    assert len(await mails()) == 4
    pass_time(instance, hours=3)
    await instance.work(remind)
    assert await mails() == []


async def test_reminders_follow_a_meeting_that_moves_and_leave_one_that_is_off(
    instance: Instance,
) -> None:
    pair = await make_pair(instance)
    meeting = await planned(instance, pair, wish("2026-11-25T14:00"))
    pass_time(instance, days=1, hours=2)
    await instance.work(remind)
    await instance.work(service.name_times, pair.one, meeting, wish("2026-12-05T14:00"), VIDEO)
    pass_time(instance, hours=22, minutes=30)
    await instance.work(remind)
    assert "meeting_soon" not in await notices(instance, pair.talent)
    await instance.work(service.choose, pair.two, meeting, "2026-12-05T14:00")
    set_time(instance, 2026, 12, 4, 14)
    await instance.work(remind)
    assert (await notices(instance, pair.mentor)).count("meeting_tomorrow") == 2
    await instance.work(service.cancel, pair.one, meeting)
    set_time(instance, 2026, 12, 5, 12, 30)
    await instance.work(remind)
    assert "meeting_soon" not in await notices(instance, pair.mentor)


async def test_who_agrees_at_short_notice_gets_no_reminder_at_once(instance: Instance) -> None:
    pair = await make_pair(instance)
    await planned(instance, pair, wish("2026-11-23T18:00"))
    await instance.work(remind)
    assert await notices(instance, pair.mentor) == ["meeting_asked"]
    pass_time(instance, hours=4, minutes=10)
    await instance.work(remind)
    assert await notices(instance, pair.mentor) == ["meeting_asked", "meeting_soon"]


async def test_unknown_feeds_are_not_found(instance: Instance) -> None:
    with pytest.raises(NotFound):
        await instance.work(feeds.feed_of, "\udcff")
