"""`/dev/mail`: the mails of a development instance, which land in a folder.

There only where the instance's address is this machine's own and mails are not sent: nobody else
can have written or can read there. Everywhere else the pages do not exist.
"""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

from aiohttp import web

from server.platform.errors import NotFound
from server.platform.http.decorators import page
from server.platform.http.render import render
from server.platform.instance import instance_of
from server.platform.mail.composing import TEMPLATES
from server.platform.mail.rules import Way, folder_of, is_loopback, way_of

__all__ = ["ROUTES", "TEMPLATES"]

_NAME: Final = re.compile(r"[0-9A-Za-z.\-]{1,100}")
_MOST: Final = 100
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups"
_LINK: Final = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Kept:
    """One mail in the folder."""

    name: str
    to: str
    subject: str
    at: datetime
    language: str
    text: str
    html: str

    @property
    def links(self) -> list[str]:
        """The addresses in the text, to be followed by hand."""
        return list(dict.fromkeys(_LINK.findall(self.text)))


def _folder(request: web.Request) -> Path:
    settings = instance_of(request).settings
    if not is_loopback(settings) or way_of(settings) is not Way.FOLDER:
        raise NotFound
    return folder_of(settings)


def _read(path: Path) -> Kept:
    message = message_from_bytes(path.read_bytes(), EmailMessage, policy=default)
    parts = {
        part.get_content_type(): part.get_content()
        for part in message.walk()
        if not part.is_multipart()
    }
    return Kept(
        name=path.stem,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        at=parsedate_to_datetime(str(message["Date"])),
        language=str(message["Content-Language"]),
        text=str(parts.get("text/plain", "")),
        html=str(parts.get("text/html", "")),
    )


def _listed(folder: Path) -> list[Kept]:
    newest = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [_read(path) for path in newest[:_MOST]]


async def _one(request: web.Request) -> Kept:
    name = request.match_info["name"]
    path = _folder(request) / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFound
    return await asyncio.to_thread(_read, path)


@page()
async def mails(request: web.Request) -> web.Response:
    """Show the mails, the newest first."""
    found = await asyncio.to_thread(_listed, _folder(request))
    return await render(request, "mail/box.html", {"mails": found})


@page()
async def mail(request: web.Request) -> web.Response:
    """Show one mail as plain text."""
    return await render(request, "mail/kept.html", {"mail": await _one(request)})


@page()
async def mail_as_html(request: web.Request) -> web.Response:
    """Show one mail as a mail program would, in a sandbox."""
    found = await _one(request)
    headers = {"Content-Security-Policy": _POLICY}
    return web.Response(text=found.html, content_type="text/html", headers=headers)


ROUTES: Final = (
    web.get("/dev/mail", mails, name="mail.box"),
    web.get("/dev/mail/{name}", mail, name="mail.kept"),
    web.get("/dev/mail/{name}/html", mail_as_html, name="mail.kept_html"),
)
