"""The shapes that answers of a profile have: what fits into them, and what is wrong with the rest.

Pure: a shape knows no request, no table and no vocabulary; whether a code is known is asked of the
room of vocabularies by `service`. A clean value is JSON; None stands for "no answer".
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from typing import Any, Final

from activitypub.documents.origin import is_web_url
from server.platform.i18n import Message, say

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS: Final = ("morning", "afternoon", "evening")
LEVELS: Final = ("A1", "A2", "B1", "B2", "C1", "C2", "native")
SKILLS: Final = ("listening", "reading", "speaking", "writing")
MAX_SPANS: Final = 2
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_MAIL: Final = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,190}\.[^@\s.,;<>\"]{2,}")
_PHONE: Final = re.compile(r"\+?[0-9](?:[ ./()-]{0,2}[0-9]){5,16}")


class Unfit(ValueError):
    """A value does not fit its shape; `why` says so to the person."""

    def __init__(self, why: Message) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True, slots=True)
class Line:
    """One line of plain text; `check` looks at it and may write it in its usual form."""

    most: int = 200
    type: str = "text"
    check: Callable[[str], str] | None = None

    def clean(self, raw: object) -> str | None:
        """Return the line. Raises Unfit."""
        text = " ".join(_text(raw).split())
        if not text:
            return None
        if len(text) > self.most:
            raise Unfit(_too_long(self.most))
        return self.check(text) if self.check is not None else text


@dataclass(frozen=True, slots=True)
class Text:
    """Some lines of plain text."""

    most: int = 1_000

    def clean(self, raw: object) -> str | None:
        """Return the text. Raises Unfit."""
        text = "\n".join(line.rstrip() for line in _text(raw).strip().splitlines())
        if len(text) > self.most:
            raise Unfit(_too_long(self.most))
        return text or None


@dataclass(frozen=True, slots=True)
class One:
    """One of a few words."""

    options: Sequence[tuple[str, Message]]

    def clean(self, raw: object) -> str | None:
        """Return the word's key. Raises Unfit."""
        chosen = _options([raw] if raw else [], self.options)
        return chosen[0] if chosen else None


@dataclass(frozen=True, slots=True)
class Many:
    """Any of a few words, in their order."""

    options: Sequence[tuple[str, Message]]

    def clean(self, raw: object) -> list[str] | None:
        """Return the words' keys. Raises Unfit."""
        return _options(_list(raw), self.options) or None


@dataclass(frozen=True, slots=True)
class Words:
    """A few things in one's own words, one on each line."""

    most: int = 12
    longest: int = 80

    def clean(self, raw: object) -> list[str] | None:
        """Return the lines, each once. Raises Unfit."""
        lines = raw.splitlines() if isinstance(raw, str) else _list(raw)
        words = list(dict.fromkeys(" ".join(_text(line).split()) for line in lines))
        words = [word for word in words if word]
        if len(words) > self.most:
            raise Unfit(_too_many(self.most))
        if any(len(word) > self.longest for word in words):
            raise Unfit(_too_long(self.longest))
        return words or None


@dataclass(frozen=True, slots=True)
class Terms:
    """Codes of a vocabulary; a short one is `listed` as a whole instead of being searched."""

    scheme: str
    most: int = 5
    listed: bool = False

    def clean(self, raw: object) -> list[str] | None:
        """Return the codes, each once; whether they are known is asked elsewhere. Raises Unfit."""
        codes = list(dict.fromkeys(_text(code).strip() for code in _list(raw)))
        codes = [code for code in codes if code]
        if len(codes) > self.most:
            raise Unfit(_too_many(self.most))
        if any(len(code) > _LONGEST_CODE for code in codes):
            raise Unfit(say("Choose from the list."))
        return codes or None


_LONGEST_CODE: Final = 200


@dataclass(frozen=True, slots=True)
class Tongues:
    """Languages with a level of the CEFR each, or "native", and levels of the four skills."""

    most: int = 8

    def clean(self, raw: object) -> list[dict[str, Any]] | None:
        """Return `{"language", "level", "skills"}` for each. Raises Unfit."""
        rows = [row for row in _list(raw) if isinstance(row, Mapping) and row.get("language")]
        if len(rows) > self.most:
            raise Unfit(_too_many(self.most))
        found = [_tongue(row) for row in rows]
        if len({row["language"] for row in found}) != len(found):
            raise Unfit(say("Name each language once."))
        return found or None


