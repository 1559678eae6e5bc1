"""What is decided about mails without sending one: the way out, the spelling, the ends."""

import enum
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from activitypub.documents.urls import canonical_host
from activitypub.errors import DocumentError
from server.settings import Settings

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f<>()\[\]\\,;:\"\s]")
_MOST_LOCAL_PART: Final = 64
_MOST_ADDRESS: Final = 254
_MOST_SUBJECT: Final = 200
_PERMANENT: Final = range(500, 600)
_OUR_FAULT: Final = frozenset({500, 501, 502, 503, 504, 530, 534, 535, 538})
"""Replies about our commands or our sign-in: the operator mends that, the mail is not to blame."""


class Way(enum.Enum):
    """How mails leave."""

    SMTP = "smtp"
    FOLDER = "folder"
    NONE = "none"


def is_loopback(settings: Settings) -> bool:
    """Tell whether the instance is one for development on this machine."""
    return urlsplit(settings.instance.base_url).hostname in _LOOPBACK


def way_of(settings: Settings) -> Way:
    """Return how mails leave: a folder when one is set, or on this machine without a server."""
    if settings.mail.folder is not None:
        return Way.FOLDER
    if settings.mail.host:
        return Way.SMTP
    return Way.FOLDER if is_loopback(settings) else Way.NONE


def folder_of(settings: Settings) -> Path:
    """Return the folder that mails land in instead of being sent."""
    return settings.mail.folder or settings.media.root.parent / "mail"


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address in the spelling of the wire; `needs_utf8` without one in ASCII."""

    local: str
    domain: str

    @property
    def needs_utf8(self) -> bool:
        """Tell whether the server must speak SMTPUTF8 (RFC 6531): the name itself is not ASCII."""
        return not self.local.isascii()

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


def read_address(text: str) -> Address | None:
    """Return an address that can stand in a header and an envelope, or None.

    The domain becomes ASCII (IDNA); a name that is not ASCII stays (RFC 6531). Nothing that means
    something in a header passes: no line ends, quotes, brackets, commas.
    """
    local, at, host = text.strip().rpartition("@")
    if not at or not local or len(local.encode()) > _MOST_LOCAL_PART or _UNSAFE.search(local):
        return None
    if local.startswith(".") or local.endswith(".") or ".." in local or "@" in local:
        return None
    try:
        domain = canonical_host(host)
    except DocumentError:
        return None
    if ":" in domain or len(local.encode()) + len(domain) + 1 > _MOST_ADDRESS:
        return None
    return Address(local, domain)


def one_line(text: str, most: int = _MOST_SUBJECT) -> str:
    """Return a text that is safe as a header: one line, no controls, not endless."""
    words = "".join(" " if ord(char) < 32 or ord(char) == 127 else char for char in text)  # noqa: PLR2004 - the controls of ASCII
    line = " ".join(words.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def is_final(code: int) -> bool:
    """Tell whether a reply of an SMTP server means that this mail can never be taken."""
    return code in _PERMANENT and code not in _OUR_FAULT
