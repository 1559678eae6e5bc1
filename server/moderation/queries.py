"""Reading reports, for moderators only."""

from collections.abc import Sequence

from sqlalchemy import select

from server.moderation.model import Report
from server.platform.work import Reading


def open_reports(r: Reading, *, limit: int = 100) -> Sequence[Report]:
    """Return reports nobody has closed yet, oldest first."""
    return r.session.scalars(
        select(Report).where(Report.closed_at.is_(None)).order_by(Report.id).limit(limit)
    ).all()
