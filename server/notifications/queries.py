"""Reading one's own notifications."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select

from server.notifications.model import Notification, NotificationType
from server.people.model import Mute
from server.platform.http.paging import Page, page_of
from server.platform.storage.paging import paged
from server.platform.work import Reading

_UNREAD_COUNTED = 100


@dataclass(frozen=True, slots=True)
class NotificationRow:
    """One notification: who did what, to which post."""

    id: int
    notification_type: NotificationType
    from_id: int
    post_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which notifications: some types, without some types, of one person only."""

    types: Collection[str] = ()
    excluded: Collection[str] = ()
    from_id: int | None = None


def page(
    r: Reading, person_id: int, asked: Page, wanted: Wanted | None = None
) -> list[NotificationRow]:
    """Return a person's own notifications, newest first; muted people's are left out."""
    found = paged(own_notifications(r, person_id, wanted or Wanted()), Notification.id, asked)
    rows = [row_of(one) for one in r.session.scalars(found)]
    return page_of(rows, asked, lambda row: row.id)


def one(r: Reading, person_id: int, notification_id: int) -> NotificationRow | None:
    """Return one of a person's own notifications."""
    found = r.session.scalar(
        select(Notification).where(
            Notification.id == notification_id, Notification.person_id == person_id
        )
    )
    return row_of(found) if found is not None else None


def unread_count(r: Reading, person_id: int, last_read_id: int) -> int:
    """Return how many came after the last one read, counted to 100 at most."""
    newer = (
        own_notifications(r, person_id, Wanted())
        .where(Notification.id > last_read_id)
        .limit(_UNREAD_COUNTED)
        .subquery()
    )
    return r.session.scalar(select(func.count()).select_from(newer)) or 0


def own_notifications(r: Reading, person_id: int, wanted: Wanted) -> Select[Notification]:
    """Return the statement for a person's notifications, muted people's left out."""
    muted = select(Mute.muted_id).where(
        Mute.muter_id == person_id,
        Mute.notifications,
        or_(Mute.expires_at.is_(None), Mute.expires_at > r.now),
    )
    found = select(Notification).where(
        Notification.person_id == person_id, Notification.from_id.not_in(muted)
    )
    if wanted.types:
        found = found.where(Notification.notification_type.in_(wanted.types))
    if wanted.excluded:
        found = found.where(Notification.notification_type.not_in(wanted.excluded))
    if wanted.from_id is not None:
        found = found.where(Notification.from_id == wanted.from_id)
    return found


def row_of(one: Notification) -> NotificationRow:
    """Return a stored notification as a row."""
    return NotificationRow(
        one.id,
        NotificationType(one.notification_type),
        one.from_id,
        one.post_id or None,
        one.created_at,
    )
