"""Tables and values of durable jobs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id, Json

READY = "ready"
DEAD = "dead"


class JobRow(Base):
    """One piece of work that is still to be done, or that was given up.

    Written by the transaction that needs it, deleted when done; given-up rows stay 30 days for the
    admin. The payload holds references (ids, addresses of inboxes), never contents of a person.
    """

    __tablename__ = "job"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(8), default=READY)
    # When it may run next; a lease pushes it forward, so a dead worker's rows come back by itself.
    run_at: Mapped[datetime]
    lease: Mapped[int | None] = mapped_column(BigId)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    host: Mapped[str | None] = mapped_column(String(255))
    # Jobs with the same order key run one after the other, oldest first.
    order_key: Mapped[str | None] = mapped_column(String(400))
    # Two requests with the same key are one job while the first is waiting.
    unique_key: Mapped[str | None] = mapped_column(String(400), unique=True)
    last_error: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("ix_job_ready", "run_at", "id", sqlite_where=text("state = 'ready'"),
              postgresql_where=text("state = 'ready'")),
        Index("ix_job_order", "order_key", "id", sqlite_where=text("order_key IS NOT NULL"),
              postgresql_where=text("order_key IS NOT NULL")),
        Index("ix_job_host", "host"),
        Index("ix_job_kind", "kind"),
    )  # fmt: skip


class JobHost(Base):
    """The state of the circuit breaker for one remote host.

    Written by the runner after deliveries, deleted after 30 quiet days. Holds no personal data.
    """

    __tablename__ = "job_host"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    probes: Mapped[int] = mapped_column(default=0)
    # Nothing is sent before this moment; None means the way is open.
    closed_until: Mapped[datetime | None] = mapped_column(index=True)
    unavailable: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]


class JobSchedule(Base):
    """When a recurring job is due next; one row for each, shared by all processes."""

    __tablename__ = "job_schedule"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    next_at: Mapped[datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """Work to be done after this transaction. The payload must be JSON."""

    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    run_at: datetime | None = None
    host: str | None = None
    order_key: str | None = None
    unique_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A leased piece of work."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    attempts: int
    created_at: datetime
    host: str | None
    order_key: str | None
