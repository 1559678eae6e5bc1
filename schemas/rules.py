"""Rules between the fields of a record, which JSON Schema cannot say.

Pure and without a clock: what depends on today is decided where records are published. Every rule
takes a record and yields field errors; values of the wrong type are left to the schema and skipped
here.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Final

from schemas.errors import FieldError, pointer_to

CEFR_ORDER: Final = ("A1", "A2", "B1", "B2", "C1", "C2")
Rule = Callable[[Mapping[str, object]], Iterator[FieldError]]

_PAIRS_OF_MOMENTS: Final = (
    ("startTime", "endTime", "The end has to be after the start."),
    ("startDate", "endDate", "The end cannot be before the start."),
    ("registrationUntil", "endTime", "The end has to be after the last moment to sign up."),
    ("enrolUntil", "endDate", "The end cannot be before the last moment to enrol."),
    ("applyBy", "endDate", "The end cannot be before the last moment to join."),
    ("validThrough", "expiresAt", "This cannot be shown shorter than people can apply."),
    ("enrolUntil", "expiresAt", "This cannot be shown shorter than people can apply."),
    ("applyBy", "expiresAt", "This cannot be shown shorter than people can apply."),
)
_PAIRS_OF_NUMBERS: Final = (("hoursMin", "hoursMax"), ("minCents", "maxCents"))


def moment_of(value: object, *, at_end: bool = False) -> datetime | None:
    """Return the moment (aware, UTC) of an RFC 3339 date or date-time, or None.

    A date alone is its first moment in UTC, or its last second when `at_end`.
    """
    if not isinstance(value, str):
        return None
    try:
        if len(value) == len("2027-01-31"):
            day = date.fromisoformat(value)
            return datetime.combine(day, time(23, 59, 59) if at_end else time.min, UTC)
        read = datetime.fromisoformat(value.upper())
        return read.astimezone(UTC) if read.tzinfo else None
    except (ValueError, OverflowError):
        return None


def cross_field_errors(record: Mapping[str, object]) -> Iterator[FieldError]:
    """Yield what is wrong between the fields of one record, whatever its kind."""
    for rule in _RULES:
        yield from rule(record)


def _order_of_moments(record: Mapping[str, object]) -> Iterator[FieldError]:
    for first, last, message in _PAIRS_OF_MOMENTS:
        start, end = moment_of(record.get(first)), moment_of(record.get(last), at_end=True)
        both_may_be_equal = last != "endTime"
        if start and end and (end < start or (end == start and not both_may_be_equal)):
            yield FieldError(pointer_to([last]), "order", message)


def _order_of_numbers(record: Mapping[str, object]) -> Iterator[FieldError]:
    salary = record.get("salary")
    places = [((), record), (("salary",), salary if isinstance(salary, Mapping) else {})]
    for steps, part in places:
        for low, high in _PAIRS_OF_NUMBERS:
            least, most = part.get(low), part.get(high)
            if _is_number(least) and _is_number(most) and least > most:  # type: ignore[operator]  # both were just seen to be numbers
                message = "The highest cannot be lower than the lowest."
                yield FieldError(pointer_to([*steps, high]), "order", message)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _order_of_levels(record: Mapping[str, object]) -> Iterator[FieldError]:
    low, high = record.get("cefrFrom"), record.get("cefrTo")
    known = low in CEFR_ORDER and high in CEFR_ORDER
    if known and CEFR_ORDER.index(str(high)) < CEFR_ORDER.index(str(low)):
        yield FieldError("/cefrTo", "order", "The highest cannot be lower than the lowest.")


def _months_of_a_fixed_term(record: Mapping[str, object]) -> Iterator[FieldError]:
    if record.get("contractTerm") == "FIXED" and "contractMonths" not in record:
        message = "Say how many months a fixed-term contract takes."
        yield FieldError("/contractMonths", "required", message)


def _free_or_paid(record: Mapping[str, object]) -> Iterator[FieldError]:
    cost = record.get("cost")
    amount = cost.get("amountCents") if isinstance(cost, Mapping) else None
    if record.get("isAccessibleForFree") is True and amount is not None and amount != 0:
        yield FieldError("/cost", "contradiction", "What is free of charge has no cost.")


def _languages_of_translations(record: Mapping[str, object]) -> Iterator[FieldError]:
    translations, main = record.get("translations"), record.get("inLanguage")
    if isinstance(translations, Mapping) and isinstance(main, str) and main in translations:
        message = "The language of the text itself needs no translation."
        yield FieldError(pointer_to(["translations", main]), "contradiction", message)


_RULES: Final[tuple[Rule, ...]] = (
    _order_of_moments,
    _order_of_numbers,
    _order_of_levels,
    _months_of_a_fixed_term,
    _free_or_paid,
    _languages_of_translations,
)
