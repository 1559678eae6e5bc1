"""The words of notices and mails about meetings, and where each leads: no names, no times."""

from collections.abc import Mapping
from typing import Final

from server.meetings import telling
from server.platform.i18n import Message, say
from server.platform.notices import About, Notice

SAID: Final[Mapping[str, Message]] = {
    telling.ASKED: say("You have an answer to give: somebody would like to meet you."),
    telling.PLANNED: say("A meeting is planned."),
    telling.MOVED: say("A meeting needs a new time."),
    telling.CANCELLED: say("A meeting is cancelled."),
    telling.TOMORROW: say("You have a meeting within a day."),
    telling.SOON: say("You have a meeting within an hour."),
    telling.AGAIN: say("You both would like to meet again."),
}
"""What is said, by kind."""

_ESSENTIAL: Final = frozenset({telling.ASKED, telling.MOVED, telling.CANCELLED})


def _path(about: About) -> str | None:
    number = about.get("meeting")
    return f"/meetings/{number}" if isinstance(number, str) and number.isdigit() else "/meetings"


def _notice(kind: str, said: Message) -> Notice:
    def text(_: About) -> Message:
        return said

    return Notice(
        kind=kind,
        label=said,
        icon="clock",
        text=text,
        path=_path,
        is_essential=kind in _ESSENTIAL,
    )


NOTICES: Final = tuple(_notice(kind, said) for kind, said in SAID.items())
