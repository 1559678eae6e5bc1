"""Tables of the desk: the draft board of a programme, which cards were opened, notes of staff."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id, Json


class Mark(enum.StrEnum):
    """What the board remembers of a pair."""

    DROPPED = "dropped"
    """Taken off the board; not suggested again until the board is begun anew."""
    FORMER = "former"
    """Stood on the board one step ago; kept for undo."""
    FORMER_LOCKED = "former_locked"
    FORMER_DROPPED = "former_dropped"


class Board(Base):
    """How the draft board of a programme stands: which step it is at and which rules are relaxed.

    Of the coordinators of the programme, seen by them alone; names nobody but the number of the
    login that made the last step. The pairs themselves are matches in draft. Deleted with the
    programme.
    """

    __tablename__ = "match_board"

    programme_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    # Grows with each change, so that two coordinators do not overwrite each other.
    step: Mapped[int] = mapped_column(default=0)
    relaxed: Mapped[list[Any]] = mapped_column(Json, default=list)
    former_relaxed: Mapped[list[Any] | None] = mapped_column(Json)
    # The numbers of the last run and of the one before, for the difference.
    totals: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    former_totals: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    login_id: Mapped[int | None] = mapped_column(BigId)
    at: Mapped[datetime]


class BoardMark(Base):
    """That a pair was dropped from a draft board, or stood on it one step ago (for undo).

    Of both people; seen by the coordinators of the programme as the board alone. Replaced with each
    step, deleted when the board is begun anew, and with either person.
    """

    __tablename__ = "match_board_mark"

    programme_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    talent_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    other_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    mark: Mapped[Mark] = mapped_column(String(14), primary_key=True)
    # What stood on the board with it, for undo; the participations by number.
    talent_part_id: Mapped[int] = mapped_column(BigId)
    other_part_id: Mapped[int] = mapped_column(BigId)
    other_kind: Mapped[str] = mapped_column(String(14))
    score: Mapped[int | None]
    weights_version: Mapped[int | None]
    explanation: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    __table_args__ = (
        Index("ix_match_board_mark_talent_id", "talent_id"),
        Index("ix_match_board_mark_other_id", "other_id"),
    )


class CardOpening(Base):
    """That a coordinator opened the card of a pair, when, and at which place it was suggested.

    About the work of that coordinator and the two people; nobody sees it. Needed because no pair is
    proposed unseen, and to measure how long a decision took. Deleted with the decision, after
    seven days, and with either person.
    """

    __tablename__ = "match_card_opening"

    login_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    programme_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    talent_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    other_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    rank: Mapped[int | None]
    opened_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_match_card_opening_talent_id", "talent_id"),
        Index("ix_match_card_opening_other_id", "other_id"),
        Index("ix_match_card_opening_opened_at", "opened_at"),
    )


class DeskNote(Base):
    """A note of a coordinator to colleagues about a talent who waits.

    Of the talent, who gets it with their data; seen by the coordinators of the programme. Sealed
    under the talent's key. Deleted by a coordinator, after twelve months, and with the talent.
    """

    __tablename__ = "match_note"

    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey("programme.id", ondelete="CASCADE"))
    talent_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    login_id: Mapped[int | None] = mapped_column(BigId)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]

    __table_args__ = (
        Index("ix_match_note_talent_id", "talent_id"),
        Index("ix_match_note_programme_id", "programme_id"),
    )
