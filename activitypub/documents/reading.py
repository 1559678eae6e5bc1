"""Tolerant readers of single JSON values.

Every property of ActivityStreams may be a string, an object, an array of both, null, missing, or
something nobody foresaw. Each reader here takes a value of any shape and returns what it can use,
or None (or an empty tuple): one odd property never spoils a document. Everything is cut to a
length or a count. Links are read in `links`, whole documents in `actor`, `note`, `event`,
`activity` and `collection`.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from activitypub.documents.jsonbytes import JsonObject
from activitypub.documents.names import (
    AS_NAMESPACE,
    MAX_CONTENT_CHARS,
    MAX_LANGUAGES,
    MAX_NAME_CHARS,
    MAX_RECIPIENTS,
    is_public,
)
from activitypub.documents.urls import is_web_url

_LANGUAGE_TAG: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,6}")
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9.+_-]{1,64}/[a-z0-9.+_-]{1,96}")
_UNDETERMINED: Final = frozenset({"und", "zxx", "mul", "mis"})
_MAX_TYPES: Final = 20
_MAX_DATE_CHARS: Final = 64
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 9998
_MAX_INTEGER: Final = 2**63 - 1
_MAX_DIGITS: Final = 18
_MAX_EXACT_FLOAT: Final = 2**53


def as_object(value: object) -> JsonObject | None:
    """Return the value when it is a JSON object, or the only member of an array when that is one.

    Never one of several: then `id_of` and this could speak of different things.
    """
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, dict) else None


def members(value: object, *, limit: int) -> tuple[object, ...]:
    """Return the members of an array, or the value itself as the only one; null is nothing."""
    if isinstance(value, list):
        return tuple(member for member in value[:limit] if member is not None)
    return () if value is None else (value,)


def id_of(value: object) -> str | None:
    """Return the http(s) id of what a property points to.

    A string is the id itself; an object has it in `id`, a Link in `href`; of an array the first
    member that has one counts. Anything else, `acct:` and the Public collection too, is None.
    """
    return next(_ids_in(value, limit=_MAX_TYPES), None)


def ids_of(value: object, *, limit: int = MAX_RECIPIENTS) -> tuple[str, ...]:
    """Return the http(s) ids that a property points to, each once, in their order."""
    return tuple(dict.fromkeys(_ids_in(value, limit=limit)))


def _ids_in(value: object, *, limit: int) -> Iterator[str]:
    for member in members(value, limit=limit):
        identifier = _identifier(member)
        if identifier is not None and is_web_url(identifier) and not is_public(identifier):
            yield identifier


def _identifier(member: object) -> str | None:
    if isinstance(member, dict):
        link = member.get("id") or member.get("href")
        return link if isinstance(link, str) else None
    return member if isinstance(member, str) else None


def audience_of(value: object) -> tuple[str, ...]:
    """Return the addressees of `to`, `cc` or `audience`, each once.

    Every spelling of the Public collection comes out as written by `names.PUBLIC_ALIASES`.
    """
    found: dict[str, None] = {}
    for member in members(value, limit=MAX_RECIPIENTS):
        identifier = _identifier(member)
        if identifier is not None and (is_public(identifier) or is_web_url(identifier)):
            found[identifier] = None
    return tuple(found)


def types_of(document: object) -> tuple[str, ...]:
    """Return the types of an object, without the ActivityStreams prefix, in their order."""
    raw = document.get("type") if isinstance(document, Mapping) else None
    return tuple(
        member.removeprefix(AS_NAMESPACE).removeprefix("as:")
        for member in members(raw, limit=_MAX_TYPES)
        if isinstance(member, str) and member.isprintable() and 0 < len(member) <= MAX_NAME_CHARS
    )


def type_of(document: object, known: frozenset[str]) -> str | None:
    """Return the first of the object's types that is known, or None.

    Mastodon and GoToSocial look at every member of an array as well; Misskey only at the first.
    """
    return next((name for name in types_of(document) if name in known), None)


def text_of(value: object, *, limit: int = MAX_NAME_CHARS) -> str | None:
    """Return a text that is not blank, cut to `limit` characters; of an array the first."""
    for member in members(value, limit=_MAX_TYPES):
        if isinstance(member, str) and member.strip():
            return member[:limit].replace("\0", "")
    return None


def integer_of(value: object) -> int | None:
    """Return a whole number of at most 63 bits that is not negative; digits in a string count."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return int(value) if math.isfinite(value) and 0 <= value <= _MAX_EXACT_FLOAT else None
    if isinstance(value, str):
        value = (
            int(value)
            if value.isascii() and value.isdigit() and len(value) <= _MAX_DIGITS
            else None
        )
    return value if isinstance(value, int) and 0 <= value <= _MAX_INTEGER else None


