"""Tables of access: logins, what they may act for, sessions of pages, tickets for one use.

Passkeys and second factors are in `signing_in.model`, applications and tokens in `oauth.model`.
"""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id, Json


class StaffRole(enum.StrEnum):
    """What somebody of the staff may do; each role only its own (least privilege)."""

    COACH = "coach"
    COORDINATOR = "coordinator"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Login(Base):
    """How somebody proves who they are: an e-mail address or a sign-in name, and a password.

    The login's own data, seen by nobody else. Address and name are sealed under a key of the login;
    keyed fingerprints find them. Who has no e-mail has a name; who signs in with links, codes or
    passkeys alone has no password. Deleted when the last person it acts for is erased.
    """

    __tablename__ = "login"

    id: Mapped[Id]
    email_index: Mapped[str | None] = mapped_column(String(64), unique=True)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    email_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_confirmed_at: Mapped[datetime | None]
    name_index: Mapped[str | None] = mapped_column(String(64), unique=True)
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    locale: Mapped[str | None] = mapped_column(String(35))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    signed_in_at: Mapped[datetime | None]


class LoginRole(Base):
    """A staff role of a login. Given and taken by admins; deleted with the login."""

    __tablename__ = "login_role"

    login_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("login.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    role: Mapped[StaffRole] = mapped_column(String(12), primary_key=True)


class LoginPerson(Base):
    """That a login acts for a person: `owner`, or `editor` for a colleague in an organisation."""

    __tablename__ = "login_person"

    login_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("login.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    role: Mapped[str] = mapped_column(String(10), default="owner")

    __table_args__ = (Index("ix_login_person_person_id", "person_id"),)


class PageSession(Base):
    """One signed-in browser, kept as a hash of its cookie; ends after 30 days or at sign-out.

    Its login sees it and can end it. On a shared device it ends after 30 minutes without use.
    `browser` is a family such as "Firefox, Android", so that people know their own devices; no
    address is kept. `proven_at` is when they last proved who they are.
    """

    __tablename__ = "page_session"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    login_id: Mapped[int] = mapped_column(BigId, ForeignKey("login.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE")
    )
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    is_shared: Mapped[bool] = mapped_column(default=False, server_default=false())
    browser: Mapped[str | None] = mapped_column(String(60))
    proven_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_page_session_login_id", "login_id"),
        Index("ix_page_session_person_id", "person_id"),
    )


class TicketKind(enum.StrEnum):
    """What a ticket is good for."""

    LINK = "link"  # signing in by a link in a mail
    STAFF_CODE = "staff_code"  # signing in by a code from the staff
    RESET = "reset"  # a new password, by a link in a mail
    NEW_EMAIL = "new_email"  # confirming a new address
    STEP = "step"  # the second step of signing in
    CHALLENGE = "challenge"  # what a passkey signs
    INVITATION = "invitation"  # acting for an organisation


class Ticket(Base):
    """One short-lived secret that is good for one thing and one use, kept as a hash.

    Its login's, seen by nobody; made for what `kind` says and deleted when it is used, or within an
    hour of running out. `browser_hash` binds it to the browser that asked, `sealed` holds a new
    address under the login's key, `about` holds no personal data.
    """

    __tablename__ = "ticket"

    id: Mapped[Id]
    kind: Mapped[TicketKind] = mapped_column(String(12))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    login_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("login.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE")
    )
    browser_hash: Mapped[str | None] = mapped_column(String(64))
    about: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (
        Index("ix_ticket_login_id", "login_id"),
        Index("ix_ticket_person_id", "person_id"),
    )
