"""Tables of boards: what can be filtered of posts of a kind, and what people search for."""

import enum
from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id


class Facet(enum.StrEnum):
    """What a mark of a post speaks of; a post has any number of marks of each."""

    REGION = "region"
    OCCUPATION = "occupation"
    EMPLOYMENT = "employment"
    NEED = "need"
    LANGUAGE = "language"


class Rhythm(enum.StrEnum):
    """How often somebody wants to hear of what a saved search found."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


class BoardEntry(Base):
    """What the boards sort and filter a post of a kind by; made from its record, no text among it.

    The author's, as the post is; read only together with the post's own visibility. Written with
    every change of the post, deleted with it, made anew by `meshwork boards rebuild`.
    """

    __tablename__ = "board_entry"

    post_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(10))
    closes_at: Mapped[datetime | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    # ONSITE, ONLINE or HYBRID; None when the record does not say.
    mode: Mapped[str | None] = mapped_column(String(8))
    contract: Mapped[str | None] = mapped_column(String(10))
    is_free: Mapped[bool | None]
    childcare: Mapped[bool] = mapped_column(default=False)
    step_free: Mapped[bool] = mapped_column(default=False)
    travel_help: Mapped[bool] = mapped_column(default=False)
    no_cv: Mapped[bool] = mapped_column(default=False)
    # The highest level of any language that is needed: 0 for none, 1 for A1 to 6 for C2.
    level: Mapped[int] = mapped_column(SmallInteger, default=0)
    # When it came onto the boards: alerts tell of what came since they last looked.
    listed_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (
        Index("ix_board_entry_kind_state_post_id", "kind", "state", "post_id"),
        Index("ix_board_entry_kind_starts_at", "kind", "starts_at"),
        Index("ix_board_entry_kind_closes_at", "kind", "closes_at"),
    )


class BoardMark(Base):
    """One value of a facet of a post: a region with every region around it, an occupation group.

    The author's, as the post is; a copy of codes in its record, deleted with it.
    """

    __tablename__ = "board_mark"

    post_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("board_entry.post_id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    facet: Mapped[Facet] = mapped_column(String(10), primary_key=True)
    value: Mapped[str] = mapped_column(String(80), primary_key=True)

    __table_args__ = (Index("ix_board_mark_facet_value_post_id", "facet", "value", "post_id"),)


class BoardPlace(Base):
    """Where a post of a kind is, in degrees; not exact when it is only the middle of its region.

    The author's, as the post is; deleted with it.
    """

    __tablename__ = "board_place"

    post_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("board_entry.post_id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
    is_exact: Mapped[bool]


class SavedSearch(Base):
    """A filter that a member keeps, and how they want to hear of what is new in it.

    The member's, seen by nobody else: what somebody looks for tells about them. `login_id` is who
    gets the mail. Deleted by the member, or with the person.
    """

    __tablename__ = "saved_search"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    login_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("login.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(120))
    # study, vacancy, …, or None for everything; the filter as the query of the board's address.
    kind: Mapped[str | None] = mapped_column(String(8))
    query: Mapped[str] = mapped_column(Text, default="")
    by_notice: Mapped[bool] = mapped_column(default=True)
    by_email: Mapped[bool] = mapped_column(default=False)
    rhythm: Mapped[Rhythm] = mapped_column(String(8), default=Rhythm.AT_ONCE)
    # What was listed until then has been looked at.
    checked_at: Mapped[datetime]
    next_at: Mapped[datetime]
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_saved_search_rhythm_next_at", "rhythm", "next_at"),)


class SearchAlert(Base):
    """That a member was told of a post, so that no two searches and no second run tell it again.

    The member's, seen by nobody. Deleted with the post, or with the person.
    """

    __tablename__ = "search_alert"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    post_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    alerted_at: Mapped[datetime]

    __table_args__ = (Index("ix_search_alert_post_id", "post_id"),)
