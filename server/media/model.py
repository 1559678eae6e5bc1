"""The table of uploaded pictures."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id


class Media(Base):
    """One uploaded picture, re-encoded and without metadata.

    Its uploader's; seen by whoever sees the post it is attached to, under an unguessable name.
    Unattached ones go after 24 hours, or with the draft they
    are in; others with their post, files included.
    """

    __tablename__ = "media"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    file_name: Mapped[str] = mapped_column(String(80), unique=True)
    preview_name: Mapped[str] = mapped_column(String(80))
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    preview_width: Mapped[int]
    preview_height: Mapped[int]
    blurhash: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(Text, default="")
    focus_x: Mapped[float] = mapped_column(Float, default=0.0)
    focus_y: Mapped[float] = mapped_column(Float, default=0.0)
    attached: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    # Until when a draft needs it, unattached as it is.
    kept_until: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_media_person_id", "person_id"),
        Index("ix_media_attached_created_at", "attached", "created_at"),
    )
