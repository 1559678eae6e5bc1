"""The schemes by name, and what each is made of.

`isco`, `nuts`, `nace`, `isced_level`, `isced_field`, `cefr`, `goal`, `helix` and `region` (NUTS
and "online") are shipped, `language` is CLDR's, `esco_occupation` and `esco_skill` are imported.
"""

from enum import StrEnum
from typing import Final

from server.platform.errors import NotFound
from server.vocabularies.catalogue import catalogue
from server.vocabularies.terms import Vocabulary
from server.vocabularies.tongues import Tongues


class Scheme(StrEnum):
    """A vocabulary that codes are chosen from."""

    ISCO = "isco"
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
"""Which files a scheme is made of; the first column of every file is the code."""


def scheme_of(name: str) -> Scheme:
    """Return a scheme by its name. Raises NotFound."""
    try:
        return Scheme(name)
    except ValueError as unknown:
        raise NotFound from unknown


def vocabulary_of(name: str) -> Vocabulary:
    """Return what a scheme is made of. Raises NotFound for a name that is no scheme."""
    scheme = scheme_of(name)
    if scheme is Scheme.LANGUAGE:
        return Tongues()
    return catalogue(*SHIPPED[scheme])
