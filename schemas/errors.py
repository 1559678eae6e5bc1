"""What is wrong with a record, told per field.

A `FieldError` names the place (JSON pointer, RFC 6901), a stable code for programs and an English
message id for people. `from_validation` makes them from what the JSON Schema validator reports, so
that nobody sees the validator's own English.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from jsonschema import ValidationError

WRONG_FORM: Final = "This has the wrong form."
REQUIRED: Final = "This field is required."

MESSAGES: Final[Mapping[str, str]] = {
    "required": REQUIRED,
    "enum": "Choose one of the given values.",
    "maxLength": "Write at most %(limit)s characters.",
    "minLength": "Write at least %(limit)s characters.",
    "minimum": "Use %(limit)s or more.",
    "maximum": "Use %(limit)s or less.",
    "minItems": "Give at least one.",
    "minProperties": "Give at least one.",
    "maxItems": "Give at most %(limit)s.",
    "maxProperties": "Give at most %(limit)s.",
    "uniqueItems": "The same thing stands here twice.",
}
"""English message ids by JSON Schema keyword; keywords that are missing say WRONG_FORM."""

FORMAT_MESSAGES: Final[Mapping[str, str]] = {
    "date": "Use a date such as 2027-01-31.",
    "date-time": "Use a date and time with a time zone, such as 2027-01-31T22:00:00Z.",
    "web-url": "Use a web address that starts with https://.",
    "apply-url": "Use a web address or a mailto: address.",
    "email": "Use an e-mail address.",
    "timezone": "Use a time zone such as Europe/Brussels.",
    "identifier": "Use a UUID written as urn:uuid:… or a web address.",
}
"""English message ids by our formats."""


_WITH_LIMIT: Final = frozenset(key for key, text in MESSAGES.items() if "%(limit)s" in text)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong at one place of a record.

    `pointer` is a JSON pointer ("" is the whole record), `code` is stable, `message` is an English
    message id with named places that `values` fills. It quotes no content of the record.
    """

    pointer: str
    code: str
    message: str
    values: Mapping[str, str] = field(default_factory=dict)

    def text(self, translate: Callable[[str], str] = str) -> str:
        """Return the message for people, in the language that `translate` speaks."""
        return translate(self.message) % self.values if self.values else translate(self.message)


def pointer_to(steps: Iterable[object]) -> str:
    """Return the JSON pointer along these keys and indexes."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def from_validation(error: ValidationError) -> Iterator[FieldError]:
    """Yield the field errors behind one report of the validator.

    A missing field is addressed itself, not the object that lacks it; a group of alternatives
    speaks with the `x-message` and at the `x-pointer` that its schema gives.
    """
    at = pointer_to(error.absolute_path)
    if error.validator == "required":
        yield from _missing(at, error)
        return
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    yield FieldError(
        at + str(schema.get("x-pointer", "")),
        str(error.validator),
        _message(error, schema),
        _values(error),
    )


def _missing(at: str, error: ValidationError) -> Iterator[FieldError]:
    names = error.validator_value if isinstance(error.validator_value, list) else []
    present = error.instance if isinstance(error.instance, Mapping) else {}
    for name in names:
        if name not in present:
            yield FieldError(at + pointer_to([name]), "required", REQUIRED)


def _message(error: ValidationError, schema: Mapping[str, object]) -> str:
    keyword = str(error.validator)
    if keyword == "format":
        return FORMAT_MESSAGES.get(str(error.validator_value), WRONG_FORM)
    if keyword in {"pattern", "anyOf"}:
        return str(schema.get("x-message", WRONG_FORM))
    if keyword == "minLength" and error.validator_value == 1:
        return REQUIRED
    return MESSAGES.get(keyword, WRONG_FORM)


def _values(error: ValidationError) -> dict[str, str]:
    limit = error.validator_value
    return {"limit": f"{limit:g}"} if error.validator in _WITH_LIMIT else {}
