"""The schemes by name, and what each is made of.

`isco`, `nuts`, `nace`, `isced_level`, `isced_field`, `cefr`, `goal`, `helix` and `region` (NUTS and
"online") are shipped, `language` is CLDR's, `esco_occupation` and `esco_skill` are imported, and
`occupation` holds ISCO groups and ESCO occupations by their addresses, as posts name them.
"""

from enum import StrEnum
from typing import Final

from server.platform.errors import NotFound
from server.platform.work import Reading
from server.vocabularies.catalogue import catalogue
from server.vocabularies.imported import Imported
from server.vocabularies.occupations import IscoGroups, Occupations
from server.vocabularies.terms import Vocabulary
from server.vocabularies.tongues import Tongues


class Scheme(StrEnum):
    """A vocabulary that codes are chosen from."""

    ISCO = "isco"
    OCCUPATION = "occupation"
    ESCO_OCCUPATION = "esco_occupation"
    ESCO_SKILL = "esco_skill"
    NUTS = "nuts"
    REGION = "region"
    NACE = "nace"
    ISCED_LEVEL = "isced_level"
    ISCED_FIELD = "isced_field"
    CEFR = "cefr"
    GOAL = "goal"
    HELIX = "helix"
    LANGUAGE = "language"


SHIPPED: Final = {
    Scheme.ISCO: ("isco-08",),
    Scheme.NUTS: ("nuts-2024",),
    Scheme.REGION: ("region", "nuts-2024"),
    Scheme.NACE: ("nace-2.1",),
    Scheme.ISCED_LEVEL: ("isced-2011",),
    Scheme.ISCED_FIELD: ("isced-f-2013",),
    Scheme.CEFR: ("cefr",),
    Scheme.GOAL: ("goal",),
    Scheme.HELIX: ("helix",),
}
"""Which files a scheme is made of."""

IMPORTED: Final = (Scheme.ESCO_OCCUPATION, Scheme.ESCO_SKILL)
"""Schemes that are empty until the operator has imported ESCO."""


def scheme_of(name: str) -> Scheme:
    """Return a scheme by its name. Raises NotFound."""
    try:
        return Scheme(name)
    except ValueError as unknown:
        raise NotFound from unknown


def vocabulary_of(name: str) -> Vocabulary:
    """Return what a scheme is made of. Raises NotFound for a name that is no scheme."""
    match scheme_of(name):
        case Scheme.LANGUAGE:
            return Tongues()
        case Scheme.ISCO:
            return _isco()
        case Scheme.OCCUPATION:
            return Occupations(_isco(), Imported(Scheme.ESCO_OCCUPATION), with_groups=True)
        case Scheme.ESCO_OCCUPATION:
            return Occupations(_isco(), Imported(Scheme.ESCO_OCCUPATION), with_groups=False)
        case Scheme.ESCO_SKILL:
            return Imported(Scheme.ESCO_SKILL)
        case shipped:
            return catalogue(*SHIPPED[shipped])


def holds_any(r: Reading, name: str) -> bool:
    """Tell whether there is anything to choose from; imported schemes start empty."""
    scheme = scheme_of(name)
    return scheme not in IMPORTED or Imported(scheme).holds_any(r)


def _isco() -> IscoGroups:
    return IscoGroups(catalogue(*SHIPPED[Scheme.ISCO]), Imported(Scheme.ISCO))
