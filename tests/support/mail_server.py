"""A real SMTP server on loopback that keeps what it took, and fails as it is told to."""

# ruff: noqa: ARG002, N802 - aiosmtpd calls these methods by their names, with all it has

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from server.settings import MailSettings


@dataclass
class MailServer:
    """What arrived, and what is answered: each list is emptied from the front, then `250`."""

    taken: list[Envelope] = field(default_factory=list)
    answers_to_rcpt: list[str] = field(default_factory=list)
    answers_to_data: list[str] = field(default_factory=list)
    signed_in_as: list[str] = field(default_factory=list)
    was_tls: list[bool] = field(default_factory=list)
    after_data: Callable[[], None] = lambda: None
    settings: MailSettings = field(default_factory=MailSettings)

    @property
    def mails(self) -> list[EmailMessage]:
        return [
            message_from_bytes(bytes(one.content or b""), EmailMessage, policy=default)
            for one in self.taken
        ]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answers_to_rcpt:
            return self.answers_to_rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answers_to_data:
            return self.answers_to_data.pop(0)
        self.taken.append(envelope)
        self.was_tls.append(session.ssl is not None)
        self.after_data()
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        is_right = data == LoginPassword(b"ours", b"secret")
        if is_right:
            self.signed_in_as.append(data.login.decode())
        return AuthResult(success=is_right, handled=False)


@asynccontextmanager
async def mail_server(
    tls: ssl.SSLContext | None = None,
    *,
    security: str = "none",
    signs_in: bool = False,
    **options: Any,
) -> AsyncIterator[MailServer]:
    """Run a server; `settings` of what is given leads an instance to it."""
    kept = MailServer()
    if security == "starttls":
        options |= {"tls_context": tls, "require_starttls": True}
    if signs_in:
        # On a port that is all TLS the server does not see that it is, so it must not insist.
        options |= {"authenticator": kept.authenticate, "auth_require_tls": security != "tls"}
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: SMTP(kept, hostname="localhost", **options),
        "127.0.0.1",
        0,
        ssl=tls if security == "tls" else None,
    )
    port = listening.sockets[0].getsockname()[1]
    kept.settings = MailSettings(host="localhost", port=port, security=security)
    try:
        yield kept
    finally:
        listening.close()
