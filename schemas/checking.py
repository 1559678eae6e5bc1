"""Is this record right? The schema, then the rules between its fields.

`errors_of` is what every reader demands, of our own records and of those from elsewhere.
`publication_errors` adds what we demand of ourselves before something is published; a record from
another instance that lacks it is still read.
"""

from collections.abc import Iterator, Mapping
from functools import cache

from jsonschema import Draft202012Validator

from schemas.errors import FieldError, from_validation
from schemas.loading import JsonObject, compiled, schema, validator
from schemas.rules import cross_field_errors


def errors_of(kind: str, record: Mapping[str, object]) -> list[FieldError]:
    """Return what is wrong with a record, each place and code once, in order of place.

    Unknown fields are never wrong. Raises KeyError for a kind that does not exist.
    """
    found = list(_reported(validator(kind), record))
    return _ordered([*found, *cross_field_errors(record)])


def publication_errors(kind: str, record: Mapping[str, object]) -> list[FieldError]:
    """Return what is wrong or missing for a record of our own that is to be published.

    Independent of the date; `x-required` and `x-publication` in the schemas say what is asked.
    """
    wanted = _reported(_publication(kind), record)
    return _ordered([*errors_of(kind, record), *wanted])


@cache
def _publication(kind: str) -> Draft202012Validator:
    parts = (schema("common"), schema(kind))
    required = [name for part in parts for name in _list(part, "x-required")]
    return compiled({"required": required, "allOf": _list(schema(kind), "x-publication")})


def _list(part: JsonObject, name: str) -> list[object]:
    value = part.get(name, [])
    return list(value) if isinstance(value, list) else []


def _reported(check: Draft202012Validator, record: Mapping[str, object]) -> Iterator[FieldError]:
    for error in check.iter_errors(dict(record)):
        yield from from_validation(error)


def _ordered(errors: list[FieldError]) -> list[FieldError]:
    once = {(error.pointer, error.code): error for error in reversed(errors)}
    return sorted(once.values(), key=lambda error: (error.pointer, error.code))
