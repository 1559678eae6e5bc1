"""Tables of coaching: check-ins, surveys, silences, tasks, and what belongs to a person's case."""

import enum
from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id


class Useful(enum.StrEnum):
    """Whether the match helps, in one tap."""

    YES = "yes"
    A_LITTLE = "a_little"
    NO = "no"


class CheckIn(Base):
    """That one of the two of a match is asked how it goes, in one week of it, and the answer.

    The answerer's own: the other side never sees it; the coach in charge and the coordinators of
    the programme read it in the case, each time logged; reports count it. The note is sealed under
    the answerer's key. The note goes after 90 days, the row after 24 months, or with the match or
    the person.
    """

    __tablename__ = "check_in"

    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey("programme.id", ondelete="CASCADE"))
    match_id: Mapped[int] = mapped_column(BigId, ForeignKey("match.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    # The week of the match that it asks about, counted from its start.
    week: Mapped[int]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    met: Mapped[bool | None]
    useful: Mapped[Useful | None] = mapped_column(String(8))
    wants_help: Mapped[bool | None]
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        UniqueConstraint("match_id", "person_id", "week"),
        Index("ix_check_in_person_id", "person_id"),
        Index("ix_check_in_programme_id_asked_at", "programme_id", "asked_at"),
    )


class Silence(Base):
    """That a match gives no sign, since when, and how far the staff have gone to reach the two.

    Of both people; seen by the coordinators as a task. Nothing is decided by it. Deleted with the
    first sign, the pause or the end of the match.
    """

    __tablename__ = "match_silence"

    match_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("match.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    last_sign_at: Mapped[datetime]
    noticed_at: Mapped[datetime]
    # The last step that was done (`rules.Step`).
    step: Mapped[int]
    step_at: Mapped[datetime]


class Moment(enum.StrEnum):
    """When in a programme a survey is."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


class Survey(Base):
    """The survey of one person at one moment of their participation, with the sealed answers.

    The person's own: nobody else reads it, the staff neither; reports open the answers to count
    them together, without names. Deleted 24 months after it was asked, or with the person.
    """

    __tablename__ = "survey"

    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey("programme.id", ondelete="CASCADE"))
    participation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("participation.id", ondelete="CASCADE")
    )
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    moment: Mapped[Moment] = mapped_column(String(6))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    # JSON by question (`rules.QUESTIONS`), sealed under the person's key.
    answers_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        UniqueConstraint("participation_id", "moment"),
        Index("ix_survey_person_id", "person_id"),
        Index("ix_survey_programme_id_answered_at", "programme_id", "answered_at"),
    )


class TaskKind(enum.StrEnum):
    """Why the staff have something to do."""

    BY_HAND = "by_hand"
    SILENCE = "silence"
    """A match gives no sign."""
    CALL = "call"
    """Notices did not help; somebody should call."""
    HELP = "help"
    """Somebody asked for help in a check-in."""
    HANDED_OVER = "handed_over"
    """A colleague handed over a person."""
    FOLLOW_UP = "follow_up"
    """A match ended six months ago: how did it go on?"""
    ANOTHER = "another"
    """A talent asks for another pair, while the match goes on."""
    SECOND_LOOK = "second_look"
    """Somebody does not agree with how a pair was chosen (GDPR art. 22)."""


class StaffTask(Base):
    """Something that somebody of the staff has to do, made by hand or by an alert.

    Seen by whoever has it and by the coordinators of the programme; whom it is about finds it in
    their export. Words about somebody are sealed under that person's key; without a person they are
    plain and name nobody. Deleted 90 days after it was done, or with the person.
    """

    __tablename__ = "staff_task"

    id: Mapped[Id]
    kind: Mapped[TaskKind] = mapped_column(String(12))
    programme_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("programme.id", ondelete="CASCADE")
    )
    # Who has it; None means the coordinators of the programme.
    login_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("login.id", ondelete="SET NULL"))
    person_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE")
    )
    match_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("match.id", ondelete="CASCADE"))
    text: Mapped[str | None] = mapped_column(String(500))
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    due_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_staff_task_login_id_done_at", "login_id", "done_at"),
        Index("ix_staff_task_programme_id_done_at", "programme_id", "done_at"),
        Index("ix_staff_task_person_id", "person_id"),
        Index("ix_staff_task_match_id", "match_id"),
    )


class CaseNote(Base):
    """What somebody of the staff wrote about the coaching of a person.

    About the person, who can read that it exists and gets its words in the export; read by the
    coach in charge and the coordinators of the programme alone, each time logged. Sealed under the
    person's key. Deleted twelve months after the participation ended, or with the person.
    """

    __tablename__ = "case_note"

    id: Mapped[Id]
    participation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("participation.id", ondelete="CASCADE")
    )
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    # Who wrote it; a number, so that the note outlives the login.
    login_id: Mapped[int | None] = mapped_column(BigId)
    # Whether it is the note of a hand-over to a colleague.
    hands_over: Mapped[bool] = mapped_column(default=False)
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_case_note_participation_id", "participation_id"),
        Index("ix_case_note_person_id", "person_id"),
    )


class Reference(Base):
    """That staff pointed a person to a partner service of some kind, when, and what came of it.

    The person's own; seen by that person, the coach in charge and the coordinators. Only a kind of
    service from a closed list and a result, nothing of what was said there. Deleted twelve months
    after the participation ended, or with the person.
    """

    __tablename__ = "case_reference"

    id: Mapped[Id]
    participation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("participation.id", ondelete="CASCADE")
    )
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    service: Mapped[str] = mapped_column(String(24))
    result: Mapped[str] = mapped_column(String(12))
    referred_on: Mapped[date] = mapped_column(Date)
    login_id: Mapped[int | None] = mapped_column(BigId)

    __table_args__ = (
        Index("ix_case_reference_participation_id", "participation_id"),
        Index("ix_case_reference_person_id", "person_id"),
    )


class Obstacle(Base):
    """What stands in a person's way to work, as one code of a closed list without details.

    The person's own; seen by that person, the coach in charge and the coordinators, and counted in
    reports. Deleted twelve months after the participation ended, or with the person.
    """

    __tablename__ = "case_obstacle"

    participation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("participation.id", ondelete="CASCADE"), primary_key=True,
        autoincrement=False,
    )  # fmt: skip
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    noted_at: Mapped[datetime]

    __table_args__ = (Index("ix_case_obstacle_person_id", "person_id"),)


class Story(Base):
    """A story of success that staff wrote down with a person, for everybody to read.

    The person's own: published only after their consent, which is in the ledger, and deleted when
    they take it back. Until then it is seen by them and who wrote it. Sealed under the person's
    key, so that it ends with them everywhere. Unanswered ones go after 60 days.
    """

    __tablename__ = "success_story"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    participation_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("participation.id", ondelete="SET NULL")
    )
    language: Mapped[str] = mapped_column(String(35))
    # JSON with "called", "story" and "link".
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    login_id: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_success_story_person_id", "person_id"),
        Index("ix_success_story_participation_id", "participation_id"),
        Index("ix_success_story_published_at", "published_at"),
    )
