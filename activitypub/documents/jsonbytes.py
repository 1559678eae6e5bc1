"""Bytes of a stranger → a JSON object, or DocumentError.

JSON leaves several things open that two readers can understand differently (duplicate keys, huge
numbers, broken Unicode); whatever is open is refused here, so that a signature over the bytes and
the reading of them can never drift apart. Sizes and depths are limited before anybody walks the
document.
"""

import json
from collections.abc import Iterator
from typing import NoReturn

import orjson

from activitypub.documents.names import MAX_DEPTH, MAX_DOCUMENT_BYTES
from activitypub.errors import DocumentError

JsonObject = dict[str, object]
"""A parsed JSON object. Its values are of type `object`: they have to be looked at to be used."""

_MAX_INT_DIGITS = 20
_MIN_INT = -(2**63)
_MAX_INT = 2**63 - 1


def parse_document(body: bytes, *, max_bytes: int = MAX_DOCUMENT_BYTES) -> JsonObject:
    """Parse one JSON object strictly.

    Refused with DocumentError: more than `max_bytes`, bad UTF-8, a byte order mark, lone
    surrogates, U+0000 (no database text can hold it), NaN and infinities, integers beyond 64
    bits, a key twice in one object, nesting deeper than 50, anything but an object.
    """
    if len(body) > max_bytes:
        raise DocumentError(f"the document is larger than {max_bytes} bytes")
    try:
        parsed: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise DocumentError("the document is not valid JSON in UTF-8") from error
    if not isinstance(parsed, dict):
        raise DocumentError("the document is not a JSON object")
    check_shape(parsed)
    _check_numbers_and_keys(body)
    return parsed


def check_shape(document: object) -> None:
    """Refuse nesting deeper than 50 and strings with U+0000, without recursion.

    Raises DocumentError.
    """
    level: list[object] = [document]
    depth = 0
    while level:
        depth += 1
        if depth > MAX_DEPTH + 1:
            raise DocumentError(f"the document is nested deeper than {MAX_DEPTH}")
        level = [child for value in level for child in _children(value)]


def _children(value: object) -> Iterator[object]:
    """What stands directly inside a value; a look at its text on the way."""
    if isinstance(value, dict):
        yield from value
        yield from value.values()
    elif isinstance(value, list):
        yield from value
    elif isinstance(value, str) and "\0" in value:
        raise DocumentError("the document has a string with U+0000")


def _check_numbers_and_keys(body: bytes) -> None:
    """Second reading, for what the fast parser lets pass: huge integers and keys given twice."""
    try:
        json.loads(body, object_pairs_hook=_unique_keys, parse_int=_small_int)
    except (ValueError, RecursionError) as error:
        raise DocumentError("the document is not valid JSON in UTF-8") from error


def _unique_keys(pairs: list[tuple[str, object]]) -> None:
    if len({key for key, _ in pairs}) != len(pairs):
        raise DocumentError("the document has an object with the same key twice")


def _small_int(digits: str) -> None:
    if len(digits) > _MAX_INT_DIGITS or not _MIN_INT <= int(digits) <= _MAX_INT:
        _refuse_number()


def _refuse_number() -> NoReturn:
    raise DocumentError("the document has an integer beyond 64 bits")


def json_bytes(document: object) -> bytes:
    """Serialise a document of ours: compact UTF-8, keys in their order.

    Raises DocumentError when a value is not JSON, which is a mistake of the caller.
    """
    try:
        return orjson.dumps(document)
    except TypeError as error:
        raise DocumentError("the document holds a value that JSON does not have") from error
