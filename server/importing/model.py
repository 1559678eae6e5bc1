"""Tables of importing: sources that are read again and again, what they gave, and uploads."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id, Json


class SourceForm(enum.StrEnum):
    """What a source is: how it is read."""

    CALENDAR = "calendar"
    FEED = "feed"
    TABLE = "table"


class ImportSource(Base):
    """One place that posts of a person come from, read again and again (a table: uploaded again).

    Its person's; seen by that person's logins and, by name and address, by staff who look after
    imports. It holds what the person published elsewhere. Deleted by the person or with them.
    """

    __tablename__ = "import_source"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    form: Mapped[SourceForm] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(200))
    # None for tables.
    address: Mapped[str | None] = mapped_column(String(2048))
    kind: Mapped[str] = mapped_column(String(8))
    audience: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(35))
    # Fields of the record that its entries lack, such as the organisation or the place.
    defaults: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    # Whether what the source no longer has is withdrawn here.
    withdraws: Mapped[bool] = mapped_column(default=True)
    is_paused: Mapped[bool] = mapped_column(default=False)
    # What the server said about its version (RFC 9110 §8.8), so that nothing is sent twice.
    etag: Mapped[str | None] = mapped_column(String(500))
    last_modified: Mapped[str | None] = mapped_column(String(100))
    failures: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    ran_at: Mapped[datetime | None]
    # Counts of the last reading, and an English message id when it could not be read.
    report: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_import_source_person_id", "person_id"),
        Index("ix_import_source_next_at", "next_at"),
    )


class ItemState(enum.StrEnum):
    """What became of an entry."""

    POSTED = "posted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ImportItem(Base):
    """One entry of a source by the source's own name for it, and the post that it became.

    The person's, like the source. It lets a second reading change and withdraw instead of posting
    twice. Deleted with the source.
    """

    __tablename__ = "import_item"

    id: Mapped[Id]
    source_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("import_source.id", ondelete="CASCADE")
    )
    identity: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    state: Mapped[ItemState] = mapped_column(String(9))
    # None when it was refused, or when its post was deleted here: then it is not posted again.
    post_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("post.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(200), default="")
    # [{"pointer", "message", "values"}]: what the schema says against it.
    faults: Mapped[list[Any]] = mapped_column(Json, default=list)
    seen_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("source_id", "identity"),
        Index("ix_import_item_post_id", "post_id"),
    )


class ImportUpload(Base):
    """A table between its upload and the word of its owner to take it over.

    The person's own, sealed under their key, seen by nobody else. Deleted when it is taken over or
    after a day.
    """

    __tablename__ = "import_upload"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    # The source that is brought up to date, or None for a new one.
    source_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("import_source.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(8))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
