"""Reading the log, newest first."""

from collections.abc import Sequence

from sqlalchemy import select

from server.activity_log.model import LogEntry
from server.platform.work import Reading


def latest(r: Reading, *, limit: int = 50, before: int | None = None) -> Sequence[LogEntry]:
    """Return entries, newest first, older than an entry's id when given."""
    found = select(LogEntry).order_by(LogEntry.id.desc()).limit(limit)
    if before is not None:
        found = found.where(LogEntry.id < before)
    return r.session.scalars(found).all()


def about_person(r: Reading, person_id: int) -> Sequence[LogEntry]:
    """Return what staff did to one person, for that person's own export (GDPR art. 15)."""
    return r.session.scalars(
        select(LogEntry)
        .where(LogEntry.subject_type == "person", LogEntry.subject_id == str(person_id))
        .order_by(LogEntry.id)
    ).all()
