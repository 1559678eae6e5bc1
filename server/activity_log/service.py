"""Writing the log. It is written in the transaction of what it tells about."""

from datetime import timedelta

from sqlalchemy import delete

from server.activity_log.model import LogEntry
from server.platform.work import Work

KEPT = timedelta(days=730)


def record(
    w: Work,
    *,
    login_id: int | None,
    verb: str,
    subject_type: str,
    subject_id: int | str,
    about: dict[str, str | int | bool] | None = None,
) -> None:
    """Add an entry. `login_id` None means the command line; `about` holds no personal data."""
    w.session.add(
        LogEntry(
            id=w.new_id(),
            login_id=login_id,
            verb=verb,
            subject_type=subject_type,
            subject_id=str(subject_id),
            about=about or {},
            created_at=w.now,
        )
    )


def forget_old(w: Work) -> None:
    """Delete entries older than 24 months."""
    w.session.execute(delete(LogEntry).where(LogEntry.created_at < w.now - KEPT))
