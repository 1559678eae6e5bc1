"""Tables of reports: answers for a funder, what was counted of who is gone, who took what out."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id, Json


class FundedProgramme(Base):
    """That a funder pays a programme and asks for its own numbers, by which list, and until when.

    The instance's own, without personal data; seen and changed by coordinators and admins. Deleted
    with the programme.
    """

    __tablename__ = "funded_programme"

    programme_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    # The name of a file in `data`.
    indicator_set: Mapped[str] = mapped_column(String(40))
    # What the funder calls the operation.
    operation: Mapped[str] = mapped_column(String(80))
    # Until when the funder demands the answers of single people; then they are deleted.
    keep_until: Mapped[date] = mapped_column(Date)


class FunderAnswers(Base):
    """What somebody answered for the funder of a programme: at entry, at the end, six months later.

    The person's own and partly of special categories (GDPR art. 9), so given by consent of its own,
    sealed under the person's key, and read by nobody but that person: reports open them only to
    count, and an admin's file for the funder names nobody. Never used for matching. Deleted when
    the consent is taken back, with the person, and on the day the funder needs them no more.
    """

    __tablename__ = "funder_answers"

    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey("programme.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    # None once the participation itself was deleted; the dates stay.
    participation_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("participation.id", ondelete="SET NULL"), unique=True
    )
    indicator_set: Mapped[str] = mapped_column(String(40))
    # What the funder's file calls the participant: by chance, known here alone.
    pseudonym: Mapped[str] = mapped_column(String(24))
    entry_on: Mapped[date] = mapped_column(Date)
    exit_on: Mapped[date | None] = mapped_column(Date)
    # JSON: {"entry": {…}, "exit": {…}, "later": {…}}.
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    # Which moments are answered, and whether by the person or beside a member of the staff.
    moments: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    keep_until: Mapped[date] = mapped_column(Date, index=True)

    __table_args__ = (
        Index("ix_funder_answers_programme_id", "programme_id"),
        Index("ix_funder_answers_person_id", "person_id"),
        Index("ix_funder_answers_participation_id", "participation_id"),
    )


class Counted(Base):
    """What a participation, a match or an answer counted as, kept when the row itself has to go.

    Nobody's any more: dates, codes and numbers that lead to no row and no person, so that last
    year's report says the same next year. Seen as sums alone. Deleted with the programme.
    """

    __tablename__ = "counted"

    # `participation`, `match` or `answer`; the number is that of the row, by chance for an answer.
    kind: Mapped[str] = mapped_column(String(14), primary_key=True)
    source_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey("programme.id", ondelete="CASCADE"))
    facts: Mapped[dict[str, Any]] = mapped_column(Json)

    __table_args__ = (Index("ix_counted_programme_id_kind", "programme_id", "kind"),)


class ExportTrail(Base):
    """That a member of the staff took numbers out as a file: who, when, which, with what reason.

    About the work of the staff, without names; seen by coordinators and admins on the reports.
    Deleted after ten years, as long as a funder may ask.
    """

    __tablename__ = "export_trail"

    id: Mapped[Id]
    login_id: Mapped[int] = mapped_column(BigId)
    at: Mapped[datetime]
    # numbers, funder or participants; csv or xlsx
    what: Mapped[str] = mapped_column(String(14))
    form: Mapped[str] = mapped_column(String(4))
    # None for all programmes.
    programme_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("programme.id", ondelete="CASCADE")
    )
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    hides_small: Mapped[bool]
    # Why the participants' file was needed; written for the audit, so without names.
    reason: Mapped[str | None] = mapped_column(String(300))

    __table_args__ = (Index("ix_export_trail_programme_id_id", "programme_id", "id"),)
