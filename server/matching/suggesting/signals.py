"""The facts about people that pairing may use, and no others.

A `Talent` and an `Other` hold all that rules and scores can read. Nationality, religion, ethnicity,
migration status, health, photo, name and age are not in them, so no rule can use them; nor is any
text that a person wrote freely, except single words of skills and interests.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from server.profiles.shapes import DAYS, LEVELS, PARTS

LEVEL_NUMBERS: Final[Mapping[str, int]] = {level: at for at, level in enumerate(LEVELS, start=1)}
"""Levels of the CEFR as numbers, A1 is 1 and native 7; 0 is none."""
A2: Final = LEVEL_NUMBERS["A2"]
PARTS_OF_A_DAY: Final = 4
"""The grid has room for four; profiles ask for three."""
CELLS: Final[Mapping[str, int]] = {
    f"{day}_{part}": PARTS_OF_A_DAY * at + place
    for at, day in enumerate(DAYS)
    for place, part in enumerate(PARTS)
}
"""The bit of each part of a week."""
ANY_DISTANCE: Final = 1_000_000
"""Kilometres for those to whom distance does not matter."""
AREAS: Final[Mapping[str, int]] = {"nuts3": 5, "nuts2": 4, "nuts1": 3, "country": 2, "any": 0}
"""How many letters of a NUTS code are the same within such an area."""


class OtherKind(enum.StrEnum):
    """Whom a talent is brought together with."""

    MENTOR = "mentor"
    EMPLOYER = "employer"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What counts about either side. Empty and None stand for "not given"."""

    part_id: int
    """The participation."""
    person_id: int
    has_consented: bool = True
    is_paused: bool = False
    by_hand: bool = False
    """Wants no score and is matched by people alone."""
    languages: tuple[tuple[str, int], ...] = ()
    """Language and level as spoken, by `LEVEL_NUMBERS`; sorted."""
    regions: tuple[str, ...] = ()
    """NUTS codes."""
    travels: int | None = None
    """Kilometres."""
    in_person: bool | None = None
    online: bool | None = None
    """By video or telephone."""
    cells: int = 0
    """Free parts of the week, one bit each by `CELLS`."""
    occupations: tuple[str, ...] = ()
    """ISCO-08 codes."""
    skills: frozenset[str] = frozenset()
    interests: frozenset[str] = frozenset()
    styles: frozenset[str] = frozenset()
    """How they like to work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talent(Facts):
    """Somebody for whom a mentor or a host is looked for."""

    waiting_since: datetime
    learns: bool = False
    """Learns a language and says so."""
    goals: frozenset[str] = frozenset()
    mentor_wish: str | None = None
    """`woman` or `man`."""
    has_match: bool = False
    """Has a match of this kind that goes on or waits for an answer."""
    banned: frozenset[int] = frozenset()
    """People with whom they must not be paired."""
    paired: frozenset[int] = frozenset()
    """People with whom there is, or was refused, a match."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Other(Facts):
    """A mentor, an employer or an organisation."""

    kind: OtherKind = OtherKind.MENTOR
    helps: frozenset[str] = frozenset()
    """What they help with, in the words of goals."""
    gender: str | None = None
    """Mentors, if they said so; read for the wish of a talent and for nothing else."""
    capacity: int = 1
    load: int = 0
    """How many they have now."""
    is_available: bool = True
    """Whether their time in the programme has not ended."""
    is_verified: bool = True


@dataclass(frozen=True, slots=True)
class Floors:
    """The settings of the hard rules of a programme."""

    language: int = LEVEL_NUMBERS["B1"]
    learning: bool = True
    """Whether A2 is enough for who learns, with somebody who speaks well."""
    area: int = AREAS["nuts2"]
    availability: int = 1
    """How many parts of a week both must have."""

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        """Read what a programme has published; what is missing or unknown is as usual."""
        usual = cls()
        shared = settings.get("availability", usual.availability)
        return cls(
            LEVEL_NUMBERS.get(str(settings.get("language")), usual.language),
            bool(settings.get("learning", usual.learning)),
            AREAS.get(str(settings.get("distance")), usual.area),
            shared if isinstance(shared, int) else usual.availability,
        )
