"""Tables of programmes: the programme, its staff, its weights and agreements, who takes part."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id, Json


class ProgrammeKind(enum.StrEnum):
    """What a programme is: mentoring in a cohort, or coaching by staff."""

    MENTORING = "mentoring"
    COACHING = "coaching"


class ProgrammeState(enum.StrEnum):
    """Where a programme stands, in the order it goes through them."""

    DRAFT = "draft"
    CALL = "call"
    """People may apply; intake talks are held."""
    MATCHING = "matching"
    """No applications any more; the staff match."""
    RUNNING = "running"
    CLOSING = "closing"
    """No new matches; surveys at the end, outcomes are written down."""
    CLOSED = "closed"


class Role(enum.StrEnum):
    """As what somebody takes part."""

    TALENT = "talent"
    MENTOR = "mentor"
    HOST = "host"
    """An employer or organisation that takes people on."""


class ParticipationState(enum.StrEnum):
    """Where somebody stands in a programme."""

    APPLIED = "applied"
    INTAKE = "intake"
    """A talk with the staff is planned or was held; nothing is decided."""
    ACCEPTED = "accepted"
    """May be matched or coached; who waits for a match is accepted and has none."""
    PAUSED = "paused"
    FINISHED = "finished"
    WITHDRAWN = "withdrawn"
    """Left by their own wish, before or after acceptance."""
    REFUSED = "refused"


class Programme(Base):
    """One mentoring cohort or coaching track of this instance.

    The instance's own, without personal data; seen by everybody once its call is open. Kept with
    its numbers until an admin deletes it, which needs that nobody takes part any more.
    """

    __tablename__ = "programme"

    id: Mapped[Id]
    kind: Mapped[ProgrammeKind] = mapped_column(String(10))
    state: Mapped[ProgrammeState] = mapped_column(String(10))
    # Texts by language tag: {"en": "…"}.
    name: Mapped[dict[str, Any]] = mapped_column(Json)
    summary: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    # NUTS codes of the area it is for; empty means everywhere.
    regions: Mapped[list[Any]] = mapped_column(Json, default=list)
    applications_until: Mapped[date | None] = mapped_column(Date)
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    # How many talents may take part; None for no limit.
    places: Mapped[int | None]
    # Check-ins: in these weeks after the start of a match, then every so many weeks; and after how
    # many days without a sign the staff get a task.
    check_in_weeks: Mapped[list[Any]] = mapped_column(Json, default=list)
    check_in_every: Mapped[int] = mapped_column(default=4)
    silence_days: Mapped[int] = mapped_column(default=21)
    # Whether a second member of the staff has to agree to a proposal.
    needs_second_look: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class ProgrammeStaff(Base):
    """That somebody of the staff works in a programme, and as what.

    About the member of staff; seen by the staff, and the names of coordinators by who takes part.
    Deleted with the login or the programme.
    """

    __tablename__ = "programme_staff"

    programme_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    login_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("login.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    # `coordinator` matches, `coach` accompanies, `facilitator` leads workshops.
    role: Mapped[str] = mapped_column(String(12))

    __table_args__ = (Index("ix_programme_staff_login_id", "login_id"),)


class WeightSet(Base):
    """One published version of how pairs of a programme are scored and which rules are hard.

    No personal data; everybody who takes part may read it in plain words. Kept with the programme,
    so that every score can be explained by the version it was made with.
    """

    __tablename__ = "weight_set"

    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey("programme.id", ondelete="CASCADE"))
    version: Mapped[int]
    # Points by signal (`programmes.rules.SIGNALS`), and the settings of the hard rules.
    weights: Mapped[dict[str, Any]] = mapped_column(Json)
    floors: Mapped[dict[str, Any]] = mapped_column(Json)
    # Below this score (0–100) nobody is paired only to fill places.
    threshold: Mapped[int]
    login_id: Mapped[int | None] = mapped_column(BigId)
    published_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("programme_id", "version"),)


class AgreementText(Base):
    """One version of what matched people agree on: how often, how long, where, how to behave.

    No personal data; read by whoever may take part. Kept with the programme, so that what somebody
    agreed to can be read later.
    """

    __tablename__ = "agreement_text"

    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey("programme.id", ondelete="CASCADE"))
    version: Mapped[int]
    # By language tag: {"en": {"agreement": "…", "conduct": "…"}}.
    texts: Mapped[dict[str, Any]] = mapped_column(Json)
    published_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("programme_id", "version"),)


_IS_OPEN = "state IN ('applied', 'intake', 'accepted', 'paused')"


class Participation(Base):
    """That a person takes part in a programme, once; a second time is another row.

    The person's own; seen by that person and the staff of the programme, never by the other side of
    a match, and it never leaves the instance. Needed to match, to coach and to count. Answers to
    the intake are sealed under the person's key. Deleted with the person; who applied and was
    refused or withdrew goes after 90 days.
    """

    __tablename__ = "participation"

    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey("programme.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(String(8))
    state: Mapped[ParticipationState] = mapped_column(String(10))
    # Since when they wait: the order in which people are served.
    applied_at: Mapped[datetime]
    state_at: Mapped[datetime]
    # The day of the first talk, planned or held.
    intake_on: Mapped[date | None] = mapped_column(Date)
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    # What became of a coaching, one of the outcome codes; None while it goes on.
    outcome: Mapped[str | None] = mapped_column(String(24))
    # Mentors and hosts: how many at the same time, and until when.
    capacity: Mapped[int] = mapped_column(default=1)
    available_until: Mapped[date | None] = mapped_column(Date)
    paused_until: Mapped[date | None] = mapped_column(Date)
    # Who wants no score is matched by hand alone, without losing their place.
    by_hand: Mapped[bool] = mapped_column(default=False)
    # Wishes and intake notes of the person, JSON, sealed.
    wishes_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # The coach in charge.
    login_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("login.id", ondelete="SET NULL"))

    __table_args__ = (
        Index("ix_participation_programme_id_state", "programme_id", "state"),
        Index("ix_participation_person_id", "person_id"),
        Index("ix_participation_login_id", "login_id"),
        Index(
            "uq_participation_open", "programme_id", "person_id", unique=True,
            sqlite_where=text(_IS_OPEN),
            postgresql_where=text(_IS_OPEN),
        ),
    )  # fmt: skip


class MentorRecord(Base):
    """What staff have seen of a mentor: training, identity, a safeguarding check *seen on a date*.

    The mentor's own; seen by the mentor and by coordinators. The documents themselves are never
    kept (GDPR art. 10). Deleted with the person.
    """

    __tablename__ = "mentor_record"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    # Each with what it was ("first day") and the day it was on, as ISO 8601.
    training: Mapped[list[Any]] = mapped_column(Json, default=list)
    guide_read_at: Mapped[datetime | None]
    identity_seen_on: Mapped[date | None] = mapped_column(Date)
    check_seen_on: Mapped[date | None] = mapped_column(Date)
    # Who saw them; numbers only, so that the record outlives the login.
    seen_by: Mapped[int | None] = mapped_column(BigId)
