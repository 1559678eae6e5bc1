"""From what a form sent to a record: flat names back to a tree, texts to the types of the schema.

Nothing is refused here: what cannot be read as the type that is wanted stays as it was typed, the
schema says what is wrong with it, and the form comes back with the same text. What no form asks
for (unknown fields of a newer version, constants) is kept from the stored record.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, tzinfo
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schemas import Property, properties_of
from server.platform.http.nesting import Value
from server.posts.kinds import Kind
from server.posts.kinds.reading import zone_of
from server.web.fields import translation_parts

_MAX_ROWS: Final = 60
_LARGEST: Final = 10**12
_LONGEST: Final = 24
_WAS_TRUE: Final = MappingProxyType({"true": True, "false": False})

Sent = Mapping[str, Value]


def record_of(
    kind: Kind, sent: Sent, *, zone: tzinfo, stored: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the record that a form stands for.

    `zone` is the clock of moments without an offset when the record itself names no place; what
    was not changed keeps its spelling from `stored`.
    """
    fields = {name: one for name, one in properties_of(kind).items() if not one.is_hidden}
    read = _object(fields, sent)
    clock = clock_of(read, zone)
    before = stored or {}
    return _kept(fields, _with_moments(fields, read, before, clock), before)


def clock_of(record: Mapping[str, Any], otherwise: tzinfo) -> tzinfo:
    """Return the clock of the people there; the other one when the record does not say."""
    try:
        return zone_of(record) or otherwise
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return otherwise


def zone_named(name: str) -> ZoneInfo:
    """Return a time zone of the settings."""
    return ZoneInfo(name)


def _object(fields: Mapping[str, Property], sent: object) -> dict[str, Any]:
    """Return the object that was filled in; empty fields are absent."""
    if not isinstance(sent, Mapping):
        return {}
    read = {
        name: _value(prop, sent[name])
        for name, prop in fields.items()
        if name in sent and prop.implied is None
    }
    return {name: value for name, value in read.items() if value not in (None, "", [], {})}


def _value(prop: Property, sent: Value) -> Any:  # noqa: ANN401 - JSON of any type
    if prop.name == "translations":
        return _translations(sent)
    if prop.parts and prop.is_list:
        return [one for one in (_object(prop.parts, row) for row in _entries(sent)) if one]
    if prop.parts:
        return _object(prop.parts, sent)
    if prop.is_list:
        return _several(prop, sent)
    return _scalar(prop, sent)


def _entries(sent: Value) -> list[Value]:
    """Return the rows of a list, which are sent as a list or under their numbers."""
    if isinstance(sent, list):
        return list(sent)[:_MAX_ROWS]
    if not isinstance(sent, dict):
        return []
    numbered = [(int(key), row) for key, row in sent.items() if key.isascii() and key.isdigit()]
    return [row for _, row in sorted(numbered, key=lambda entry: entry[0])][:_MAX_ROWS]


def _translations(sent: Value) -> dict[str, Any]:
    parts = translation_parts()
    read: dict[str, Any] = {}
    for row in _entries(sent):
        texts = _object(parts, row)
        if texts and isinstance(row, dict) and row.get("machineMade") == "true":
            texts["machineMade"] = True
        tag = row.get("lang") if isinstance(row, dict) else None
        if texts:
            read[str(tag or "").strip()] = texts
    return read


def _several(prop: Property, sent: Value) -> list[str]:
    if isinstance(sent, list):
        found = [str(one).strip() for one in sent]
    else:
        text = str(sent or "").replace("\r\n", "\n")
        # What has a pattern is one word; only free text may have spaces in an entry.
        found = text.split() if "pattern" in prop.rules else text.split("\n")
        found = [one.strip().rstrip(",;") for one in found]
    return [one for one in found if one]


def _scalar(prop: Property, sent: Value) -> Any:  # noqa: ANN401 - JSON of any type
    if not isinstance(sent, str):
        return sent if isinstance(sent, bool | int | float) else None
    text = sent.replace("\r\n", "\n").strip()
    if prop.name.endswith("Cents"):
        return _cents(text)
    read = _READERS.get(str(prop.rules.get("type")))
    return read(text) if read and text else text


def _cents(text: str) -> int | str:
    """Return whole cents of an amount such as `15,95`; anything else as it was typed."""
    amount = _decimal(text)
    cents = None if amount is None else amount * 100
    return int(cents) if cents is not None and cents == cents.to_integral_value() else text


def _decimal(text: str) -> Decimal | None:
    """Return the number that a text says, with a comma or a point; None beyond what is sensible."""
    try:
        read = Decimal("".join(text.split()).replace(",", "."))
    except InvalidOperation:
        return None
    return read if read.is_finite() and abs(read) < _LARGEST and len(text) < _LONGEST else None


def _whole(text: str) -> int | str:
    with suppress(ValueError):
        return int(text) if len(text) < _LONGEST else text
    return text


def _number(text: str) -> float | str:
    read = _decimal(text)
    if read is None:
        return text
    return int(read) if read == read.to_integral_value() else float(read)


def _truth(text: str) -> bool | str:
    return _WAS_TRUE.get(text, text)


_READERS: Final[Mapping[str, Callable[[str], Any]]] = MappingProxyType(
    {"integer": _whole, "number": _number, "boolean": _truth}
)


def _with_moments(
    fields: Mapping[str, Property],
    read: dict[str, Any],
    stored: Mapping[str, Any],
    clock: tzinfo,
) -> dict[str, Any]:
    """Give moments their offset, and unchanged ones the spelling that they had."""
    moments = [name for name in read if fields[name].rules.get("format") == "date-time"]
    for name in moments:
        read[name] = _moment(read[name], stored.get(name), clock)
    return read


def _moment(text: object, before: object, clock: tzinfo) -> object:
    if not isinstance(text, str):
        return text
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return text
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=clock)
    elif not isinstance(before, str):
        return text
    with suppress(ValueError, OverflowError):
        if isinstance(before, str) and datetime.fromisoformat(before.upper()) == moment:
            return before
    try:
        return moment.isoformat()
    except (ValueError, OverflowError):
        return text


def _kept(
    fields: Mapping[str, Property], read: dict[str, Any], stored: Mapping[str, Any]
) -> dict[str, Any]:
    """Add what no form asks for: at the top, and in objects that are still there."""
    unasked = {name: value for name, value in stored.items() if name not in fields}
    for name, value in read.items():
        before, prop = stored.get(name), fields[name]
        if prop.parts and isinstance(value, dict) and isinstance(before, Mapping):
            read[name] = value | _unasked(prop, before)
        elif prop.parts and isinstance(value, list) and isinstance(before, list):
            read[name] = [
                _row_kept(prop, row, before[n] if n < len(before) else None)
                for n, row in enumerate(value)
            ]
    return unasked | read


def _unasked(prop: Property, before: Mapping[str, Any]) -> dict[str, Any]:
    asked = {name for name, part in prop.parts.items() if part.implied is None}
    return {name: value for name, value in before.items() if name not in asked}


def _row_kept(prop: Property, row: dict[str, Any], before: object) -> dict[str, Any]:
    """A row keeps what it alone had, when it is still the same row."""
    if not isinstance(before, Mapping):
        return row
    same = all(before.get(name) == value for name, value in row.items())
    return row | _unasked(prop, before) if same else row
