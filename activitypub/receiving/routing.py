"""Which handlers answer an activity: by its type and a predicate. Several may answer one.

The handlers' own type is the application's; the library only picks them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from activitypub.documents.activity import Activity
from activitypub.documents.reading import types_of

Handler = TypeVar("Handler")
When = Callable[[Activity], bool]


def always(_: Activity) -> bool:
    """The predicate of a route that takes every activity of its type."""
    return True


def about(*object_types: str) -> When:
    """The predicate for activities whose embedded object has one of these types."""

    def matches(activity: Activity) -> bool:
        return not set(object_types).isdisjoint(types_of(activity.embedded))

    return matches


@dataclass(frozen=True, slots=True)
class Route(Generic[Handler]):
    """One line of the table: who answers activities of a type when the predicate holds."""

    activity_type: str
    handler: Handler
    when: When = always


class Router(Generic[Handler]):
    """The table of routes, in the order in which the handlers are to run."""

    def __init__(self, routes: Iterable[Route[Handler]]) -> None:
        self._by_type: dict[str, list[Route[Handler]]] = {}
        for route in routes:
            self._by_type.setdefault(route.activity_type, []).append(route)

    def handlers_for(self, activity: Activity) -> tuple[Handler, ...]:
        """Return everybody who answers the activity, in the order of the table; nobody is fine."""
        routes = self._by_type.get(activity.type, ())
        return tuple(route.handler for route in routes if route.when(activity))

    @property
    def activity_types(self) -> frozenset[str]:
        """The types that anybody here answers."""
        return frozenset(self._by_type)
