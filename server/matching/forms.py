"""What is typed into the forms of matches, by the two people and by the staff alike."""

from datetime import UTC, date, datetime, time

from server.platform.errors import Invalid
from server.platform.i18n import say


def end_of_day(text: str | None) -> datetime | None:
    """Return the end of a day that was typed, None for an empty field. Raises Invalid."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as broken:
        fault = ("ERR_INVALID", say("This day is not possible."))
        raise Invalid(details={"until": [fault]}) from broken
    return datetime.combine(day, time(23, 59), UTC)
