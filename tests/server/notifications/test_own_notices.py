"""Notices of our own kinds, the list of everything, choices, and summaries by mail."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.access.mailing import refuse_topic
from server.notifications.model import NoticeWishes, NotificationType, OwnNotice
from server.notifications.privacy import erase, export
from server.notifications.ready import ready_notices, unread_notices
from server.notifications.service import clear_notices, inform, notify
from server.notifications.summaries import LOOK
from server.notifications.ways import (
    Summary,
    Ways,
    end_of_quiet,
    is_time_for,
    minutes_of,
    time_of,
    ways_of,
)
from server.notifications.wishes import keep_wishes, note_seen, wishes_of
from server.people.relations import mute
from server.people.rules import Viewer
from server.platform.clock import SetClock
from server.platform.http.paging import Page
from server.platform.i18n import say
from server.platform.instance import Instance
from server.platform.jobs.model import JobRequest
from server.platform.notices import Notice
from tests.support.api import serving
from tests.support.mail_server import mail_server
from tests.support.people import make_login, make_person, make_remote, make_token

APPROVED = Notice(
    kind="approved",
    label=say("Your post was approved"),
    icon="check",
    text=lambda about: say("%(name)s was approved.", name=about["name"]),
    path=lambda about: f"/posts/{about['id']}",
)
ENDED = dataclasses.replace(APPROVED, kind="ended", is_essential=True)
DECLARED = {one.kind: one for one in (APPROVED, ENDED)}
BRUSSELS = ZoneInfo("Europe/Brussels")
ABOUT = {"name": "The fair", "id": "7"}


@pytest.fixture
async def ann(instance: Instance) -> int:
    instance.notices = DECLARED
    person = await make_person(instance, "ann")
    await make_login(instance, [person.id], "ann@far.example")
    return person.id


@pytest.fixture
async def ben(instance: Instance) -> int:
    return (await make_person(instance, "ben", display_name="Ben")).id


async def listed(instance: Instance, person_id: int, page: Page | None = None) -> list[Any]:
    return await instance.read(
        ready_notices, Viewer.member(person_id), page or Page(limit=20), instance.notices
    )


def pass_by(instance: Instance, **span: float) -> None:
    assert isinstance(instance.clock, SetClock)
    instance.clock.move(timedelta(**span))


async def test_both_sorts_stand_in_one_list_with_their_words(
    instance: Instance, ann: int, ben: int
):
    await instance.work(notify, ann, NotificationType.FOLLOW, ben)
    pass_by(instance, minutes=1)
    await instance.work(inform, ann, "approved", ABOUT)
    pass_by(instance, minutes=1)
    await instance.work(notify, ann, NotificationType.FAVOURITE, ben, 5)

    like, approved, follow = await listed(instance, ann)
    assert str(like.text) == "\u2068Ben\u2069 likes your post."
    assert like.post_id == 5
    assert like.person.id == ben
    assert str(approved.text) == "The fair was approved."
    assert (approved.path, approved.icon, approved.person) == ("/posts/7", "check", None)
    assert str(follow.text) == "\u2068Ben\u2069 follows you now."
    assert await instance.read(unread_notices, ann, DECLARED) == 3

    pages = [await listed(instance, ann, Page(limit=2))]
    pages.append(await listed(instance, ann, Page(limit=2, max_id=pages[0][-1].id)))
    assert [[one.id for one in page] for page in pages] == [[like.id, approved.id], [follow.id]]
    above = await listed(instance, ann, Page(limit=1, min_id=follow.id))
    assert [one.id for one in above] == [approved.id]

    await instance.work(note_seen, ann, approved.id)
    await instance.work(note_seen, ann, follow.id)  # an older one changes nothing
    assert [one.is_new for one in await listed(instance, ann)] == [True, False, False]
    assert await instance.read(unread_notices, ann, DECLARED) == 1
    await instance.work(clear_notices, ann)
    assert await listed(instance, ann) == []


async def test_our_own_kinds_are_not_in_mastodon_s_api(instance: Instance, ann: int):
    await instance.work(inform, ann, "approved", ABOUT)
    token = await make_token(instance, ann)
    async with serving(instance) as surface:
        api = surface.holding(token)
        assert await api.get("/api/v1/notifications") == []
        assert await api.get("/api/v1/notifications/unread_count") == {"count": 0}


async def test_nobody_elsewhere_is_told(instance: Instance):
    rob = await make_remote(instance)
    assert await instance.work(inform, rob.id, "approved", ABOUT) is None


async def test_a_kind_that_no_room_declares_is_left_out(instance: Instance, ann: int):
    await instance.work(inform, ann, "forgotten", {})
    assert await listed(instance, ann) == []
    assert await instance.read(unread_notices, ann, DECLARED) == 0


async def test_what_is_not_wanted_on_the_page_stays_away_but_for_what_matters(
    instance: Instance, ann: int, ben: int
):
    for kind in DECLARED:
        await instance.work(inform, ann, kind, ABOUT)
    await instance.work(notify, ann, NotificationType.FOLLOW, ben)
    away = {kind: Ways(page=False) for kind in ("approved", "ended", "follow")}
    await instance.work(keep_wishes, ann, away, None)
    assert [one.kind for one in await listed(instance, ann)] == ["ended"]


async def test_muted_people_are_not_in_the_list(instance: Instance, ann: int, ben: int):
    await instance.work(notify, ann, NotificationType.FOLLOW, ben)
    await instance.work(mute, ann, ben)
    assert await listed(instance, ann) == []


async def test_everything_is_exported_and_erased(instance: Instance, ann: int):
    await instance.work(inform, ann, "approved", ABOUT)
    await instance.work(keep_wishes, ann, {"approved": Ways(push=False)}, (60, 120))
    found = await instance.read(export, ann)
    assert [one["kind"] for one in found["notices"]] == ["approved"]
    assert found["notice_choices"]["quiet_from"] == "01:00"
    assert found["notice_choices"]["ways"]["approved"]["push"] is False
    await instance.work(erase, ann)

    def left(r: Any) -> int:
        return sum(r.session.query(one).count() for one in (OwnNotice, NoticeWishes))

    assert await instance.read(left) == 0


# Summaries


async def summarise(instance: Instance) -> None:
    await instance.work(lambda w: w.enqueue(JobRequest(kind=LOOK)))
    await instance.jobs.run_until_empty()


def morning(instance: Instance, day: int = 24) -> None:
    """Make it half past seven in Brussels; the 24th is a Tuesday, the 30th a Monday."""
    assert isinstance(instance.clock, SetClock)
    instance.clock.at = datetime(2026, 11, day, 6, 30, tzinfo=UTC)


async def test_a_summary_comes_once_in_the_morning_with_what_is_new(
    instance: Instance, ann: int, ben: int
):
    async with mail_server() as server:
        instance.settings = dataclasses.replace(instance.settings, mail=server.settings)
        await instance.work(notify, ann, NotificationType.MENTION, ben, 5)
        await instance.work(inform, ann, "approved", ABOUT)
        await summarise(instance)
        assert server.taken == []  # it is noon
        morning(instance)
        for _ in range(3):
            await summarise(instance)
            pass_by(instance, minutes=5)

    (mail,) = server.mails
    text = mail.get_body(("plain",)).get_content()
    assert mail["Subject"] == "2 new notices"
    assert "wrote to you or named you. (Nov 23, 2026)" in text
    assert "The fair was approved." in text
    html = mail.get_body(("html",)).get_content()
    assert 'href="https://ours.example/posts/7"' in html
    assert 'dir="ltr"' in html
    stop = mail["List-Unsubscribe"].strip("<>")
    assert stop.startswith("https://ours.example/mail/stop/")
    assert stop in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_what_was_seen_or_taken_back_is_in_no_summary(instance: Instance, ann: int, ben: int):
    async with mail_server() as server:
        instance.settings = dataclasses.replace(instance.settings, mail=server.settings)
        made = await instance.work(inform, ann, "approved", ABOUT)
        await instance.work(note_seen, ann, made or 0)
        morning(instance)
        await summarise(instance)
        await instance.work(inform, ann, "approved", ABOUT)
        await instance.work(clear_notices, ann)
        morning(instance, 25)
        await summarise(instance)
    assert server.taken == []


async def test_in_quiet_hours_a_summary_waits_for_their_end(instance: Instance, ann: int):
    async with mail_server() as server:
        instance.settings = dataclasses.replace(instance.settings, mail=server.settings)
        await instance.work(keep_wishes, ann, {}, (22 * 60, 9 * 60))
        pass_by(instance, hours=6)
        await instance.work(inform, ann, "approved", ABOUT)
        morning(instance)
        await summarise(instance)
        assert server.taken == []
        pass_by(instance, minutes=89)
        await instance.jobs.run_until_empty()
        assert server.taken == []
        pass_by(instance, minutes=2)
        await instance.jobs.run_until_empty()
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("mail", "day", "mails"),
    [(Summary.NONE, 24, 0), (Summary.WEEKLY, 24, 0), (Summary.WEEKLY, 30, 1)],
)
async def test_each_kind_comes_as_often_as_wished(
    instance: Instance, ann: int, mail: Summary, day: int, mails: int
):
    async with mail_server() as server:
        instance.settings = dataclasses.replace(instance.settings, mail=server.settings)
        pass_by(instance, hours=20)
        await instance.work(keep_wishes, ann, {"approved": Ways(mail=mail)}, None)
        await instance.work(inform, ann, "approved", ABOUT)
        morning(instance, day)
        await summarise(instance)
    assert len(server.taken) == mails


async def test_who_turned_summaries_off_gets_none(instance: Instance, ann: int):
    async with mail_server() as server:
        instance.settings = dataclasses.replace(instance.settings, mail=server.settings)
        other = await make_login(instance, [], "other@far.example")
        await instance.work(inform, ann, "approved", ABOUT)

        def refuse(w: Any) -> None:
            from server.access.model import LoginPerson

            (login_id,) = w.session.query(LoginPerson.login_id).filter_by(person_id=ann).one()
            refuse_topic(w, login_id, "digest")

        await instance.work(refuse)
        assert other.id
        morning(instance)
        await summarise(instance)
    assert server.taken == []


# Decisions


def test_quiet_hours_end_today_or_tomorrow():
    def at(hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 11, 23, hour, minute, tzinfo=BRUSSELS).astimezone(UTC)

    night = (22 * 60, 7 * 60)
    assert end_of_quiet(at(21, 59), BRUSSELS, *night) is None
    assert end_of_quiet(at(22), BRUSSELS, *night) == at(7) + timedelta(days=1)
    assert end_of_quiet(at(6, 59), BRUSSELS, *night) == at(7)
    assert end_of_quiet(at(7), BRUSSELS, *night) is None
    assert end_of_quiet(at(13), BRUSSELS, 12 * 60, 14 * 60) == at(14)
    assert end_of_quiet(at(13), BRUSSELS, None, None) is None
    assert end_of_quiet(at(13), BRUSSELS, 60, 60) is None


def test_quiet_hours_over_a_change_of_the_clock_end_at_the_wall_s_time():
    now = datetime(2026, 10, 24, 21, 0, tzinfo=UTC)  # 23:00 in summer time
    ends = end_of_quiet(now, BRUSSELS, 22 * 60, 7 * 60)
    assert ends == datetime(2026, 10, 25, 6, 0, tzinfo=UTC)  # 07:00 in winter time


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("22:30", 1350), ("00:00", 0), ("7:05", 425), ("24:00", None), ("12:60", None),
     ("12", None), ("", None), ("ab:cd", None), ("12:5", None)],
)  # fmt: skip
def test_times_of_day(text: str, minutes: int | None):
    assert minutes_of(text) == minutes
    if minutes is not None:
        assert minutes_of(time_of(minutes)) == minutes


def test_odd_choices_fall_back_to_the_usual():
    assert ways_of({"follow": {"mail": "hourly"}}, "follow").mail is Summary.NONE
    assert ways_of({"mention": "?"}, "mention") == Ways()
    assert ways_of({}, "favourite").mail is Summary.NONE


def test_summaries_go_at_seven_and_on_mondays():
    monday = datetime(2026, 11, 23, 7, 40, tzinfo=BRUSSELS)
    assert is_time_for(Summary.DAILY, monday, BRUSSELS)
    assert is_time_for(Summary.WEEKLY, monday, BRUSSELS)
    assert not is_time_for(Summary.WEEKLY, monday + timedelta(days=1), BRUSSELS)
    assert not is_time_for(Summary.DAILY, monday + timedelta(hours=1), BRUSSELS)


async def test_wishes_of_who_made_none_are_the_usual_ones(instance: Instance, ann: int):
    wishes = await instance.read(wishes_of, ann)
    assert wishes.ways("mention") == Ways()
    assert wishes.seen_id == 0
