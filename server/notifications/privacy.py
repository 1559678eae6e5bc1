"""Export and erasure of what a person was told."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, or_, select

from server.notifications.model import Notification
from server.platform.work import Reading, Work


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return what the person was told, by type and time; others appear as numbers only."""
    rows = r.session.scalars(
        select(Notification).where(Notification.person_id == person_id).order_by(Notification.id)
    )
    return {
        "notifications": [
            {"type": row.notification_type, "at": row.created_at.isoformat()} for row in rows
        ]
    }


def erase(w: Work, person_id: int) -> None:
    """Delete what the person was told and what others were told about them."""
    w.session.execute(
        delete(Notification).where(
            or_(Notification.person_id == person_id, Notification.from_id == person_id)
        )
    )
