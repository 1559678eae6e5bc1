"""How one answers an offer: by the channels that its author chose, as buttons in plain words.

A page, a mailbox, a telephone. Addresses are taken only where a browser may safely open them; what
the record says otherwise ("come by on Tuesday") is text and stays text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from server.platform.i18n import Message, say
from server.posts.kinds import Kind
from server.posts.kinds.reading import part_in, text_in

_MAIL: Final = "mailto:"
_SAFE: Final = ("https://", "http://")
_DIALLED: Final = re.compile(r"[0-9+]")


class Way(StrEnum):
    """By what one answers; also the name of the sign on the button."""

    PAGE = "link"
    MAIL = "mail"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Channel:
    """A button: what it does in words, where it leads, and what is shown of the address."""

    way: Way
    label: Message
    href: str
    shown: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask: the desk's name in words, and the ways to reach it."""

    name: str
    channels: tuple[Channel, ...]

    def __bool__(self) -> bool:
        return bool(self.name or self.channels)


_BY_PAGE: Final[Mapping[Kind, Message]] = {
    Kind.VACANCY: say("Apply for this job"),
    Kind.STUDY: say("Enrol for this course"),
    Kind.EVENT: say("Sign up on their page"),
    Kind.PROJECT: say("Join this project"),
    Kind.TOOL: say("Open this tool"),
}
_BY_MAIL: Final[Mapping[Kind, Message]] = {
    Kind.VACANCY: say("Apply by e-mail"),
    Kind.STUDY: say("Enrol by e-mail"),
    Kind.EVENT: say("Sign up by e-mail"),
    Kind.PROJECT: say("Join by e-mail"),
    Kind.TOOL: say("Ask for this tool by e-mail"),
}
_NEEDS_NO_SIGN_UP: Final = frozenset({"none", "free", "restricted"})


def answers_to(
    kind: Kind, record: Mapping[str, Any], *, is_local: bool, page: str
) -> tuple[Channel, ...]:
    """Return the buttons for answering an offer; `page` is where it was written.

    Events one signs up for here have a box of their own; those of other servers are joined there.
    """
    if kind is Kind.EVENT:
        return _answers_to_event(record, is_local=is_local, page=page)
    own = _channel(text_in(record, "applyUrl") or text_in(record, "url"), kind)
    return (own,) if own else ()


def _answers_to_event(
    record: Mapping[str, Any], *, is_local: bool, page: str
) -> tuple[Channel, ...]:
    mode, found = text_in(record, "joinMode"), []
    signs_up_elsewhere = mode not in _NEEDS_NO_SIGN_UP
    own = _channel(text_in(record, "applyUrl"), Kind.EVENT)
    if own and (signs_up_elsewhere or not is_local):
        found.append(own)
    elif mode in {"free", "restricted"} and not is_local and page.startswith(_SAFE):
        found.append(Channel(Way.PAGE, say("Join on their site"), page, _host_of(page)))
    online = text_in(record, "onlineUrl")
    if online.startswith(_SAFE):
        found.append(Channel(Way.PAGE, say("Open the online meeting"), online, _host_of(online)))
    return tuple(found)


def _channel(address: str, kind: Kind) -> Channel | None:
    if address.startswith(_MAIL):
        return Channel(Way.MAIL, _BY_MAIL[kind], address, _mailbox(address))
    if address.startswith(_SAFE):
        return Channel(Way.PAGE, _BY_PAGE[kind], address, _host_of(address))
    return None


def contact_in(record: Mapping[str, Any]) -> Contact:
    """Return whom a record names for questions."""
    contact = part_in(record, "contact")
    mail, phone = text_in(contact, "email"), text_in(contact, "telephone")
    page = text_in(contact, "url")
    found: list[Channel] = []
    if phone and _DIALLED.search(phone):
        number = "".join(_DIALLED.findall(phone))
        found.append(Channel(Way.PHONE, say("Call"), f"tel:{number}", phone))
    if mail:
        found.append(Channel(Way.MAIL, say("Write an e-mail"), f"{_MAIL}{mail}", mail))
    if page.startswith(_SAFE):
        found.append(Channel(Way.PAGE, say("Contact page"), page, _host_of(page)))
    return Contact(text_in(contact, "name"), tuple(found))


def _mailbox(address: str) -> str:
    return address.removeprefix(_MAIL).partition("?")[0]


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
