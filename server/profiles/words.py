"""An answer in words: what a page, an actor document and an export say of a clean value.

Option words stay messages until somebody reads them; names of codes, languages and days come in
the reader's language right away. Nothing here decides who may see an answer.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from babel import Locale, UnknownLocaleError

from server.platform.i18n import Message, say
from server.platform.work import Reading
from server.profiles.fields import Field
from server.profiles.shapes import (
    DAYS,
    Grid,
    Hours,
    Line,
    Many,
    One,
    Terms,
    Text,
    Tongues,
    Words,
    mail,
    phone,
    web_address,
)
from server.vocabularies import queries as vocabularies

Said = str | Message
PART_WORDS: Final[Mapping[str, Message]] = {
    "morning": say("in the morning"),
    "afternoon": say("in the afternoon"),
    "evening": say("in the evening"),
}
PART_LABELS: Final[Mapping[str, Message]] = {
    "morning": say("Morning"),
    "afternoon": say("Afternoon"),
    "evening": say("Evening"),
}
SKILL_WORDS: Final[Mapping[str, Message]] = {
    "listening": say("Understanding"),
    "reading": say("Reading"),
    "speaking": say("Speaking"),
    "writing": say("Writing"),
}
NATIVE: Final = say("My own language")


def in_words(r: Reading, field: Field, value: Any, language: str) -> tuple[Said, ...]:  # noqa: ANN401 - JSON
    """Return the lines that an answer is shown in."""
    shape = field.shape
    if isinstance(shape, Line | Text):
        return (str(value),)
    if isinstance(shape, Words):
        return tuple(str(one) for one in value)
    if isinstance(shape, One | Many):
        known = dict(shape.options)
        return tuple(known[key] for key in _listed(value) if key in known)
    if isinstance(shape, Terms):
        found = vocabularies.labels(r, shape.scheme, _listed(value), language)
        return tuple(found.values())
    return _in_time(r, shape, value, language)


def link_of(field: Field, value: Any) -> str | None:  # noqa: ANN401 - JSON
    """Return where an answer leads: a website, a mailbox, a telephone; None for the others."""
    shape = field.shape
    if not isinstance(shape, Line) or not isinstance(value, str):
        return None
    if shape.check is web_address:
        return value if value.startswith(("https://", "http://")) else None
    if shape.check is mail:
        return f"mailto:{value}"
    if shape.check is phone:
        return "tel:" + "".join(one for one in value if one.isdigit() or one == "+")
    return None


def _in_time(
    r: Reading,
    shape: Tongues | Grid | Hours,
    value: Any,  # noqa: ANN401 - JSON
    language: str,
) -> tuple[Said, ...]:
    if isinstance(shape, Tongues):
        names = vocabularies.labels(r, "language", [row["language"] for row in value], language)
        return tuple(_tongue(row, names) for row in value)
    days = day_names(language)
    if isinstance(shape, Hours):
        return tuple(_open_on(days[day], value[day]) for day in DAYS if day in value)
    return tuple(
        say("%(day)s %(part)s", day=days[day], part=PART_WORDS[part])
        for day, _, part in (str(cell).partition("_") for cell in value)
    )


def _tongue(row: Mapping[str, Any], names: Mapping[str, str]) -> Message:
    """A language with its level, and the skills that differ from it."""
    level: Said = NATIVE if row["level"] == "native" else str(row["level"])
    line = say("%(language)s: %(level)s", language=names[row["language"]], level=level)
    for skill, told in row.get("skills", {}).items():
        one: Said = NATIVE if told == "native" else str(told)
        line = say("%(line)s, %(skill)s %(level)s", line=line, skill=SKILL_WORDS[skill], level=one)
    return line


def _open_on(day: str, spans: Sequence[Sequence[str]]) -> str:
    return f"{day} " + ", ".join(f"{begin}–{end}" for begin, end in spans)


def day_names(language: str) -> Mapping[str, str]:
    """Return the short names of the days of a week by our keys, by CLDR."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    names = locale.days["stand-alone"]["abbreviated"]
    return {key: str(names[number]) for number, key in enumerate(DAYS)}


def _listed(value: Any) -> list[str]:  # noqa: ANN401 - JSON
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
