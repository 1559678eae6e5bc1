"""From profile answers to facts: what of an answer counts, and nothing else of it."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from server.matching.suggesting.signals import ANY_DISTANCE, CELLS, LEVEL_NUMBERS
from server.people.model import PersonKind
from server.vocabularies.folding import folded

Answers = Mapping[str, Any]

BOTH: Final = frozenset({"languages", "region", "travel", "meeting", "availability", "occupations"})
SHARED: Final = BOTH | {"skills", "interests", "working_style"}
READ: Final[Mapping[PersonKind, frozenset[str]]] = {
    PersonKind.TALENT: SHARED | {"goals", "mentor_gender"},
    PersonKind.MENTOR: SHARED | {"help_offered", "own_gender"},
    PersonKind.EMPLOYER: frozenset({"spoken", "region", "wanted_skills"}),
    PersonKind.ORGANISATION: frozenset({"region"}),
}
"""The fields that are opened, by kind of person; no other answer is read."""
FIELDS: Final = frozenset().union(*READ.values())
_LONG_WORD: Final = 4
_TALKING: Final = ("listening", "speaking")


def facts_of(answers: Answers) -> dict[str, Any]:
    """Return what counts about either side, as keywords for `Talent` and `Other`."""
    meeting = answers.get("meeting") or []
    return {
        "languages": _languages(answers),
        "regions": tuple(dict.fromkeys(answers.get("region") or ())),
        "travels": _kilometres(answers.get("travel")),
        "in_person": "in_person" in meeting if meeting else None,
        "online": ("video" in meeting or "phone" in meeting) if meeting else None,
        "cells": _bits(answers.get("availability") or ()),
        "occupations": tuple(code for code in answers.get("occupations") or () if code.isdigit()),
        "skills": _words(answers.get("skills") or answers.get("wanted_skills") or ()),
        "interests": _words(answers.get("interests") or ()),
        "styles": frozenset(answers.get("working_style") or ()),
    }


def talent_facts_of(answers: Answers) -> dict[str, Any]:
    """Return what counts about a talent."""
    wish = answers.get("mentor_gender")
    return {
        **facts_of(answers),
        "goals": frozenset(answers.get("goals") or ()),
        "mentor_wish": wish if wish in {"woman", "man"} else None,
    }


def other_facts_of(answers: Answers) -> dict[str, Any]:
    """Return what counts about a mentor, an employer or an organisation."""
    return {
        **facts_of(answers),
        "helps": frozenset(answers.get("help_offered") or ()),
        "gender": answers.get("own_gender"),
    }


def _languages(answers: Answers) -> tuple[tuple[str, int], ...]:
    best: dict[str, int] = {}
    for row in answers.get("languages") or ():
        tag = _plain(row["language"])
        best[tag] = max(best.get(tag, 0), _talking_level(row))
    for tag in answers.get("spoken") or ():
        best[_plain(tag)] = LEVEL_NUMBERS["native"]
    return tuple(sorted(best.items()))


def _talking_level(row: Mapping[str, Any]) -> int:
    """Return the level for talking: the lower of listening and speaking, or the one for all."""
    skills = row.get("skills") or {}
    talking = [LEVEL_NUMBERS[skills[skill]] for skill in _TALKING if skill in skills]
    return min(talking) if talking else LEVEL_NUMBERS[row["level"]]


def _plain(tag: str) -> str:
    """Return a language without its country: people of Flanders and Surinam talk together."""
    return tag.partition("-")[0].lower()


def _kilometres(travel: str | None) -> int | None:
    if travel is None:
        return None
    return ANY_DISTANCE if travel == "any" else int(travel)


def _bits(cells: Iterable[str]) -> int:
    found = 0
    for cell in cells:
        found |= 1 << CELLS[cell]
    return found


def _words(lines: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for line in lines:
        found |= _words_of(line)
    return frozenset(found)


@lru_cache(maxsize=4_096)
def _words_of(line: str) -> frozenset[str]:
    """Return a line as a whole and its long words, so that "driving" meets "driving a truck"."""
    whole = folded(line)
    return frozenset({whole, *(word for word in whole.split() if len(word) >= _LONG_WORD)}) - {""}