def number_of(value: object, *, low: float, high: float) -> float | None:
    """Return a finite number between two bounds; digits in a string count."""
    if isinstance(value, str) and len(value) <= _MAX_DATE_CHARS:
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if low <= value <= high else None


def boolean_of(value: object, *, default: bool) -> bool:
    """Return a boolean; the words true and false count, everything else is the default."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    return default


def moment_of(value: object) -> datetime | None:
    """Return a point in time as aware UTC, or None.

    Takes what is in use: `Z` in either case, any offset, any number of decimals, a date alone
    (midnight); a time without a zone is UTC. Years outside 1900–9998 are None, so that nothing
    overflows when it is calculated with.
    """
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_DATE_CHARS:
        return None
    try:
        moment = datetime.fromisoformat(value.strip().upper())
    except ValueError:
        return None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def language_of(value: object) -> str | None:
    """Return a BCP 47 language tag as it was written, or None when it says nothing."""
    if not isinstance(value, str) or not _LANGUAGE_TAG.fullmatch(value):
        return None
    return None if value.lower() in _UNDETERMINED else value


def media_type_of(value: object) -> str | None:
    """Return a media type in lower case without its parameters, or None."""
    if not isinstance(value, str) or len(value) > MAX_NAME_CHARS:
        return None
    essence = value.partition(";")[0].strip().lower()
    return essence if _MEDIA_TYPE.fullmatch(essence) else None


def url_text_of(value: object) -> str | None:
    """Return a string when it is an http(s) URL of acceptable length."""
    return value if isinstance(value, str) and is_web_url(value) else None


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the language it was written in, and its translations.

    `text` is what to show when no language is preferred; `language` is its tag when that is
    known; `translations` are all languages that came, this one included.
    """

    text: str
    language: str | None
    translations: Mapping[str, str]


NO_TEXT: Final = Text("", None, {})


def language_map_of(value: object, *, limit: int) -> dict[str, str]:
    """Return the usable entries of a language map, in their order, texts cut to `limit`."""
    if not isinstance(value, dict):
        return {}
    found: dict[str, str] = {}
    for tag, text in value.items():
        if isinstance(text, str) and _LANGUAGE_TAG.fullmatch(tag) and len(found) < MAX_LANGUAGES:
            found[tag] = text[:limit].replace("\0", "")
    return found


def localized(
    document: Mapping[str, object], key: str, *, limit: int = MAX_CONTENT_CHARS
) -> Text | None:
    """Read `content`, `name` or `summary` together with its map (`contentMap`, …).

    The plain property is the text; its language is the entry of the map that equals it, else the
    map's first, as Mastodon has it. With the map alone, its first entry is the text.
    """
    plain = text_of(document.get(key), limit=limit)
    translations = language_map_of(document.get(f"{key}Map"), limit=limit)
    if plain is None and not translations:
        # A few servers put the map where the text belongs.
        translations = language_map_of(document.get(key), limit=limit)
    if plain is None:
        plain = next(iter(translations.values()), None)
    if plain is None:
        return None
    tags = [tag for tag, text in translations.items() if text == plain] or [*translations]
    return Text(plain, language_of(tags[0]) if tags else None, translations)
