"""Export and erasure: what a person was told, how they want to hear it, where it is pushed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, or_, select

from server.notifications.model import (
    NoticeWishes,
    Notification,
    OwnNotice,
    PushSubscription,
)
from server.notifications.push.subscriptions import subscriptions_of
from server.notifications.ways import time_of
from server.notifications.wishes import wishes_of
from server.platform.work import Reading, Work


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return what the person was told, by type and time, their choices and their subscriptions.

    Others appear as numbers only; the keys of subscriptions are the receivers'.
    """
    rows = r.session.scalars(
        select(Notification).where(Notification.person_id == person_id).order_by(Notification.id)
    )
    ours = r.session.scalars(
        select(OwnNotice).where(OwnNotice.person_id == person_id).order_by(OwnNotice.id)
    )
    wishes = wishes_of(r, person_id)
    return {
        "notifications": [
            {"type": row.notification_type, "at": row.created_at.isoformat()} for row in rows
        ],
        "notices": [
            {"kind": row.kind, "about": row.about, "at": row.created_at.isoformat()} for row in ours
        ],
        "notice_choices": {
            "ways": dict(wishes.chosen),
            "quiet_from": time_of(wishes.quiet_from),
            "quiet_until": time_of(wishes.quiet_until),
        },
        "push_subscriptions": [
            {
                "endpoint": row.endpoint,
                "alerts": row.alerts,
                "policy": row.policy,
                "created_at": row.created_at.isoformat(),
            }
            for row in subscriptions_of(r, person_id)
        ],
    }


def erase(w: Work, person_id: int) -> None:
    """Delete what the person was told, what others were told about them, and their choices."""
    w.session.execute(
        delete(Notification).where(
            or_(Notification.person_id == person_id, Notification.from_id == person_id)
        )
    )
    for table in (OwnNotice, NoticeWishes, PushSubscription):
        w.session.execute(delete(table).where(table.person_id == person_id))
