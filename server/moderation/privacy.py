"""Export and erasure of reports."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select, update

from server.moderation.model import Report
from server.platform.work import Reading, Work


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return the reports that the person made.

    Reports about the person are left out: they would tell who made them (GDPR art. 15(4)).
    """
    rows = r.session.scalars(
        select(Report).where(Report.reporter_id == person_id).order_by(Report.id)
    )
    return {
        "reports": [
            {
                "category": row.category,
                "comment": row.comment,
                "at": row.created_at.isoformat(),
                "closed": row.closed_at is not None,
            }
            for row in rows
        ]
    }


def erase(w: Work, person_id: int) -> None:
    """Delete reports about the person and take their name off those they made."""
    w.session.execute(delete(Report).where(Report.target_id == person_id))
    w.session.execute(
        update(Report).where(Report.reporter_id == person_id).values(reporter_id=None, comment="")
    )
