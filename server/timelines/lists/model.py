"""Tables of lists."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id


class RepliesPolicy(enum.StrEnum):
    """Which answers of its people a list shows."""

    FOLLOWED = "followed"
    LIST = "list"
    NONE = "none"


class PersonList(Base):
    """A list that somebody made of people they follow; its name may say something about them.

    The owner's, seen by nobody else, not even by the people on it. Deleted by the owner or with
    them.
    """

    __tablename__ = "person_list"

    id: Mapped[Id]
    owner_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(String(255))
    replies_policy: Mapped[RepliesPolicy] = mapped_column(String(8))
    # Whether posts of its people are left out of the owner's home.
    exclusive: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class ListMember(Base):
    """That somebody is on a list; known to the list's owner alone. Deleted with either."""

    __tablename__ = "list_member"

    list_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("person_list.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )

    __table_args__ = (Index("ix_list_member_person_id", "person_id"),)
