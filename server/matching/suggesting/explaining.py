"""Why a pair was suggested: up to three reasons for it, one thing to know, and what is not known.

Codes only, so that both people can be told in their own language (`words`). Nothing here says what
one of them keeps to themselves: no words they wrote, no wish about a mentor, no name.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from server.matching.suggesting.hard import common_cells, common_level, nearest
from server.matching.suggesting.plans import Bar
from server.matching.suggesting.scoring import SIGNALS, components, same_digits
from server.matching.suggesting.signals import AREAS, CELLS, LEVEL_NUMBERS, Facts, Other, Talent

MOST_REASONS: Final = 3
_GOOD: Final = 40
_B1: Final = LEVEL_NUMBERS["B1"]
_LEVELS: Final = {number: level for level, number in LEVEL_NUMBERS.items()}
_CELLS: Final = {bit: cell for cell, bit in CELLS.items()}
_AREAS: Final = {letters: area for area, letters in AREAS.items()}
_MOST_CELLS: Final = 3


def bars_of(
    talent: Talent,
    other: Other,
    means: Mapping[str, int | None],
    weights: Mapping[str, int],
    now: datetime,
) -> tuple[Bar, ...]:
    """Return the components of a pair as they count."""
    found = components(talent, other, now)
    return tuple(_bar(name, found[name], means[name], weights.get(name, 0)) for name in SIGNALS)


def explanation_of(
    talent: Talent, other: Other, bars: Sequence[Bar], score: int, version: int
) -> dict[str, Any]:
    """Return why a pair was suggested, as codes that are kept with the match."""
    known = [bar for bar in bars if bar.is_known and bar.signal != "waiting"]
    good = [bar for bar in known if bar.value >= _GOOD and bar.weight]
    good.sort(key=lambda bar: (-bar.weight * bar.value, SIGNALS.index(bar.signal)))
    return {
        "score": score,
        "version": version,
        "components": {bar.signal: bar.value for bar in bars},
        "reasons": [_detail(talent, other, bar.signal) for bar in good[:MOST_REASONS]],
        "to_know": _to_know(talent, other, known),
        "not_known": [bar.signal for bar in bars if not bar.is_known],
    }


def unscored(talent: Talent, other: Other, now: datetime) -> dict[str, Any]:
    """Return what is kept with a pair that was not scored because one of them wants no score."""
    found = components(talent, other, now)
    return {"not_known": [name for name in SIGNALS if found[name] is None], "reasons": []}


def _bar(name: str, found: int | None, mean: int | None, weight: int) -> Bar:
    if found is not None:
        return Bar(name, found, is_known=True, weight=weight)
    # Nobody knows this signal of anybody: it counts for nobody.
    return Bar(name, mean or 0, is_known=False, weight=weight if mean is not None else 0)


def _detail(talent: Talent, other: Other, signal: str) -> dict[str, Any]:
    more: dict[str, Any] = {}
    match signal:
        case "occupation":
            pairs = [(a, b) for a in talent.occupations for b in other.occupations]
            more = {"digits": max(same_digits(a, b) for a, b in pairs)}
        case "skills":
            more = {"count": len(talent.skills & other.skills)}
        case "goals":
            more = {"goals": sorted(talent.goals & other.helps)}
        case "language":
            level = common_level(talent, other)
            more = {"language": _language_at(talent, other, level), "level": _LEVELS.get(level)}
        case "availability":
            more = {"count": common_cells(talent, other), "cells": _cells(talent, other)}
        case "distance":
            near = nearest(talent, other)
            more = {"area": _AREAS[max(near, AREAS["country"])] if near else "online"}
        case _:
            more = {"count": len(talent.interests & other.interests)}
    return {"code": signal, **more}


def _to_know(talent: Talent, other: Other, known: Sequence[Bar]) -> dict[str, Any] | None:
    """Return the one thing that matters most for how they can begin."""
    level = common_level(talent, other)
    both_speak = talent.languages and other.languages
    both_free = talent.cells and other.cells
    if both_speak and level < _B1:
        tag = _language_at(talent, other, level) if level else None
        return {"code": "language_low", "language": tag, "level": _LEVELS.get(level)}
    if both_free and common_cells(talent, other) <= 1:
        return {"code": "one_time", "cells": _cells(talent, other)}
    if talent.regions and other.regions and nearest(talent, other) < AREAS["nuts2"]:
        return {"code": "online" if talent.online and other.online else "far"}
    weakest = min(known, key=lambda bar: bar.value, default=None)
    if weakest is None or weakest.value >= _GOOD:
        return None
    return {"code": f"little_{weakest.signal}"}


def _language_at(talent: Facts, other: Facts, level: int) -> str | None:
    theirs = dict(other.languages)
    shared = (tag for tag, mine in talent.languages if min(mine, theirs.get(tag, 0)) == level)
    return next(shared, None)


def _cells(talent: Facts, other: Facts) -> list[str]:
    both = talent.cells & other.cells
    return [cell for bit, cell in sorted(_CELLS.items()) if both >> bit & 1][:_MOST_CELLS]
