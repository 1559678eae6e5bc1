"""What a caller sent, asked for by name and type: `Parameters`.

One reader for every surface: JSON, urlencoded, multipart and query arrive as the same tree.
Absent, null and the empty string mean the same, except where `edited` asks. A value of the wrong
kind is Invalid (422) with the name of the field; nothing here answers 500.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from aiohttp import web

from server.platform.errors import Invalid, NotFound
from server.platform.http.bodies import read_tree
from server.platform.http.nesting import Bounds, Tree, Upload, Value
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message, say

BOUNDS: Final = web.AppKey("parameter bounds", Bounds)
"""The limits of this installation; the defaults of `Bounds` when the application sets none."""

MAX_ID: Final = 2**63 - 1
MAX_ITEMS: Final = 500
_TRUE: Final = frozenset({"true", "1", "on", "yes", "t"})
_FALSE: Final = frozenset({"false", "0", "off", "no", "f"})
_DIGITS: Final = re.compile(r"[0-9]{1,19}")


async def read_parameters(request: web.Request, *, bounds: Bounds | None = None) -> Parameters:
    """Return everything the caller sent; path segments are not part of it (see `path_id`).

    `bounds` widens or narrows the application's own. A visitor who is nobody may not send larger
    files than other fields. Raises what `bodies.read_tree` raises.
    """
    chosen = bounds or request.app.get(BOUNDS) or Bounds()
    if bounds is None and visitor_of(request).is_anonymous:
        chosen = replace(chosen, max_upload_bytes=chosen.max_body_bytes)
    return Parameters(await read_tree(request, chosen))


def path_id(request: web.Request, name: str = "id") -> int:
    """Return an id of the path; a malformed one is NotFound, as nothing can have it."""
    found = parsed_id(request.match_info.get(name, ""))
    if found is None:
        raise NotFound
    return found


def parsed_id(text: str) -> int | None:
    """Return the number of a decimal id within 63 bits, or None."""
    if not _DIGITS.fullmatch(text):
        return None
    number = int(text)
    return number if number <= MAX_ID else None


class Parameters:
    """A tree of parameters with typed questions; `path` names nested ones in error details."""

    def __init__(self, tree: Tree, path: str = "") -> None:
        self._tree = tree
        self._path = path

    def __contains__(self, name: str) -> bool:
        return name in self._tree

    def names(self) -> Iterator[str]:
        """Yield the names that were sent, known or not."""
        return iter(self._tree)

    def raw(self, name: str) -> Value:
        """Return a value as it came, None when absent; for what no typed question fits."""
        return self._tree.get(name)

    def given(self, name: str) -> bool:
        """Tell whether there is a value: not absent, not null, not empty text."""
        return self._tree.get(name) not in (None, "")

    def text(self, name: str, *, max_length: int = 100_000) -> str | None:
        """Return text, or None when not given. Numbers count as their digits."""
        found = self.edited(name, max_length=max_length)
        return found or None

    def edited(self, name: str, *, max_length: int = 100_000) -> str | None:
        """Return text where empty text is a value ("clear this"), None when absent or null."""
        value = self._tree.get(name)
        if value is None:
            return None
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, int | float):
            value = str(value)
        if not isinstance(value, str):
            raise self._wrong(name, "ERR_INVALID", say("must be text"))
        if len(value) > max_length:
            raise self._wrong(
                name, "ERR_TOO_LONG", say("is too long (at most %(most)s)", most=max_length)
            )
        return value

    def required(self, name: str, *, max_length: int = 100_000) -> str:
        """Return text that must be there; blank is refused as ERR_BLANK."""
        found = self.text(name, max_length=max_length)
        if found is None or not found.strip():
            raise self._wrong(name, "ERR_BLANK", say("can't be blank"))
        return found

    def integer(self, name: str, *, least: int = -MAX_ID, most: int = MAX_ID) -> int | None:
        """Return a whole number within bounds, or None when not given."""
        value = self._tree.get(name)
        if value is None or value == "":
            return None
        number = _whole(value)
        if number is None:
            raise self._wrong(name, "ERR_INVALID", say("must be a whole number"))
        if not least <= number <= most:
            raise self._wrong(
                name,
                "ERR_INVALID",
                say("must be between %(least)s and %(most)s", least=least, most=most),
            )
        return number

    def number(self, name: str, *, least: float = -1e15, most: float = 1e15) -> float | None:
        """Return a finite number within bounds, or None when not given."""
        text = self.text(name, max_length=40)
        if text is None:
            return None
        try:
            found = float(text)
        except ValueError as broken:
            raise self._wrong(name, "ERR_INVALID", say("must be a number")) from broken
        if not least <= found <= most:  # refuses NaN too
            raise self._wrong(name, "ERR_INVALID", say("is out of range"))
        return found

    def boolean(self, name: str) -> bool | None:
        """Return a truth value from any spelling clients use, or None when not given."""
        value = self._tree.get(name)
        if value is None or value == "":
            return None
        word = str(value).lower() if isinstance(value, str | int) else ""
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
        raise self._wrong(name, "ERR_INVALID", say("must be true or false"))

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a truth value, with a default for when it is not given."""
        found = self.boolean(name)
        return default if found is None else found

    def id(self, name: str) -> int | None:
        """Return one id (decimal digits within 63 bits), or None when not given."""
        text = self.text(name, max_length=64)
        if text is None:
            return None
        return self._as_id(name, text)

    def ids(self, name: str, *, most: int = MAX_ITEMS) -> list[int]:
        """Return ids in order, each once; a single value stands for a list of one."""
        found = [self._as_id(name, text) for text in self.texts(name, most=most)]
        return list(dict.fromkeys(found))

    def texts(self, name: str, *, most: int = MAX_ITEMS, max_length: int = 100_000) -> list[str]:
        """Return the texts of a list in order, without empty ones; a scalar is a list of one."""
        inner = Parameters(
            {str(n): one for n, one in enumerate(self._elements(name, most))}, self._named(name)
        )
        found = (inner.text(position, max_length=max_length) for position in inner.names())
        return [one for one in found if one is not None]

    def choice(self, name: str, options: Collection[str]) -> str | None:
        """Return one of the options (a StrEnum will do), or None when not given."""
        text = self.text(name, max_length=200)
        if text is None:
            return None
        for option in options:
            if text == str(option):
                return option
        raise self._wrong(name, "ERR_INCLUSION", say("is not included in the list"))

    def when(self, name: str) -> datetime | None:
        """Return a moment in UTC from ISO 8601 text, or None; without an offset it is UTC."""
        text = self.text(name, max_length=64)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text.strip())
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return aware.astimezone(UTC)
        except (ValueError, OverflowError) as broken:
            raise self._wrong(name, "ERR_INVALID", say("must be a date and time")) from broken

    def part(self, name: str) -> Parameters | None:
        """Return a nested object (`poll[options][]`), or None when not given."""
        value = self._tree.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, dict):
            raise self._wrong(name, "ERR_INVALID", say("must be an object"))
        return Parameters(value, self._named(name))

    def items(self, name: str, *, most: int = MAX_ITEMS) -> list[Parameters]:
        """Return nested objects in order, from a list or from an object with numbers as keys."""
        found = []
        for position, element in enumerate(self._elements(name, most)):
            if not isinstance(element, dict):
                raise self._wrong(name, "ERR_INVALID", say("must be a list of objects"))
            found.append(Parameters(element, f"{self._named(name)}[{position}]"))
        return found

    def upload(self, name: str) -> Upload | None:
        """Return an uploaded file, or None when not given; text in its place is refused."""
        value = self._tree.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, Upload):
            raise self._wrong(name, "ERR_INVALID", say("must be a file"))
        return value if value.size or value.filename else None

    def _elements(self, name: str, most: int) -> list[Value]:
        value = self._tree.get(name)
        if value is None or value == "":
            return []
        if isinstance(value, dict):
            elements = self._numbered(name, value)
        else:
            elements = value if isinstance(value, list) else [value]
        if len(elements) > most:
            raise self._wrong(
                name, "ERR_TOO_MANY", say("has too many entries (at most %(most)s)", most=most)
            )
        return elements

    def _numbered(self, name: str, value: Tree) -> list[Value]:
        """Return the values of `{"0": …, "1": …}` in the order of the numbers."""
        if not all(_DIGITS.fullmatch(key) for key in value):
            raise self._wrong(name, "ERR_INVALID", say("must be a list"))
        return [one for _, one in sorted(value.items(), key=lambda entry: int(entry[0]))]

    def _as_id(self, name: str, text: str) -> int:
        found = parsed_id(text)
        if found is None:
            raise self._wrong(name, "ERR_INVALID", say("is not an id"))
        return found

    def _named(self, name: str) -> str:
        return f"{self._path}[{name}]" if self._path else name

    def _wrong(self, name: str, code: str, description: Message) -> Invalid:
        return Invalid(details={self._named(name): [(code, description)]})


def _whole(value: Value) -> int | None:
    if isinstance(value, int):  # booleans are numbers to Rails as well
        return int(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if not isinstance(value, str):
        return None
    text = value.strip()
    digits = text[1:] if text[:1] in {"-", "+"} else text
    return int(text) if _DIGITS.fullmatch(digits) else None
