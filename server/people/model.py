"""Tables of people: what somebody is called, and how people stand to each other."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id, Json


class PersonKind(enum.StrEnum):
    """The four kinds of people of an instance."""

    TALENT = "talent"
    MENTOR = "mentor"
    EMPLOYER = "employer"
    ORGANISATION = "organisation"


class FollowState(enum.StrEnum):
    """A follow counts only once its target has accepted it."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"


class Person(Base):
    """What an actor shows of itself; one row for each actor, here and elsewhere.

    Its own person's data; who sees it is decided by reach and `people.rules`. Erased with the
    account; rows of people elsewhere are refreshed from their origin and deleted with their actor.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(
        BigId, ForeignKey("actor.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    # None for people elsewhere, whose kind we do not know, and for instances.
    kind: Mapped[PersonKind | None] = mapped_column(String(14))
    display_name: Mapped[str] = mapped_column(String(500), default="")
    # Sanitised HTML, and for people here the plain text it was made from.
    summary_html: Mapped[str] = mapped_column(Text, default="")
    summary_text: Mapped[str] = mapped_column(Text, default="")
    # [{"name": …, "value": html, "source": text}]
    fields: Mapped[list[Any]] = mapped_column(Json, default=list)
    # What other servers are told of a profile's public answers, in the person's language:
    # [{"field": …, "name": …, "value": html, "source": text}]. Written by the room of profiles.
    answer_lines: Mapped[list[Any]] = mapped_column(Json, default=list, server_default="[]")
    # A path of ours ("/media/…") or, for people elsewhere, the address at their origin.
    avatar: Mapped[str | None] = mapped_column(String(2048))
    avatar_description: Mapped[str] = mapped_column(Text, default="")
    header: Mapped[str | None] = mapped_column(String(2048))
    locked: Mapped[bool] = mapped_column(default=False)
    bot: Mapped[bool] = mapped_column(default=False)
    discoverable: Mapped[bool] = mapped_column(default=False)
    indexable: Mapped[bool] = mapped_column(default=False)
    hides_collections: Mapped[bool] = mapped_column(default=False)
    also_known_as: Mapped[list[Any]] = mapped_column(Json, default=list)
    moved_to_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="SET NULL")
    )
    # When they moved there: the next move may come a week later.
    moved_at: Mapped[datetime | None]
    language: Mapped[str | None] = mapped_column(String(35))
    default_audience: Mapped[str] = mapped_column(String(12), default="public")
    default_sensitive: Mapped[bool] = mapped_column(default=False)
    posts_count: Mapped[int] = mapped_column(default=0)
    followers_count: Mapped[int] = mapped_column(default=0)
    following_count: Mapped[int] = mapped_column(default=0)
    last_posted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    # Somebody new, whose first posts a moderator looks at; how many of them were let through.
    waits_for_trust: Mapped[bool] = mapped_column(default=False, server_default=false())
    posts_approved: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (Index("ix_person_moved_to_id", "moved_to_id"),)


class Follow(Base):
    """That one person follows another, or has asked to. Deleted with either of them."""

    __tablename__ = "follow"

    id: Mapped[Id]
    follower_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    followee_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    state: Mapped[FollowState] = mapped_column(String(10))
    # The id of the Follow activity, ours or theirs.
    uri: Mapped[str] = mapped_column(String(2048))
    shows_boosts: Mapped[bool] = mapped_column(default=True)
    notifies: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("follower_id", "followee_id"),
        Index("ix_follow_followee_id_state_id", "followee_id", "state", "id"),
        Index("ix_follow_uri", "uri"),
    )


class Block(Base):
    """That one person blocks another; both stop following and seeing each other."""

    __tablename__ = "block"

    id: Mapped[Id]
    blocker_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    blocked_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    uri: Mapped[str] = mapped_column(String(2048))
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("blocker_id", "blocked_id"),
        Index("ix_block_blocked_id", "blocked_id"),
    )


class Mute(Base):
    """That a person of this instance does not want to see another; never told to anybody."""

    __tablename__ = "mute"

    id: Mapped[Id]
    muter_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    muted_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    notifications: Mapped[bool] = mapped_column(default=True)
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("muter_id", "muted_id"),
        Index("ix_mute_muted_id", "muted_id"),
    )


class PersonNote(Base):
    """A private note of one person about another, as Mastodon clients offer it."""

    __tablename__ = "person_note"

    author_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    about_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    text: Mapped[str] = mapped_column(Text)


class PersonKey(Base):
    """The data key that a person's private values are sealed under, wrapped by the instance key.

    The person's own; used by the server alone, to open what the person or staff in charge may
    read. Made on first use, never given out, destroyed with the person: what was sealed under it
    is then unreadable everywhere, in old backups too (GDPR art. 17, 32).
    """

    __tablename__ = "person_key"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
