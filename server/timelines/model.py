"""Tables of timelines: what is in whose home, and how far they have read."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId


class HomeEntry(Base):
    """That a post (or a boost) is in the home timeline of a person of this instance.

    Filled in the transaction that publishes the post; at most 800 a person, older ones go.
    """

    __tablename__ = "home_entry"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    post_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )

    __table_args__ = (Index("ix_home_entry_post_id", "post_id"),)


class Marker(Base):
    """How far a person has read a timeline; written by clients, deleted with the person."""

    __tablename__ = "marker"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    timeline: Mapped[str] = mapped_column(String(20), primary_key=True)
    last_read_id: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
