"""Tables of what proves who somebody is beside a password: passkeys, authenticator, codes."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id


class Passkey(Base):
    """One passkey of a login: the public half, which proves nothing by itself (WebAuthn Level 3).

    Its login sees it by the name they gave it and can delete it; deleted with the login.
    """

    __tablename__ = "passkey"

    id: Mapped[Id]
    login_id: Mapped[int] = mapped_column(BigId, ForeignKey("login.id", ondelete="CASCADE"))
    credential_hash: Mapped[str] = mapped_column(String(64), unique=True)
    credential: Mapped[bytes] = mapped_column(LargeBinary)  # id and public key, as WebAuthn has it
    sign_count: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_passkey_login_id", "login_id"),)


class Authenticator(Base):
    """The app of a login that shows codes (TOTP, RFC 6238).

    Its seed is sealed under the login's key and seen by nobody. `confirmed_at` is empty until the
    first right code; `last_step` is the last half-minute that was used, so that no code works
    twice. Deleted by its login, or with it.
    """

    __tablename__ = "authenticator"

    login_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("login.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    seed_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code for the day the phone is lost: kept as a hash, deleted when it is used.

    Its login's, shown once when it is made; new ones replace all old ones.
    """

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    login_id: Mapped[int] = mapped_column(BigId, ForeignKey("login.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_recovery_code_login_id", "login_id"),)
