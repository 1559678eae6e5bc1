"""Tables of joining: invitations, drafts of the wizard, applications, and how somebody came."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.people.model import PersonKind
from server.platform.storage.base import Base, BigId, Id


class Invitation(Base):
    """A code with which people may join, made by somebody of the staff.

    With `person_id` it is the code with which that person takes over an account made for them. Its
    maker and the admins see it. The code is sealed, for posters to be printed again; a keyed mark
    finds it. Deleted 90 days after it ended; with `person_id` also with that person.
    """

    __tablename__ = "invitation"

    id: Mapped[Id]
    code_index: Mapped[str] = mapped_column(String(64), unique=True)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    code_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    # None lets people choose.
    kind: Mapped[PersonKind | None] = mapped_column(String(14))
    language: Mapped[str | None] = mapped_column(String(35))
    note: Mapped[str] = mapped_column(Text, default="")
    # The coach knows who comes: no e-mail is needed.
    vouches: Mapped[bool]
    uses: Mapped[int]
    most_uses: Mapped[int]
    # The account that is handed over.
    person_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    # The login that made it; a number only, None for the command line.
    made_by: Mapped[int | None] = mapped_column(BigId, index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]


class JoinDraft(Base):
    """What somebody has filled in so far, to stop and go on later.

    Theirs, seen by nobody: the answers are sealed, and only the browser that began, or the code to
    go on, leads to them. Deleted when they have joined, and after 14 days.
    """

    __tablename__ = "join_draft"

    id: Mapped[Id]
    browser_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_index: Mapped[str | None] = mapped_column(String(64), unique=True)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    # The login that waits for its address to be confirmed; deleted with the draft.
    login_id: Mapped[int | None] = mapped_column(BigId, index=True)
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ApplicationState(enum.StrEnum):
    """Where an application stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


class Application(Base):
    """That somebody asks to join, with their answers sealed.

    Theirs, read by the staff who decide. An approved one is deleted at once but for this row's
    decision; a refused one is deleted with its login after 30 days.
    """

    __tablename__ = "application"

    id: Mapped[Id]
    login_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("login.id", ondelete="CASCADE"), unique=True
    )
    kind: Mapped[PersonKind] = mapped_column(String(14))
    language: Mapped[str] = mapped_column(String(35))
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[ApplicationState] = mapped_column(String(10), index=True)
    applied_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(BigId)
    person_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), index=True
    )


class Coming(Base):
    """How a person came to this instance, and which login of the staff brought them.

    The person's and their coach's; kept for as long as the account, so that a coach finds the
    people they brought.
    """

    __tablename__ = "coming"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    # "open", "approval", "invitation", "on_behalf".
    way: Mapped[str] = mapped_column(String(12))
    brought_by: Mapped[int | None] = mapped_column(BigId, index=True)
    at: Mapped[datetime]
    # When the person took over an account that was made for them.
    taken_over_at: Mapped[datetime | None]
