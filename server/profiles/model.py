"""Tables of profiles: answers with their audience, checks of organisations, changes of reach."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Json


class Audience(enum.StrEnum):
    """Who sees one answer of a profile, narrowest first; each includes those before."""

    PRIVATE = "private"
    """The person, and staff in charge, who leave a trace."""
    MATCHED = "matched"
    MEMBERS = "members"
    PARTNERS = "partners"
    PUBLIC = "public"


class ProfileAnswer(Base):
    """What somebody here answered to one field of their profile, and who may see it.

    The person's own; seen by whom its audience and the person's reach admit (`profiles.rules`).
    Sealed under the person's key while its audience is private or matched, plain JSON otherwise.
    Deleted when the person empties the field, and with the person.
    """

    __tablename__ = "profile_answer"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    field: Mapped[str] = mapped_column(String(40), primary_key=True)
    audience: Mapped[Audience] = mapped_column(String(10))
    value: Mapped[Any | None] = mapped_column(Json)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime]


class Verification(Base):
    """That staff checked who is behind an employer or an organisation.

    About an organisation, shown to everybody who sees its page, so that people can trust it. It
    lapses when the name or number that was checked changes, and goes with the organisation. The
    number of the login says who checked; it is no foreign key, so that the row outlives a login.
    """

    __tablename__ = "verification"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    login_id: Mapped[int | None] = mapped_column(BigId)
    # What was checked: words of `verifying.CHECKS`.
    checked: Mapped[list[Any]] = mapped_column(Json)
    at: Mapped[datetime]


class ReachChange(Base):
    """The last change of somebody's reach, so that it can be undone for a day.

    The person's own, seen by that person alone; deleted when it was undone, after a day, and with
    the person. What the person agreed to stands in the consent ledger, which is another table.
    """

    __tablename__ = "reach_change"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    former: Mapped[str] = mapped_column(String(12))
    current: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
