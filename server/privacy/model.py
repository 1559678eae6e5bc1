"""The consent ledger."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id


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
    # What it is about, such as "reach:fediverse".
    purpose: Mapped[str] = mapped_column(String(60))
    given: Mapped[bool]
    at: Mapped[datetime]
