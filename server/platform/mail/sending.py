"""Mails on their way: over SMTP with TLS and sign-in, or into a folder on a development machine.

Each attempt ends as a job does: done after the server's 250, tried again, or given up. Reasons
name the step and the reply code only, never an address or the server's words.
"""

import asyncio
import os
import ssl
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import aiosmtplib

from server.platform.instance import Instance
from server.platform.jobs.outcomes import Done, Failed, GivenUp, Outcome
from server.platform.mail.rules import Address, Way, folder_of, is_final, read_address, way_of
from server.settings import MailSettings

_AT_ONCE = 4
_SECONDS = 30.0
_PATIENCE = 120.0  # well below the lease of a job


class Mailer:
    """Sends messages, few at once."""

    def __init__(self, instance: Instance) -> None:
        self._settings = instance.settings
        self._few = asyncio.Semaphore(_AT_ONCE)
        self._host = urlsplit(instance.site.base_url).hostname or "localhost"

    @property
    def host(self) -> str:
        """The host name of this instance, for message ids."""
        return self._host

    @property
    def sender(self) -> Address:
        """The address that mails come from. Raises ValueError when the setting is no address."""
        text = self._settings.mail.sender or f"noreply@{self._host}"
        found = read_address(text)
        if found is None:
            raise ValueError("mail.sender is not an address")
        return found

    async def send(self, message: EmailMessage, sender: Address, recipient: Address) -> Outcome:
        """Send one message and say how that ended; after the server's 250 it is done."""
        match way_of(self._settings):
            case Way.FOLDER:
                await asyncio.to_thread(_keep, folder_of(self._settings), message)
                return Done()
            case Way.NONE:
                return GivenUp("no mail server is set (mail.host)")
            case Way.SMTP:
                return await self._in_turn(lambda: self._sent(message, sender, recipient))

    async def _in_turn(self, sending: Callable[[], Awaitable[Outcome]]) -> Outcome:
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._few.acquire()
        except TimeoutError:
            return Failed("the mail server is slow")
        try:
            return await sending()
        finally:
            self._few.release()

    async def _sent(self, message: EmailMessage, sender: Address, recipient: Address) -> Outcome:
        client = _client(self._settings.mail, self._host)
        try:
            await client.connect()
            await client.send_message(message, sender=str(sender), recipients=[str(recipient)])
        except aiosmtplib.SMTPException as error:
            return _end_of(error)
        except (OSError, TimeoutError) as error:
            return Failed(f"cannot reach the mail server: {type(error).__name__}")
        finally:
            client.close()
        return Done()


def _client(mail: MailSettings, host: str) -> aiosmtplib.SMTP:
    tls = ssl.create_default_context()
    if mail.ca_file is not None:
        tls.load_verify_locations(mail.ca_file)
    return aiosmtplib.SMTP(
        hostname=mail.host,
        port=mail.port,
        username=mail.username or None,
        password=mail.password or None,
        local_hostname=host,
        timeout=_SECONDS,
        use_tls=mail.security == "tls",
        start_tls=mail.security == "starttls",
        tls_context=None if mail.security == "none" else tls,
    )


def _end_of(error: aiosmtplib.SMTPException) -> Outcome:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return _ended("RCPT", max(refusal.code for refusal in error.recipients))
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return Failed(f"the mail server refuses our sign-in: {error.code}")
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        return Failed(f"the mail server refuses our sender: {error.code}")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _ended(type(error).__name__.removeprefix("SMTP").removesuffix("Error"), error.code)
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return Failed("the mail server does not support what this mail needs")
    return Failed(type(error).__name__)


def _ended(step: str, code: int) -> Outcome:
    reason = f"the mail server answers {code} to {step}"
    return GivenUp(reason) if is_final(code) else Failed(reason)


def _keep(folder: Path, message: EmailMessage) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = str(message["Message-ID"]).strip("<>").partition("@")[0]
    temporary = folder / f"{name}.part"
    with temporary.open("wb") as file:
        file.write(bytes(message))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / f"{name}.eml")


def mailer_of(instance: Instance) -> Mailer:
    """Return the mailer of an instance, made at its first mail."""
    try:
        return instance.part(Mailer)
    except KeyError:
        mailer = Mailer(instance)
        instance.add_part(mailer)
        return mailer
