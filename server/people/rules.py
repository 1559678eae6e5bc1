"""Who may see a person, and what follows from a person's kind and reach: pure decisions.

This is the table that every surface goes by (pages, API, ActivityPub, search, streams). Queries
apply it in SQL through `queries.visible_people`, and a test walks both over all combinations.
Audiences of posts are decided in `posts.rules`, capped by the reach that is decided here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from server.federation.model import HostPolicy, Reach
from server.people.model import PersonKind

MAX_HANDLE: Final = 30
MAX_DISPLAY_NAME: Final = 100
MAX_SUMMARY: Final = 2_000
MAX_FIELDS: Final = 8
MAX_FIELD_CHARS: Final = 255
MAX_ALIASES: Final = 20
MAX_NOTE: Final = 2_000
MOVE_COOLDOWN: Final = timedelta(days=7)
"""How long a person stays where they moved to (as Mastodon and GoToSocial do)."""

_HANDLE: Final = re.compile(r"[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*")


class Place(StrEnum):
    """Where somebody looks from, nearest first; each sees no more than the one before."""

    HOUSE = "house"
    """The server itself: services, jobs, the command line. Never a request's viewer."""
    LOCAL = "local"
    PARTNER = "partner"
    FEDIVERSE = "fediverse"
    ANYBODY = "anybody"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks: the person, where known, and the place they look from."""

    person_id: int | None = None
    place: Place = Place.ANYBODY

    @classmethod
    def member(cls, person_id: int | None) -> "Viewer":
        """Return the viewer of somebody signed in here; None as id is a login without person."""
        return cls(person_id, Place.LOCAL)

    @property
    def is_house(self) -> bool:
        """Tell whether the server itself is looking."""
        return self.place is Place.HOUSE


HOUSE: Final = Viewer(place=Place.HOUSE)
ANYBODY: Final = Viewer()

_SEEN_FROM: Final[Mapping[Place, frozenset[Reach]]] = {
    Place.HOUSE: frozenset(Reach),
    Place.LOCAL: frozenset(Reach),
    Place.PARTNER: frozenset({Reach.PARTNERS, Reach.FEDIVERSE}),
    Place.FEDIVERSE: frozenset({Reach.FEDIVERSE}),
    Place.ANYBODY: frozenset({Reach.FEDIVERSE}),
}
_WIDTH: Final[Mapping[Reach, int]] = {Reach.HOME: 0, Reach.PARTNERS: 1, Reach.FEDIVERSE: 2}
_DEFAULT_REACH: Final[Mapping[PersonKind, Reach]] = {
    PersonKind.TALENT: Reach.HOME,
    PersonKind.MENTOR: Reach.PARTNERS,
    PersonKind.EMPLOYER: Reach.FEDIVERSE,
    PersonKind.ORGANISATION: Reach.FEDIVERSE,
}
_ACTOR_TYPE: Final[Mapping[PersonKind, str]] = {
    PersonKind.TALENT: "Person",
    PersonKind.MENTOR: "Person",
    PersonKind.EMPLOYER: "Organization",
    PersonKind.ORGANISATION: "Organization",
}


def reaches_seen_from(place: Place) -> frozenset[Reach]:
    """Return the reaches of the people who can be seen from a place."""
    return _SEEN_FROM[place]


def within_reach(place: Place, reach: Reach) -> bool:
    """Tell whether anything of a person with this reach may get to a place."""
    return Reach(reach) in _SEEN_FROM[place]


def may_see_person(
    viewer: Viewer,
    person_id: int,
    *,
    reach: Reach,
    suspended: bool = False,
    gone: bool = False,
    blocks_viewer: bool = False,
) -> bool:
    """Tell whether a viewer may know of a person at all; no means "not found", never "forbidden".

    People elsewhere have the reach `fediverse`: their own server decided to show them.
    """
    if viewer.is_house:
        return True
    if suspended or gone:
        return False
    if viewer.person_id == person_id:
        return True
    return within_reach(viewer.place, reach) and not blocks_viewer


def place_of_policy(policy: HostPolicy) -> Place:
    """Return where the people and the instance of a host look from; blocked hosts see nothing."""
    return Place.PARTNER if policy is HostPolicy.PARTNER else Place.FEDIVERSE


def narrows(former: Reach, current: Reach) -> bool:
    """Tell whether a change of reach takes something away from somebody."""
    return _WIDTH[Reach(current)] < _WIDTH[Reach(former)]


def default_reach(kind: PersonKind) -> Reach:
    """Return the reach somebody starts with (data protection by default, GDPR art. 25)."""
    return _DEFAULT_REACH[kind]


def actor_type(kind: PersonKind) -> str:
    """Return the ActivityStreams type of a kind; every server shows these two as an account."""
    return _ACTOR_TYPE[kind]


def is_handle(text: str) -> bool:
    """Tell whether a text can be the handle of somebody here (the grammar Mastodon reads)."""
    return len(text) <= MAX_HANDLE and _HANDLE.fullmatch(text) is not None


def may_move_again(moved_at: datetime | None, now: datetime) -> bool:
    """Tell whether somebody who moved may move once more."""
    return moved_at is None or now - moved_at >= MOVE_COOLDOWN
