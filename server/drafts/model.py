"""The table of drafts."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id


class SavedDraft(Base):
    """One post that is not published yet; with `publish_at` it waits for its moment.

    Its author's, read by the logins that act for them and by nobody else, the staff included: what
    was written is sealed under the author's key. Kept so that people can go on another day. Deleted
    when it is published or thrown away, with its author, or 180 days after the last change; one
    that waits stays until its moment.
    """

    __tablename__ = "draft"

    id: Mapped[Id]
    author_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str | None] = mapped_column(String(8))
    # JSON of a `Written`.
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    publish_at: Mapped[datetime | None]
    # Why it could not be published when its moment came, in English; translated when shown.
    trouble: Mapped[str | None] = mapped_column(Text)
    idempotency_key: Mapped[str | None] = mapped_column(String(128))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_draft_author_id_updated_at", "author_id", "updated_at"),
        Index("ix_draft_publish_at", "publish_at"),
    )
