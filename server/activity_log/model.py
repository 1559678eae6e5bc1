"""The append-only table of what staff and the command line did."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id, Json


class LogEntry(Base):
    """That somebody of the staff did something to something.

    Written by services, never changed, deleted after 24 months. Holds numbers of logins and people,
    no names or contents. Numbers are no foreign keys, so that the entry outlives an erasure.
    """

    __tablename__ = "activity_log"

    id: Mapped[Id]
    login_id: Mapped[int | None] = mapped_column(BigId, index=True)  # None: the command line
    verb: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[str] = mapped_column(String(255))
    about: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime]
