"""The consent ledger, archives asked for, and deletions that wait or are done."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id


class How(enum.StrEnum):
    """How somebody agreed: alone, beside a coach, or on paper that a coach has on file."""

    SELF = "self"
    COACH = "coach"
    PAPER = "paper"


class Consent(Base):
    """That a person agreed to something, or took it back; one row for each time, never changed.

    The person's own, seen by that person and by staff who answer for data protection. It proves
    what was agreed to (GDPR art. 7(1)) and is deleted with the person.
    """

    __tablename__ = "consent"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    # What it is about, such as "matching" or "reach:fediverse".
    purpose: Mapped[str] = mapped_column(String(60))
    given: Mapped[bool]
    at: Mapped[datetime]
    # Which text was shown and how; None where the act itself says it (a changed reach).
    version: Mapped[int | None]
    text_hash: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(35))
    how: Mapped[How | None] = mapped_column(String(8))
    # Where the signed paper lies, in the words of the coach who filed it.
    reference: Mapped[str | None] = mapped_column(String(200))
    # The login that wrote it down; a number only, so that it outlives the login.
    login_id: Mapped[int | None] = mapped_column(BigId)


class ConsentText(Base):
    """A text that somebody was shown before deciding, found by its hash.

    No personal data. Kept for as long as the instance runs, so that every consent can be read.
    """

    __tablename__ = "consent_text"

    text_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    language: Mapped[str] = mapped_column(String(35))
    text: Mapped[str] = mapped_column(Text)
    first_shown_at: Mapped[datetime]


class Archive(Base):
    """One person's data as a file that they asked for (GDPR art. 15 and 20).

    The person's own; only a session that has just proven itself can fetch it. The file is sealed
    under a key of its own and deleted with this row after seven days, or with the person.
    """

    __tablename__ = "archive"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    login_id: Mapped[int] = mapped_column(BigId)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    # Plain length of the file in bytes; None until it is written.
    size: Mapped[int | None]
    requested_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class PlannedErasure(Base):
    """That a person wants to be deleted at a moment, and may change their mind until then.

    The person's own; deleted when they stay, and with them when they go.
    """

    __tablename__ = "planned_erasure"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    login_id: Mapped[int] = mapped_column(BigId)
    requested_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)


class ErasureReceipt(Base):
    """The key to the page on which somebody without an account sees who confirmed their deletion.

    A hash of the secret in the address, and a number that leads nowhere but to the list of servers
    that were told. Deleted a year after the deletion, as that list is.
    """

    __tablename__ = "erasure_receipt"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, index=True)
    due_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
