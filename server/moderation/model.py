"""The table of reports."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id, Json


class Report(Base):
    """That somebody, here or elsewhere, reported a person; seen by moderators only.

    Deleted a year after it was closed. A reporter elsewhere is an instance, never a person.
    """

    __tablename__ = "report"

    id: Mapped[Id]
    uri: Mapped[str | None] = mapped_column(String(2048), unique=True)
    reporter_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    target_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    post_ids: Mapped[list[Any]] = mapped_column(Json, default=list)
    category: Mapped[str] = mapped_column(String(20), default="other")
    comment: Mapped[str] = mapped_column(Text, default="")
    forwarded: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(BigId)
