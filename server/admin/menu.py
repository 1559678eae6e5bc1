"""The staff's menu: what the rooms declare, for the roles of whoever looks.

Each page checks the role again; the menu only leaves out what would be refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server.access.model import StaffRole
from server.platform.feature import Feature, MenuEntry
from server.platform.http.visitor import visitor_of
from server.platform.instance import instance_of
from server.platform.work import Reading

ANY_STAFF: Final = frozenset(role.value for role in StaffRole)
"""Every role: who has none is no staff."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry of the menu, and how many things wait there; None where nothing ever waits."""

    entry: MenuEntry
    count: int | None


def entries_for(features: Sequence[Feature], roles: frozenset[str]) -> list[MenuEntry]:
    """Return the staff pages that somebody with these roles may open, in the order of rooms."""
    return [
        entry
        for feature in features
        for entry in feature.staff_pages
        if not entry.roles or not entry.roles.isdisjoint(roles)
    ]


def menu_of(request: web.Request) -> list[MenuEntry]:
    """Return the menu of whoever asks."""
    return entries_for(instance_of(request).features, visitor_of(request).staff_roles)


def waiting_in(
    r: Reading, entries: Sequence[MenuEntry], login_id: int, roles: frozenset[str]
) -> list[Waiting]:
    """Return the entries with their counts, for whoever looks."""
    return [Waiting(entry, _count(r, entry, login_id, roles)) for entry in entries]


def _count(r: Reading, entry: MenuEntry, login_id: int, roles: frozenset[str]) -> int | None:
    if entry.waiting_for is not None:
        return entry.waiting_for(r, login_id, roles)
    return entry.waiting(r) if entry.waiting is not None else None
