"""Tables of notifications: what people are told, how they want to hear it, where it is pushed."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id, Json


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


class OwnNotice(Base):
    """That one person is told of something that Mastodon's API has no type for.

    The receiver's, seen by nobody else; `about` holds ids and short words for the text. Deleted
    after 180 days and with the person.
    """

    __tablename__ = "own_notice"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    about: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_own_notice_person_id_id", "person_id", "id"),)


class NoticeWishes(Base):
    """How one person wants to be told, and how far they have read and were written to.

    The person's own choices, seen by nobody else; there is no row before the first. Deleted with
    the person.
    """

    __tablename__ = "notice_wishes"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    # By kind: whether on the page, whether pushed, in which summary.
    ways: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    # Minutes after midnight between which nothing is pushed; both or none.
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    # The newest notice seen on the page, and the newest of each kind of summary.
    seen_id: Mapped[int] = mapped_column(BigId, default=0)
    daily_id: Mapped[int] = mapped_column(BigId, default=0)
    weekly_id: Mapped[int] = mapped_column(BigId, default=0)


class PushSubscription(Base):
    """One browser or app that a person has their notices pushed to (RFC 8030).

    The person's; the endpoint names their push service. The keys and, for apps, the access token
    that Mastodon's payload repeats are sealed. Deleted when the person ends it, when its token or
    session ends, when the push service says it is gone, and with the person.
    """

    __tablename__ = "push_subscription"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    # One of them: tokens and sessions stand beside this room, so these are no foreign keys.
    token_id: Mapped[int | None] = mapped_column(BigId, unique=True)
    session_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    endpoint: Mapped[str] = mapped_column(String(2048))
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    secrets_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    standard: Mapped[bool] = mapped_column(default=False)
    # Which types, as Mastodon's clients choose them.
    alerts: Mapped[dict[str, Any]] = mapped_column(Json)
    policy: Mapped[str] = mapped_column(String(10), default="all")
    locale: Mapped[str | None] = mapped_column(String(35))
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_push_subscription_person_id", "person_id"),)
