"""How a lower feature is heard by an upper one: events, answered inside the same transaction.

An event is a frozen dataclass in the `events.py` of the feature that announces it. A reaction is a
function `(w, event)` in the `reactions.py` of a feature above. Reactions run at once, in the order
of the features, and a reaction that raises undoes the whole unit of work.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; subclasses say what, in their own fields."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """One function that answers one type of event, inside the transaction that announced it."""

    event: type[Event]
    # The argument is the `Work` of the transaction and the event; typed where they are written.
    answer: Callable[[Any, Any], None]


class Reactions:
    """All reactions of the running features, by type of event."""

    def __init__(self, reactions: Iterable[Reaction] = ()) -> None:
        self._by_event: dict[type[Event], list[Reaction]] = defaultdict(list)
        for reaction in reactions:
            self._by_event[reaction.event].append(reaction)

    def to(self, event: Event) -> tuple[Reaction, ...]:
        """Return what answers this event, in the order of the features."""
        return tuple(self._by_event.get(type(event), ()))
