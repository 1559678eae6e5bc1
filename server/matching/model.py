"""Tables of matching: the match with its life, what was decided, who must not be paired."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id, Json


class MatchState(enum.StrEnum):
    """Where a match stands; `rules.TRANSITIONS` says what may follow what."""

    DRAFT = "draft"
    """On a coordinator's board; nobody else knows."""
    PROPOSED = "proposed"
    """The talent is asked; the other side knows nothing yet."""
    ACCEPTED_BY_TALENT = "accepted_by_talent"
    """The other side is asked."""
    BOTH_CONSENTED = "both_consented"
    """They see each other, may meet and write, and agree on how."""
    FIRST_MEETING = "first_meeting"
    """They have met once."""
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSING = "closing"
    CLOSED = "closed"
    """With an outcome; for 14 days they still read what they wrote, then not any more."""
    FOLLOWED_UP = "followed_up"
    """Asked again six months later."""
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    """Taken back by staff, or by an erasure, before both had agreed."""


class Side(enum.StrEnum):
    """Who does something to a match."""

    TALENT = "talent"
    OTHER = "other"
    STAFF = "staff"
    TIME = "time"
    """The clock: a term ended."""


_IS_OPEN = (
    "state IN ('draft', 'proposed', 'accepted_by_talent', 'both_consented', 'first_meeting', "
    "'active', 'paused', 'closing')"
)


class Match(Base):
    """That staff bring a talent together with a mentor, an employer or an organisation.

    Of both people; each sees it once it is their turn, the coordinators of the programme always,
    nobody else ever: nothing about it federates. Why the pair was suggested is kept with it, so
    that both can ask. Declined ones go after 90 days; a closed one loses its people after twelve
    months and stays as a number; an erased person's goes at once.
    """

    __tablename__ = "match"

    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey("programme.id", ondelete="CASCADE"))
    # The people; None once the row is only a number.
    talent_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE")
    )
    other_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    talent_part_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("participation.id", ondelete="SET NULL")
    )
    other_part_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("participation.id", ondelete="SET NULL")
    )
    # mentor, employer or organisation
    other_kind: Mapped[str] = mapped_column(String(14))
    state: Mapped[MatchState] = mapped_column(String(20))
    state_at: Mapped[datetime]
    # Kept on the board whatever the solver says.
    is_locked: Mapped[bool] = mapped_column(default=False)
    # 0–100 with the version of the weights, and the explanation as codes; None when by hand.
    score: Mapped[int | None]
    weights_version: Mapped[int | None]
    explanation: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    # Who proposed it; a number, so that it outlives the login.
    login_id: Mapped[int | None] = mapped_column(BigId)
    # Who wants to propose it, where a second member of the staff has to agree.
    put_forward_by: Mapped[int | None] = mapped_column(BigId)
    # When it was whose turn; before that they know nothing of it.
    talent_asked_at: Mapped[datetime | None]
    other_asked_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    agreement_version: Mapped[int | None]
    talent_agreed_at: Mapped[datetime | None]
    other_agreed_at: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    # With the closing: the outcome code, and more that reports ask for.
    outcome: Mapped[str | None] = mapped_column(String(24))
    outcome_more: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    closed_at: Mapped[datetime | None]
    readable_until: Mapped[datetime | None]
    follow_up_at: Mapped[datetime | None]
    follow_up_told_at: Mapped[datetime | None]
    # The match this one takes the place of.
    former_id: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_match_programme_id_state", "programme_id", "state"),
        Index("ix_match_talent_id", "talent_id"),
        Index("ix_match_other_id", "other_id"),
        Index("ix_match_talent_part_id", "talent_part_id"),
        Index("ix_match_other_part_id", "other_part_id"),
        Index(
            "uq_match_open_pair", "talent_id", "other_id", unique=True,
            sqlite_where=text(_IS_OPEN),
            postgresql_where=text(_IS_OPEN),
        ),
    )  # fmt: skip


class MatchEvent(Base):
    """One change of a match: from which state to which, by which side, when.

    Of both people, as the match; shown to coordinators and, their own steps, to each of the two.
    Holds no words of anybody. Deleted with the match.
    """

    __tablename__ = "match_event"

    id: Mapped[Id]
    match_id: Mapped[int] = mapped_column(BigId, ForeignKey("match.id", ondelete="CASCADE"))
    former: Mapped[str | None] = mapped_column(String(20))
    state: Mapped[MatchState] = mapped_column(String(20))
    # What was done (`rules.Step`); None for the making of the draft.
    step: Mapped[str | None] = mapped_column(String(12))
    by: Mapped[Side] = mapped_column(String(6))
    login_id: Mapped[int | None] = mapped_column(BigId)
    at: Mapped[datetime]

    __table_args__ = (Index("ix_match_event_match_id_id", "match_id", "id"),)


class PairBan(Base):
    """That two people must not be paired: a refusal, a family or employer conflict, staff's wish.

    Of both people; seen by coordinators alone, who see no reason but its code. Deleted with either.
    """

    __tablename__ = "pair_ban"

    talent_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    other_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    # refused, block, conflict or staff
    reason: Mapped[str] = mapped_column(String(10))
    login_id: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_pair_ban_other_id", "other_id"),)


class MatchRun(Base):
    """One run of suggestions for a cohort or a talent: which rules were relaxed, and its numbers.

    Names nobody; seen by coordinators and whoever answers for fairness. Deleted after 24 months.
    """

    __tablename__ = "match_run"

    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey("programme.id", ondelete="CASCADE"))
    login_id: Mapped[int | None] = mapped_column(BigId)
    weights_version: Mapped[int]
    relaxed: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    # Pairs, people waiting, sum of scores, excluded by rule.
    totals: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    at: Mapped[datetime]

    __table_args__ = (Index("ix_match_run_programme_id_at", "programme_id", "at"),)


class Decision(Base):
    """How a coordinator decided about a pair: followed the suggestion or not, how fast, and why.

    About the work of the coordinator, without the pair's names; seen by admins as sums, to notice
    when people only nod. The reason is sealed under the talent's key. Deleted after 24 months.
    """

    __tablename__ = "match_decision"

    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey("programme.id", ondelete="CASCADE"))
    match_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("match.id", ondelete="SET NULL"))
    talent_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="SET NULL")
    )
    login_id: Mapped[int] = mapped_column(BigId)
    # At which place of the suggestions the chosen one stood; None when not suggested at all.
    rank: Mapped[int | None]
    followed: Mapped[bool]
    seconds: Mapped[int]
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime]

    __table_args__ = (
        Index("ix_match_decision_programme_id_at", "programme_id", "at"),
        Index("ix_match_decision_match_id", "match_id"),
        Index("ix_match_decision_talent_id", "talent_id"),
    )
