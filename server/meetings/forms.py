"""Reading the forms of meetings: what was sent, as wishes; what is wrong, by field."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from server.meetings.calendar import MEETING
from server.meetings.model import Mode
from server.meetings.rules import LENGTHS, MOST_TIMES, Wish, offered_modes
from server.platform.errors import Invalid
from server.platform.http.parameters import Parameters
from server.platform.i18n import Message, say

_SHOWN_TIMES: Final = MOST_TIMES
_USUAL_LENGTH: Final = 60


def read_wish(sent: Parameters) -> Wish:
    """Return what a form proposes. Raises Invalid; whether it can be is decided in `rules`."""
    mode = sent.choice("mode", tuple(Mode))
    if mode is None:
        raise Invalid(details={"mode": [("ERR_BLANK", say("can't be blank"))]})
    return Wish(
        times=sent.texts("times", most=MOST_TIMES, max_length=40),
        zone=sent.required("zone", max_length=64),
        minutes=sent.integer("minutes", least=1, most=24 * 60) or 0,
        mode=Mode(mode),
        place=sent.text("place", max_length=10_000) or "",
    )


def wish_form(sent: Parameters | None, known: Mapping[str, Any], pattern: str) -> Mapping[str, Any]:
    """Return the values of the form: what was sent, else what is known, else what is usual."""
    if sent is not None:
        known = {
            "times": _kept(sent),
            "zone": str(sent.raw("zone") or ""),
            "minutes": str(sent.raw("minutes") or ""),
            "mode": str(sent.raw("mode") or ""),
            "place": str(sent.raw("place") or ""),
        }
    times = [str(one) for one in known.get("times", ())][:MOST_TIMES]
    return {
        "times": times + [""] * (_SHOWN_TIMES - len(times)),
        "zone": known.get("zone", ""),
        "minutes": str(known.get("minutes") or _USUAL_LENGTH),
        "mode": str(known.get("mode") or Mode.WALK),
        "place": known.get("place", ""),
        "modes": [(mode.value, MEETING[mode]) for mode in offered_modes(pattern)],
        "lengths": [str(one) for one in LENGTHS],
    }


def _kept(sent: Parameters) -> Sequence[str]:
    try:
        return sent.texts("times", most=MOST_TIMES, max_length=40)
    except Invalid:
        return ()


def faults_of(wrong: Invalid) -> dict[str, list[Message]]:
    """Return what is wrong, by field."""
    return {name: [one.description for one in faults] for name, faults in wrong.details.items()}


def read_day(sent: Parameters, name: str) -> date | None:
    """Return a day, or None when not given. Raises Invalid."""
    text = sent.text(name, max_length=20)
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as broken:
        raise Invalid(details={name: [("ERR_INVALID", say("must be a date"))]}) from broken
