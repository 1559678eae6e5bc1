"""What of a record can be filtered, and what a filter admits: pure decisions without I/O."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from schemas.rules import moment_of
from server.boards.model import Facet
from server.boards.places import Point, middle_of
from server.posts.kinds import Kind
from server.posts.kinds.reading import (
    Json,
    languages_of,
    main_language,
    number_in,
    part_in,
    parts_in,
    text_in,
    texts_in,
    zone_of,
)

LEVELS: Final = ("A1", "A2", "B1", "B2", "C1", "C2")
ONLINE: Final = "online"
ANY_LANGUAGE: Final = "*"
_NO_CV: Final = frozenset({"HIRE_WITHOUT_CV", "JOB_SHADOWING", "INFORMATIONAL_TALK"})
_STARTS: Final = {
    Kind.EVENT: "startTime",
    Kind.STUDY: "startDate",
    Kind.PROJECT: "startDate",
    Kind.VACANCY: "jobStartDate",
}
_ENDS: Final = {Kind.EVENT: "endTime", Kind.STUDY: "endDate", Kind.PROJECT: "endDate"}
_REMOTE: Final = {"NO": "ONSITE", "HYBRID": "HYBRID", "YES": "ONLINE"}
_NUTS_COUNTRY: Final = 2
_MAX_PLACES: Final = 20
_CONCEPT: Final = re.compile(
    r"http://data\.europa\.eu/esco/(occupation|isco)/([A-Za-z0-9.-]{1,64})"
)

IscoOf = Callable[[str], str | None]
"""Finds the ISCO-08 code of an ESCO occupation's address, where the vocabulary knows it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is; not exact when it is the middle of a region."""

    at: Point
    is_exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """Everything that boards filter a record by; the fields are those of `BoardEntry`."""

    starts_at: datetime | None
    ends_at: datetime | None
    mode: str | None
    contract: str | None
    is_free: bool | None
    childcare: bool
    step_free: bool
    travel_help: bool
    no_cv: bool
    level: int
    marks: frozenset[tuple[Facet, str]]
    places: tuple[Place, ...]


def extract(kind: Kind, record: Json, isco_of: IscoOf = lambda _: None) -> Extract:
    """Return what can be filtered of a checked record."""
    mode = _mode(kind, record)
    needs = dict(_needs(kind, record))
    marks = {
        *((Facet.REGION, code) for code in _regions(record, mode)),
        *((Facet.OCCUPATION, code) for code in _occupations(record, isco_of)),
        *((Facet.EMPLOYMENT, one) for one in texts_in(record, "employmentType")),
        *((Facet.NEED, need_mark(language, rank)) for language, rank in needs.items()),
        *((Facet.LANGUAGE, tag) for tag in _languages(record)),
    }
    return Extract(
        starts_at=_moment(record, _STARTS.get(kind, "")),
        ends_at=_moment(record, _ENDS.get(kind, "")),
        mode=mode,
        contract=text_in(record, "contractTerm") or None,
        is_free=_is_free(record),
        childcare=record.get("childcare") is True,
        step_free=record.get("stepFree") is True,
        travel_help=record.get("travelHelp") is True,
        no_cv=text_in(record, "leadType") in _NO_CV,
        level=max(needs.values(), default=0),
        marks=frozenset(marks),
        places=tuple(_places(record))[:_MAX_PLACES],
    )


def need_mark(language: str, rank: int) -> str:
    """Return the mark that says which level (1 to 6) of a language is needed."""
    return f"{language}:{rank}"


def rank_of(level: str) -> int:
    """Return 1 for A1 to 6 for C2, 0 for anything else."""
    return LEVELS.index(level) + 1 if level in LEVELS else 0


def needs_met(language: str, rank: int) -> list[str]:
    """Return the marks of all needs that somebody with this level of one language meets."""
    upto = range(1, rank + 1)
    return [need_mark(one, level) for one in (language, ANY_LANGUAGE) for level in upto]


def primary(tag: str) -> str:
    """Return the language of a tag without its region: `nl` of `nl-BE`."""
    return tag.partition("-")[0].lower()


