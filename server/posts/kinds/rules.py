"""May this be published, and may its state change? Decisions that depend on the date.

What is wrong with a record at any time is `schemas.errors_of`; here is what only its author has to
mind. Hints that never refuse are in `advising`.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from schemas import FieldError, Record, publication_errors
from schemas.rules import moment_of
from server.posts.kinds import Kind, State, closes_at, closing_field, next_states, state_of
from server.posts.kinds.language import marked

LONGEST: Final = timedelta(days=366)
"""Twelve months, whatever the month: nothing is shown longer without being looked at again."""

_CLOSED: Final = FieldError(
    "",
    "closed",
    marked("The last day has passed already. Give a later one, or do not open it."),
)


def errors_to_publish(
    kind: Kind, record: Mapping[str, object], *, published: datetime, now: datetime
) -> list[FieldError]:
    """Return why this record may not be published or changed, at the time `now` (aware).

    `published` is when it first was (the same as `now` for a new one): twelve months count from
    there. A record that is already closed may keep its past dates.
    """
    return [*publication_errors(kind, record), *_date_errors(kind, record, published, now)]


def _date_errors(
    kind: Kind, record: Mapping[str, object], published: datetime, now: datetime
) -> Iterator[FieldError]:
    place = closing_pointer(kind, record)
    closing = closes_at(kind, record)
    if state_of(record) is State.OPEN and closing and closing <= now:
        yield FieldError(place, _CLOSED.code, _CLOSED.message)
    too_long = marked("At most twelve months after publication.")
    if closing and closing > published + LONGEST:
        yield FieldError(place, "too_long", too_long)
    expires = moment_of(record.get("expiresAt"))
    if expires and expires != closing and expires > published + LONGEST:
        yield FieldError("/expiresAt", "too_long", too_long)


def closing_pointer(kind: Kind, record: Mapping[str, object]) -> str:
    """Return the pointer to the field that decides when this record closes, or to `expiresAt`."""
    return f"/{closing_field(kind, record) or 'expiresAt'}"


def changed_state(
    kind: Kind, record: Mapping[str, object], state: State, *, now: datetime
) -> Record | FieldError:
    """Return the record in its new state, or why it cannot have it.

    Opening again needs a closing moment that is still to come. An event that is withdrawn is also
    marked as cancelled, so that calendars elsewhere strike it through.
    """
    if state not in next_states(state_of(record)):
        message = marked("This cannot follow from the state it is in.")
        return FieldError("/state", "transition", message)
    closing = closes_at(kind, record)
    if state is State.OPEN and closing and closing <= now:
        return FieldError(closing_pointer(kind, record), _CLOSED.code, _CLOSED.message)
    changed: Record = {**record, "state": state.value}
    if kind is Kind.EVENT and state is State.WITHDRAWN:
        changed["eventStatus"] = "EventCancelled"
    if kind is Kind.EVENT and state is State.OPEN and _was_cancelled(record):
        changed["eventStatus"] = "EventScheduled"
    return changed


def _was_cancelled(record: Mapping[str, object]) -> bool:
    return record.get("eventStatus") == "EventCancelled"


def is_due(kind: Kind, record: Mapping[str, object], now: datetime) -> bool:
    """Tell whether an open record has reached its closing moment and has to expire now."""
    closing = closes_at(kind, record)
    return state_of(record) is State.OPEN and closing is not None and closing <= now