@dataclass(frozen=True, slots=True)
class Grid:
    """Parts of the days of a week: "mon_morning"."""

    def clean(self, raw: object) -> list[str] | None:
        """Return the cells in the order of the week. Raises Unfit."""
        known = [f"{day}_{part}" for day in DAYS for part in PARTS]
        asked = {_text(cell) for cell in _list(raw)}
        if not asked <= set(known):
            raise Unfit(say("Choose from the list."))
        return [cell for cell in known if cell in asked] or None


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours: for each day up to two spans, "09:00" to "17:00"."""

    def clean(self, raw: object) -> dict[str, list[list[str]]] | None:
        """Return the spans of each day that has any. Raises Unfit."""
        if not isinstance(raw, Mapping):
            return None
        found = {day: _spans(raw.get(day)) for day in DAYS}
        return {day: spans for day, spans in found.items() if spans} or None


Shape = Line | Text | One | Many | Words | Terms | Tongues | Grid | Hours


def mail(text: str) -> str:
    """Return an e-mail address. Raises Unfit."""
    if _MAIL.fullmatch(text) is None:
        raise Unfit(say("This is not an e-mail address. It looks like name@place.example."))
    return text


def phone(text: str) -> str:
    """Return a telephone number as it was typed. Raises Unfit."""
    if _PHONE.fullmatch(text) is None:
        raise Unfit(say("This is not a telephone number. Use digits, and + for another country."))
    return text


def web_address(text: str) -> str:
    """Return an address of the web; a bare host gets https. Raises Unfit."""
    whole = text if "://" in text else f"https://{text}"
    if " " in whole or "." not in whole or not is_web_url(whole):
        raise Unfit(say("This is not a web address. It looks like https://www.place.example."))
    return whole


def register_number(text: str) -> str:
    """Return the number of a body in its usual form: Belgian (KBO/BCE) or Finnish (Y-tunnus).

    Both carry check digits, so a typing mistake is found. Numbers of other registers pass as they
    are. Raises Unfit.
    """
    bare = re.sub(r"[ .]", "", text).upper().removeprefix("BE").removeprefix("FI")
    belgian = re.fullmatch(r"0?([0-9]{9})", bare) or re.fullmatch(r"(1[0-9]{9})", bare)
    finnish = re.fullmatch(r"([0-9]{7})-([0-9])", bare)
    if finnish:
        return f"{finnish[1]}-{_checked(_is_finnish(finnish[1], int(finnish[2])), finnish[2])}"
    if belgian:
        digits = belgian[1].zfill(10)
        _checked(97 - int(digits[:8]) % 97 == int(digits[8:]), digits)
        return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"
    return text


def _is_finnish(digits: str, check: int) -> bool:
    weighted = sum(
        int(digit) * by for digit, by in zip(digits, (7, 9, 10, 5, 8, 4, 2), strict=True)
    )
    return (11 - weighted % 11) % 11 == check


def _checked(is_right: bool, digits: str) -> str:  # noqa: FBT001 - an assertion's shape
    if not is_right:
        raise Unfit(say("There is a typing mistake in this number. Please compare it once more."))
    return digits


def _tongue(row: Mapping[str, Any]) -> dict[str, Any]:
    language, level = _text(row["language"]), _text(row.get("level"))
    if _LANGUAGE.fullmatch(language) is None:
        raise Unfit(say("Choose the language from the list."))
    if level not in LEVELS:
        raise Unfit(say("Choose a level for each language."))
    given = row.get("skills")
    skills = given if isinstance(given, Mapping) else {}
    said = {skill: _text(skills.get(skill)) for skill in SKILLS}
    if any(level and level not in LEVELS for level in said.values()):
        raise Unfit(say("Choose from the list."))
    told = {skill: level for skill, level in said.items() if level}
    return {"language": language, "level": level} | ({"skills": told} if told else {})


def _spans(raw: object) -> list[list[str]]:
    rows = [row for row in _list(raw) if isinstance(row, Sequence) and not isinstance(row, str)]
    spans = [[_text(end).strip() for end in row] for row in rows]
    spans = [span for span in spans if any(span)]
    if len(spans) > MAX_SPANS:
        raise Unfit(_too_many(MAX_SPANS))
    made = [_span(span) for span in spans]
    if any(earlier[1] > later[0] for earlier, later in pairwise(made)):
        raise Unfit(say("The second time of a day begins after the first has ended."))
    return made


def _span(span: Sequence[str]) -> list[str]:
    try:
        begin, end = (time.fromisoformat(text) for text in span)
    except ValueError as broken:
        raise Unfit(say("Give both times, such as 09:00 and 17:00.")) from broken
    if end <= begin:
        raise Unfit(say("The time it ends comes after the time it begins."))
    return [begin.strftime("%H:%M"), end.strftime("%H:%M")]


def _options(raw: Sequence[object], options: Sequence[tuple[str, Message]]) -> list[str]:
    asked = {_text(one) for one in raw}
    known = [key for key, _ in options]
    if not asked <= set(known):
        raise Unfit(say("Choose from the list."))
    return [key for key in known if key in asked]


def _list(raw: object) -> Sequence[Any]:
    if raw is None or raw == "":
        return []
    return raw if isinstance(raw, list | tuple) else [raw]


def _text(raw: object) -> str:
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise Unfit(say("must be text"))
    return raw


def _too_long(most: int) -> Message:
    return say("is too long (at most %(most)s)", most=most)


def _too_many(most: int) -> Message:
    return say("has too many entries (at most %(most)s)", most=most)
