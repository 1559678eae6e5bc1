"""The words of what people hear about matches: that there is something, never about whom."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from server.matching import telling
from server.platform.i18n import Message, say
from server.platform.instance import Instance
from server.platform.notices import About, Notice
from server.platform.work import Reading

WORDS: Final[Mapping[str, Message]] = {
    telling.MATCH_ASKED: say("You have an answer to give."),
    telling.MATCH_REMINDER: say("We still wait for your answer."),
    telling.MATCH_AGREED: say("You both said yes."),
    telling.MATCH_OVER: say("A proposal did not come about."),
    telling.MATCH_CHANGED: say("Something changed in your match."),
    telling.MATCH_ENDED: say("Your match has ended."),
    telling.MATCH_DESK: say("A match needs you."),
}
_LISTED: Final = frozenset({telling.MATCH_OVER, telling.MATCH_ENDED})
_DESK: Final = "/staff/matching"


def path_of(kind: str, match: object) -> str:
    """Return where a notice leads: what is over may be gone when somebody looks."""
    if kind == telling.MATCH_DESK:
        return _DESK
    is_open = isinstance(match, str) and match.isdecimal() and kind not in _LISTED
    return f"/matches/{match}" if is_open else "/matches"


def _notice(kind: str) -> Notice:
    return Notice(
        kind=kind,
        label=WORDS[kind],
        icon="project",
        text=_text_of(kind),
        path=lambda about: path_of(kind, about.get("match")),
        is_essential=kind != telling.MATCH_DESK,
        as_message=kind in telling.KINDS,
    )


def _text_of(kind: str) -> Callable[[About], Message]:
    return lambda _: WORDS[kind]


NOTICES: Final = tuple(_notice(kind) for kind in WORDS)


def _news(_: Instance, r: Reading, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the words and the address of a mail; None for a kind that there is not any more."""
    kind = str(values.get("kind"))
    if kind not in WORDS:
        return None
    return {"news": WORDS[kind], "address": r.site.url(path_of(kind, values.get("match")))}


MAIL_VALUES: Final = {telling.TEMPLATE: _news}
