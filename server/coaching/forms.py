"""Reading what forms of coaching send, and telling templates what is wrong with it."""

from collections import defaultdict
from datetime import date

from server.platform.errors import Invalid
from server.platform.http.parameters import Parameters
from server.platform.i18n import Message, say

Faults = defaultdict[str, list[Message]]
"""What is wrong, by the name of the field; nothing for a field that is right."""


def day_typed(sent: Parameters, name: str) -> date | None:
    """Return a day of a date field, or None when it is empty. Raises Invalid."""
    text = sent.text(name, max_length=20)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as broken:
        raise Invalid(details={name: [("ERR_INVALID", say("must be a date and time"))]}) from broken


def no_faults() -> Faults:
    """Return that nothing is wrong."""
    return defaultdict(list)


def faults_of(wrong: Invalid) -> Faults:
    """Return what is wrong by the name of the field, as the form macros show it."""
    found = no_faults()
    for name, many in wrong.details.items():
        found[name] = [one.description for one in many]
    return found