def around(code: str) -> list[str]:
    """Return a region (NUTS) and all around it, the country first; `online` is itself."""
    if code.lower() == ONLINE:
        return [ONLINE]
    upper = code.upper()
    return [upper[:length] for length in range(_NUTS_COUNTRY, len(upper) + 1)]


def isco_prefixes(code: str) -> list[str]:
    """Return an ISCO-08 code and the groups it is in, the major group first.

    ESCO writes codes as addresses that end in `C2512`.
    """
    digits = code.rpartition("/")[2].removeprefix("C")
    if not (digits.isascii() and digits.isdigit()):
        return []
    return [digits[:length] for length in range(1, len(digits) + 1)][:4]


def _regions(record: Json, mode: str | None) -> Iterator[str]:
    for code in texts_in(record, "regions"):
        yield from around(code)
    if mode == "ONLINE":
        yield ONLINE


def _occupations(record: Json, isco_of: IscoOf) -> Iterator[str]:
    for address in (*texts_in(record, "occupation"), *texts_in(record, "occupations")):
        found = _CONCEPT.fullmatch(address)
        if found is None:
            continue
        scheme, name = found.groups()
        if scheme == "isco":
            yield from isco_prefixes(name)
        else:
            yield f"esco:{name}"
            yield from isco_prefixes(isco_of(address) or "")


def _needs(kind: Kind, record: Json) -> Iterator[tuple[str, int]]:
    """Yield languages with the highest level that is asked of each."""
    found: dict[str, int] = {}
    for one in parts_in(record, "languages"):
        language = primary(text_in(one, "lang"))
        found[language] = max(found.get(language, 0), rank_of(text_in(one, "cefr")))
    start = rank_of(text_in(record, "cefrFrom"))
    taught = [primary(tag) for tag in texts_in(record, "teachingLanguage")]
    for language in taught if kind is Kind.STUDY else [ANY_LANGUAGE]:
        found[language] = max(found.get(language, 0), start)
    yield from ((language, rank) for language, rank in found.items() if rank)


def _languages(record: Json) -> Iterator[str]:
    if main_language(record) == "und":
        return
    for tag in languages_of(record):
        yield tag
        yield primary(tag)


def _mode(kind: Kind, record: Json) -> str | None:
    if text_in(record, "mode") in {"ONSITE", "ONLINE", "HYBRID"}:
        return text_in(record, "mode")
    modes = set(texts_in(record, "courseMode"))
    if modes:
        return {frozenset({"onsite"}): "ONSITE", frozenset({"online"}): "ONLINE"}.get(
            frozenset(modes), "HYBRID"
        )
    if text_in(record, "toolKind") in {"WEB", "APP", "COURSE"}:
        return "ONLINE"
    usual = "ONSITE" if kind is Kind.VACANCY else None
    return _REMOTE.get(text_in(record, "remote"), usual)


def _is_free(record: Json) -> bool | None:
    said = record.get("isAccessibleForFree")
    if isinstance(said, bool):
        return said
    cents = number_in(part_in(record, "cost"), "amountCents")
    return None if cents is None else cents == 0


def _moment(record: Json, name: str) -> datetime | None:
    """Return a moment of the record; a day begins at midnight on the clock of the people there."""
    written = text_in(record, name)
    if "T" in written.upper():
        return moment_of(written)
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    # A day at the very edge of the calendar has no moment in UTC.
    if not date.min < day < date.max:
        return None
    return datetime.combine(day, time.min, zone_of(record) or UTC).astimezone(UTC)


def _places(record: Json) -> Iterator[Place]:
    exact = [
        Place(Point(float(latitude), float(longitude)), is_exact=True)
        for name in ("jobLocation", "location", "otherLocations")
        for part in parts_in(record, name)
        if (latitude := number_in(part, "latitude")) is not None
        and (longitude := number_in(part, "longitude")) is not None
    ]
    if exact:
        yield from dict.fromkeys(exact)
        return
    for code in texts_in(record, "regions"):
        middle = middle_of(code)
        if middle is not None:
            yield Place(middle, is_exact=False)
