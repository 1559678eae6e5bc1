"""Summaries by mail: at seven in the morning, once a day or on Mondays, for who wants them.

A summary holds what is new since the person last looked or was written to: who did what and where
to see it, never what was written. It is put together when it is sent, so what was read or taken
back meanwhile is not in it. In somebody's quiet hours it waits for their end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select, union

from server.notifications.model import Notification, OwnNotice
from server.notifications.queries import NotificationRow, Wanted, own_notifications, row_of
from server.notifications.ready import Declared, written
from server.notifications.ways import Summary, end_of_quiet, is_time_for
from server.notifications.wishes import Wishes, wishes_of
from server.notifications.wishes import row_of as wishes_row
from server.people.rules import Viewer
from server.platform.ids import lowest_id_at
from server.platform.instance import Instance
from server.platform.jobs.model import Job, JobRequest
from server.platform.mail.requests import mail_for_person
from server.platform.mail.rules import Way, way_of
from server.platform.work import Reading, Work

LOOK: Final = "notifications.summaries"
PAGE: Final = "notifications.summaries_page"
TEMPLATE: Final = "notifications/mail/summary"
TOPIC: Final = "digest"
_PEOPLE: Final = 200
_LINES: Final = 20
_READ: Final = 200


@dataclass(frozen=True, slots=True)
class _Period:
    """How far back a summary looks, and how long nobody gets another one."""

    reach: timedelta
    rest: timedelta


_PERIODS: Final = {
    Summary.DAILY: _Period(timedelta(days=1), timedelta(hours=12)),
    Summary.WEEKLY: _Period(timedelta(days=7), timedelta(days=3)),
}


async def look(instance: Instance, job: Job) -> None:
    """Begin the summaries of this hour, if it is theirs."""
    del job
    if way_of(instance.settings) is Way.NONE:
        return
    zone = ZoneInfo(instance.settings.instance.time_zone)
    due = [one for one in _PERIODS if is_time_for(one, instance.clock.now(), zone)]

    def unit(w: Work) -> None:
        for period in due:
            w.enqueue(_page_request(period, 0))

    if due:
        await instance.work(unit)


def _page_request(period: Summary, after: int) -> JobRequest:
    return JobRequest(
        kind=PAGE,
        payload={"period": period.value, "after": str(after)},
        unique_key=f"{PAGE}:{period.value}:{after}",
    )


async def one_page(instance: Instance, job: Job) -> None:
    """Ask for the summaries of the next people; killed in between, it begins with them again."""
    period, after = Summary(job.payload["period"]), int(job.payload["after"])
    zone = ZoneInfo(instance.settings.instance.time_zone)
    await instance.work(ask_for_summaries, instance.notices, period, after, zone)


def ask_for_summaries(
    w: Work, declared: Declared, period: Summary, after: int = 0, zone: tzinfo = UTC
) -> None:
    """Enqueue a mail for each of some people who have something new, and the next such page.

    In somebody's quiet hours (in `zone`) the mail waits for their end.
    """
    since = lowest_id_at(w.now - _PERIODS[period].reach)
    people = union(
        select(Notification.person_id).where(Notification.id >= since),
        select(OwnNotice.person_id).where(OwnNotice.id >= since),
    ).subquery()
    found = w.session.scalars(
        select(people.c.person_id)
        .where(people.c.person_id > after)
        .order_by(people.c.person_id)
        .limit(_PEOPLE)
    ).all()
    for person_id in found:
        _ask_for_one(w, declared, period, person_id, zone)
    if len(found) == _PEOPLE:
        w.enqueue(_page_request(period, found[-1]))


def _ask_for_one(
    w: Work, declared: Declared, period: Summary, person_id: int, zone: tzinfo
) -> None:
    row = wishes_row(w, person_id)
    last = row.daily_id if period is Summary.DAILY else row.weekly_id
    if last > lowest_id_at(w.now - _PERIODS[period].rest):
        return
    begin = max(last, row.seen_id, lowest_id_at(w.now - _PERIODS[period].reach) - 1)
    now_id = w.new_id()
    if not _new_rows(w, person_id, declared, period, (begin, now_id)):
        return
    if period is Summary.DAILY:
        row.daily_id = now_id
    else:
        row.weekly_id = now_id
    wishes = wishes_of(w, person_id)
    quiet_until = end_of_quiet(w.now, zone, wishes.quiet_from, wishes.quiet_until)
    w.enqueue(
        mail_for_person(
            person_id,
            template=TEMPLATE,
            topic=TOPIC,
            values={
                "person_id": str(person_id),
                "period": period.value,
                "after": str(begin),
                "until": str(now_id),
            },
            unique=f"summary:{period.value}:{person_id}",
            not_before=quiet_until,
        )
    )


def _new_rows(
    r: Reading, person_id: int, declared: Declared, period: Summary, between: tuple[int, int]
) -> list[NotificationRow | OwnNotice]:
    """Return what is new for one summary, the newest first; at most 200 of each sort."""
    after, until = between
    wishes = wishes_of(r, person_id)
    theirs = (
        own_notifications(r, person_id, Wanted())
        .where(Notification.id > after, Notification.id <= until)
        .order_by(Notification.id.desc())
        .limit(_READ)
    )
    ours = (
        select(OwnNotice)
        .where(
            OwnNotice.person_id == person_id,
            OwnNotice.id > after,
            OwnNotice.id <= until,
            OwnNotice.kind.in_(declared),
        )
        .order_by(OwnNotice.id.desc())
        .limit(_READ)
    )
    rows: list[NotificationRow | OwnNotice] = [
        *(row_of(one) for one in r.session.scalars(theirs)),
        *r.session.scalars(ours),
    ]
    is_in = partial(_is_in, wishes, period)
    return sorted(filter(is_in, rows), key=lambda row: row.id, reverse=True)


def _is_in(wishes: Wishes, period: Summary, row: NotificationRow | OwnNotice) -> bool:
    kind = row.notification_type.value if isinstance(row, NotificationRow) else row.kind
    return wishes.ways(kind).mail is period


def summary_values(
    instance: Instance, r: Reading, values: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """Return what the template of a summary needs, or None when nothing is new any more."""
    person_id, period = int(values["person_id"]), Summary(values["period"])
    seen_id = wishes_of(r, person_id).seen_id
    between = (max(int(values["after"]), seen_id), int(values["until"]))
    rows = _new_rows(r, person_id, instance.notices, period, between)
    lines = written(r, Viewer.member(person_id), rows, instance.notices, seen_id=seen_id)
    if not lines:
        return None
    return {
        "lines": lines[:_LINES],
        "more": max(0, len(lines) - _LINES),
        "count": len(lines),
        "is_weekly": period is Summary.WEEKLY,
    }
