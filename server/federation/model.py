"""Tables of federation: actors here and elsewhere, keys, hosts, what went out and what came in."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id, Json


class Reach(enum.StrEnum):
    """How far anything of a person may go (GDPR art. 25: as short as possible by default)."""

    HOME = "home"
    PARTNERS = "partners"
    FEDIVERSE = "fediverse"


class HostPolicy(enum.StrEnum):
    """How this instance meets one host."""

    OPEN = "open"
    PARTNER = "partner"
    BLOCKED = "blocked"


class Actor(Base):
    """One ActivityPub actor: a person of this instance, somebody elsewhere, or an instance itself.

    The actor's identity and transport only; names and texts are in `person`. Local rows are written
    by people, remote ones by federation/remote. Deleted with the person; a remote actor that nobody
    here has to do with is deleted after 90 days.
    """

    __tablename__ = "actor"

    id: Mapped[Id]
    uri: Mapped[str] = mapped_column(String(2048), unique=True)
    actor_type: Mapped[str] = mapped_column(String(30))
    username: Mapped[str] = mapped_column(String(255))
    # Lower-cased username; with the host it is unique. The host is "" for this instance.
    username_key: Mapped[str] = mapped_column(String(255))
    host: Mapped[str] = mapped_column(String(255), default="")
    inbox: Mapped[str] = mapped_column(String(2048))
    shared_inbox: Mapped[str | None] = mapped_column(String(2048))
    outbox: Mapped[str | None] = mapped_column(String(2048))
    followers: Mapped[str | None] = mapped_column(String(2048))
    following: Mapped[str | None] = mapped_column(String(2048))
    featured: Mapped[str | None] = mapped_column(String(2048))
    url: Mapped[str | None] = mapped_column(String(2048))
    reach: Mapped[Reach] = mapped_column(String(12), default=Reach.FEDIVERSE)
    # Public keys by key id: {"https://…#main-key": "-----BEGIN PUBLIC KEY…" | "z6Mk…"}.
    public_keys: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    fetched_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("username_key", "host"),
        Index("ix_actor_host", "host"),
    )

    @property
    def is_local(self) -> bool:
        """Say whether it lives on this instance."""
        return self.host == ""


class ActorKey(Base):
    """The private keys of a local actor, sealed; destroyed after the actor's Delete was sent."""

    __tablename__ = "actor_key"

    actor_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("actor.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    rsa_private: Mapped[bytes] = mapped_column(LargeBinary)
    ed25519_private: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class RemoteHost(Base):
    """One other instance: how we meet it and what it runs. Holds no personal data."""

    __tablename__ = "remote_host"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    policy: Mapped[HostPolicy] = mapped_column(String(12), default=HostPolicy.OPEN)
    reason: Mapped[str] = mapped_column(Text, default="")
    signature_form: Mapped[str | None] = mapped_column(String(12))
    software: Mapped[str | None] = mapped_column(String(100))
    software_version: Mapped[str | None] = mapped_column(String(100))
    first_seen_at: Mapped[datetime]
    looked_at: Mapped[datetime | None]


class OutgoingActivity(Base):
    """One activity of ours on its way out: the exact bytes, and how far its fan-out has come.

    Written with the change it tells about; deleted 7 days after its last delivery, because a job
    may be retried that long. `targets` is {"inboxes": [[inbox, host], …], "groups":
    [["followers", actor_id], …], "shared": bool}.
    """

    __tablename__ = "outgoing_activity"

    id: Mapped[Id]
    actor_id: Mapped[int] = mapped_column(BigId, ForeignKey("actor.id", ondelete="CASCADE"))
    uri: Mapped[str] = mapped_column(String(2048))
    activity_type: Mapped[str] = mapped_column(String(30))
    object_uri: Mapped[str] = mapped_column(String(2048))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    targets: Mapped[dict[str, Any]] = mapped_column(Json)
    # The group and the cursor that the fan-out has reached; None when it is complete.
    progress: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (Index("ix_outgoing_activity_actor_id", "actor_id"),)


class ReceivedActivity(Base):
    """One activity that an inbox accepted: kept whole until it is handled, then only its key.

    `dedupe_key` is a hash of actor and activity id, so that a repeat has no second effect. Rows go
    after 30 days.
    """

    __tablename__ = "received_activity"

    id: Mapped[Id]
    dedupe_key: Mapped[str] = mapped_column(String(64), unique=True)
    actor_uri: Mapped[str] = mapped_column(String(2048))
    activity_type: Mapped[str] = mapped_column(String(60))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    # How it was believed: "signature", "proof" or "origin" (fetched again from where it lives).
    trusted_by: Mapped[str] = mapped_column(String(12))
    received_at: Mapped[datetime] = mapped_column(index=True)
    handled_at: Mapped[datetime | None]


class LedgerEntry(Base):
    """That one host got one object of one person of ours, by delivery or by a signed fetch.

    It answers "who got my data" (GDPR art. 15, 19) and drives erasure. Holds no content; deleted a
    year after the object went.
    """

    __tablename__ = "delivery_ledger"

    object_uri: Mapped[str] = mapped_column(String(512), primary_key=True)
    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    actor_id: Mapped[int] = mapped_column(BigId, index=True)
    how: Mapped[str] = mapped_column(String(10))
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    # "delivered" once its Delete was taken, "unreachable" after seven days of trying.
    erased: Mapped[str | None] = mapped_column(String(12))
    erased_at: Mapped[datetime | None]


class GoneObject(Base):
    """An id that was deleted: answered 410 for 30 days, and never accepted again when remote."""

    __tablename__ = "gone_object"

    uri: Mapped[str] = mapped_column(String(2048), primary_key=True)
    former_type: Mapped[str] = mapped_column(String(30), default="Note")
    at: Mapped[datetime] = mapped_column(index=True)
