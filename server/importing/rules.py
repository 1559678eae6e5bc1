"""What a reading of a source means for the posts it gave before: decided without I/O.

The source's own identity of an entry decides what is the same. Whoever deletes an imported post
here has decided that it stays away. A source that suddenly gives nothing at all is taken for
broken, and nothing is withdrawn.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from server.importing.entries import Entry
from server.importing.model import ItemState

MOST_POSTED: Final = 50
"""How many new posts one reading makes; the next reading goes on."""

_EVERY: Final = timedelta(hours=1)
_LONGEST: Final = timedelta(days=1)
_PAUSED_AFTER: Final = 14


class Action(StrEnum):
    """What to do with one entry, or with the post of one that is gone."""

    POST = "post"
    CHANGE = "change"
    WITHDRAW = "withdraw"
    KEEP = "keep"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of an entry from the reading before."""

    identity: str
    fingerprint: str
    state: ItemState
    has_post: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. A withdrawal of something that is gone has no entry."""

    action: Action
    identity: str
    entry: Entry | None = None


def plan(
    entries: Sequence[Entry],
    before: Mapping[str, Before],
    *,
    withdraws: bool,
    most: int = MOST_POSTED,
) -> list[Step]:
    """Return what to do, in the order of the source, withdrawals last."""
    steps: list[Step] = []
    posted = 0
    for entry in entries:
        action = _action(entry, before.get(entry.identity))
        if action is Action.POST:
            posted += 1
            action = Action.POST if posted <= most else Action.LATER
        steps.append(Step(action, entry.identity, entry))
    if withdraws and entries:
        steps += _gone(entries, before)
    return steps


def _action(entry: Entry, known: Before | None) -> Action:
    if known is None or (known.state is ItemState.REFUSED and not known.has_post):
        is_same = known is not None and known.fingerprint == entry.fingerprint
        if is_same or entry.is_cancelled:
            return Action.KEEP
        return Action.POST
    if not known.has_post:
        return Action.KEEP
    if known.fingerprint == entry.fingerprint and known.state is not ItemState.WITHDRAWN:
        return Action.KEEP
    if entry.is_cancelled:
        return Action.KEEP if known.state is ItemState.WITHDRAWN else Action.WITHDRAW
    return Action.CHANGE


def _gone(entries: Iterable[Entry], before: Mapping[str, Before]) -> list[Step]:
    there = {entry.identity for entry in entries}
    return [
        Step(Action.WITHDRAW, identity)
        for identity, known in before.items()
        if identity not in there and known.has_post and known.state is not ItemState.WITHDRAWN
    ]


def next_reading(now: datetime, failures: int) -> datetime | None:
    """Return when a source is read again: hourly, later after failures; None when it is given up.

    The owner is told and can start it again.
    """
    if failures >= _PAUSED_AFTER:
        return None
    wait: timedelta = _EVERY * int(2**failures)
    return now + min(wait, _LONGEST)
