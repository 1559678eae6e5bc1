"""The table of notifications."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id


class NotificationType(enum.StrEnum):
    """What somebody is told about; the names of Mastodon's API."""

    FOLLOW = "follow"
    FOLLOW_REQUEST = "follow_request"
    MENTION = "mention"
    FAVOURITE = "favourite"
    REBLOG = "reblog"
    POLL = "poll"
    UPDATE = "update"
    STATUS = "status"


class Notification(Base):
    """That one person is told of something another did. The receiver's; deleted after 180 days."""

    __tablename__ = "notification"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    notification_type: Mapped[NotificationType] = mapped_column(String(16))
    from_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    # The post it is about, 0 for none; posts stand above notifications, so this is no foreign key.
    post_id: Mapped[int] = mapped_column(BigId, default=0)
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("person_id", "notification_type", "from_id", "post_id"),
        Index("ix_notification_person_id_id", "person_id", "id"),
        Index("ix_notification_post_id", "post_id"),
        Index("ix_notification_from_id", "from_id"),
    )
