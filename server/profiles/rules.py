"""Who may see an answer of a profile: one decision, which every surface goes by.

Whoever looks has a standing towards the person; with the audience of the answer and the reach of
the person it decides. Who may know of the person at all is decided before, in `people.rules`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from server.federation.model import Reach
from server.people.rules import Place, Viewer, within_reach
from server.profiles.model import Audience


class Standing(StrEnum):
    """How somebody who looks stands to the person, nearest first."""

    SELF = "self"
    STAFF = "staff"
    """Staff in charge, in the one function that leaves a trace (`service.look_as_staff`)."""
    MATCHED = "matched"
    MEMBER = "member"
    PARTNER = "partner"
    """A member of a partner instance, or that instance itself."""
    SERVER = "server"
    """Any other server."""
    STRANGER = "stranger"
    """Anybody who is not signed in."""


_SEES: Final[Mapping[Standing, frozenset[Audience]]] = {
    Standing.SELF: frozenset(Audience),
    Standing.STAFF: frozenset(Audience),
    Standing.MATCHED: frozenset(Audience) - {Audience.PRIVATE},
    Standing.MEMBER: frozenset({Audience.MEMBERS, Audience.PARTNERS, Audience.PUBLIC}),
    Standing.PARTNER: frozenset({Audience.PARTNERS, Audience.PUBLIC}),
    Standing.SERVER: frozenset({Audience.PUBLIC}),
    Standing.STRANGER: frozenset({Audience.PUBLIC}),
}
_PLACES: Final[Mapping[Standing, Place]] = {
    Standing.SELF: Place.LOCAL,
    Standing.STAFF: Place.LOCAL,
    Standing.MATCHED: Place.LOCAL,
    Standing.MEMBER: Place.LOCAL,
    Standing.PARTNER: Place.PARTNER,
    Standing.SERVER: Place.FEDIVERSE,
    Standing.STRANGER: Place.ANYBODY,
}
_WIDTH: Final[Mapping[Audience, int]] = {audience: n for n, audience in enumerate(Audience)}
SEALED: Final = frozenset({Audience.PRIVATE, Audience.MATCHED})
"""Answers for these are unreadable in the database."""


def may_see_answer(standing: Standing, audience: Audience, reach: Reach) -> bool:
    """Tell whether somebody with a standing may see an answer of a person with this reach.

    An answer is never seen further than the person: `public` of somebody who stays at home is
    for the members here.
    """
    return Audience(audience) in _SEES[standing] and within_reach(_PLACES[standing], reach)


def is_wider(one: Audience, other: Audience) -> bool:
    """Tell whether an audience admits more people than another."""
    return _WIDTH[Audience(one)] > _WIDTH[Audience(other)]


def up_to(widest: Audience) -> tuple[Audience, ...]:
    """Return the audiences that may be chosen, narrowest first."""
    return tuple(one for one in Audience if not is_wider(one, widest))


def standing_from(viewer: Viewer, person_id: int, *, is_matched: bool) -> Standing:
    """Return how a viewer stands to a person.

    A match counts for members of this instance only: nothing about matches leaves it.
    """
    if viewer.place is Place.LOCAL:
        if viewer.person_id == person_id:
            return Standing.SELF
        return Standing.MATCHED if is_matched else Standing.MEMBER
    return _FROM_ELSEWHERE[viewer.place]


_FROM_ELSEWHERE: Final[Mapping[Place, Standing]] = {
    Place.HOUSE: Standing.SELF,
    Place.PARTNER: Standing.PARTNER,
    Place.FEDIVERSE: Standing.SERVER,
    Place.ANYBODY: Standing.STRANGER,
}


def viewer_with(standing: Standing, person_id: int) -> Viewer:
    """Return a viewer who stands so, to show what they see; it is nobody in particular."""
    return Viewer(person_id if standing is Standing.SELF else None, _PLACES[standing])
