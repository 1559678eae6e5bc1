"""Tables of client applications: who they are, codes on their way to them, and their tokens."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id, Json


class OAuthApp(Base):
    """One registered client application. Unused ones go after 30 days."""

    __tablename__ = "oauth_app"

    id: Mapped[Id]
    client_id: Mapped[str] = mapped_column(String(64), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(300))
    website: Mapped[str | None] = mapped_column(String(2048))
    redirect_uris: Mapped[list[Any]] = mapped_column(Json)
    scopes: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]


class OAuthCode(Base):
    """One authorization code: ten minutes, one use, bound to client, redirect URI and challenge."""

    __tablename__ = "oauth_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    app_id: Mapped[int] = mapped_column(BigId, ForeignKey("oauth_app.id", ondelete="CASCADE"))
    login_id: Mapped[int] = mapped_column(BigId, ForeignKey("login.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id", ondelete="CASCADE"))
    redirect_uri: Mapped[str] = mapped_column(String(2048))
    scopes: Mapped[str] = mapped_column(Text)
    challenge: Mapped[str | None] = mapped_column(String(128))
    expires_at: Mapped[datetime] = mapped_column(index=True)
    # The token that it was exchanged for; a second use revokes it (RFC 6749 §4.1.2).
    used_at: Mapped[datetime | None]
    token_id: Mapped[int | None] = mapped_column(BigId)

    __table_args__ = (
        Index("ix_oauth_code_app_id", "app_id"),
        Index("ix_oauth_code_login_id", "login_id"),
        Index("ix_oauth_code_person_id", "person_id"),
    )


class OAuthToken(Base):
    """One access token, kept as a hash; for a person, or for an application alone."""

    __tablename__ = "oauth_token"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    app_id: Mapped[int] = mapped_column(BigId, ForeignKey("oauth_app.id", ondelete="CASCADE"))
    login_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("login.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("person.id", ondelete="CASCADE")
    )
    scopes: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_oauth_token_app_id", "app_id"),
        Index("ix_oauth_token_login_id", "login_id"),
        Index("ix_oauth_token_person_id", "person_id"),
    )
