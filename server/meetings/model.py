"""Tables of meeting: meetings, to-dos and goals of a pair, "meet again?", calendars of people."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id, Json


class MeetingState(enum.StrEnum):
    """Where a meeting stands; `rules.TRANSITIONS` says what may follow what."""

    PROPOSED = "proposed"
    """One side named times, the other has to choose."""
    CONFIRMED = "confirmed"
    MOVED = "moved"
    """The time that was agreed on is off; new times are named."""
    CANCELLED = "cancelled"
    DONE = "done"
    NO_SHOW = "no_show"
    """Somebody did not come."""


class Mode(enum.StrEnum):
    """How people meet; the informal ways come first on purpose."""

    WALK = "walk"
    COFFEE = "coffee"
    ONSITE = "onsite"
    PHONE = "phone"
    VIDEO = "video"


class Side(enum.StrEnum):
    """The two sides of a meeting."""

    FIRST = "first"
    """The talent of a match, or the person whom staff meet."""
    SECOND = "second"
    """The other side of the match, or the member of the staff."""


class Meeting(Base):
    """That two people of a match, or a person and somebody of the staff, meet or want to.

    Of both sides, seen by them alone: staff count meetings and read none of them. Needed to find
    each other, and as the dates that reports count. Place, link and notes are sealed under the key
    of the first side, a note of the second under theirs; they go 90 days after the match ended (or
    after the meeting, without a match), the row 24 months after the meeting. When somebody is
    erased, what was planned is called off and the rest stays without them.
    """

    __tablename__ = "meeting"

    id: Mapped[Id]
    match_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("match.id", ondelete="SET NULL"))
    # Kept beside the match, so that a count by programme outlives it.
    programme_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("programme.id", ondelete="SET NULL")
    )
    first_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="SET NULL")
    )
    second_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="SET NULL")
    )
    # The second side when it is somebody of the staff.
    login_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("login.id", ondelete="SET NULL"))
    # Stays when the login is gone.
    with_staff: Mapped[bool] = mapped_column(default=False)
    state: Mapped[MeetingState] = mapped_column(String(10))
    state_at: Mapped[datetime]
    # Whose turn it is to choose a time; None when nobody's.
    asked: Mapped[Side | None] = mapped_column(String(6))
    mode: Mapped[Mode] = mapped_column(String(8))
    # Times that were proposed, as a clock on the wall of `zone` shows them: "2027-03-28T14:00".
    times: Mapped[list[Any]] = mapped_column(Json, default=list)
    zone: Mapped[str] = mapped_column(String(64))
    minutes: Mapped[int]
    # The time that was chosen, on the wall; the moments are what it comes to by today's rules of
    # summer time, for searching and sorting.
    starts_local: Mapped[str | None] = mapped_column(String(16))
    starts_at: Mapped[datetime | None] = mapped_column(index=True)
    ends_at: Mapped[datetime | None]
    # The place in words, or the link of a video call.
    place_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    first_note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    second_note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # What calendars know it by, and which version of it they have (RFC 5545).
    uid: Mapped[str] = mapped_column(String(255), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    reminded_day_at: Mapped[datetime | None]
    reminded_hour_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_meeting_match_id", "match_id"),
        Index("ix_meeting_programme_id_starts_at", "programme_id", "starts_at"),
        Index("ix_meeting_first_id", "first_id"),
        Index("ix_meeting_second_id", "second_id"),
        Index("ix_meeting_login_id", "login_id"),
    )


class ItemKind(enum.StrEnum):
    """What a pair writes down for itself."""

    TO_DO = "todo"
    GOAL = "goal"


class PairItem(Base):
    """A to-do or a goal of a matched pair, with the day it is due.

    Of both people of the match, seen by them alone. The words are sealed under the key of whoever
    wrote them. Deleted by either, with the match, with its author, and 90 days after the match
    ended.
    """

    __tablename__ = "pair_item"

    id: Mapped[Id]
    match_id: Mapped[int] = mapped_column(BigId, ForeignKey("match.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[ItemKind] = mapped_column(String(4))
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    due_on: Mapped[date | None] = mapped_column(Date)
    done_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_pair_item_match_id_id", "match_id", "id"),
        Index("ix_pair_item_author_id", "author_id"),
    )


class MeetAgain(Base):
    """Whether somebody would like to meet another person again, after a meeting or an event.

    The person's own; the other learns of it only when both said yes, staff never. Deleted with
    either of the two, with the meeting or the event, and after six months.
    """

    __tablename__ = "meet_again"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    # Where they met: one of the two.
    meeting_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("meeting.id", ondelete="CASCADE")
    )
    post_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("post.id", ondelete="CASCADE"))
    wants: Mapped[bool]
    answered_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("person_id", "other_id", "meeting_id"),
        Index("ix_meet_again_other_id", "other_id"),
        Index("ix_meet_again_meeting_id", "meeting_id"),
        Index("ix_meet_again_post_id", "post_id"),
        Index("ix_meet_again_person_id_other_id_post_id", "person_id", "other_id", "post_id"),
    )


class PersonCalendar(Base):
    """The time zone of somebody, and the secret address that their calendar reads meetings from.

    The person's own, seen by them alone; of the address only a hash is kept. It belongs to the
    login that made it and shows what that login may see. Deleted when it is switched off, and with
    the person or the login.
    """

    __tablename__ = "person_calendar"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    login_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("login.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    zone: Mapped[str | None] = mapped_column(String(64))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_person_calendar_login_id", "login_id"),)
