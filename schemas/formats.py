"""The text formats that our schemas name, checked with the standard library alone.

A format answers one question about one string. Other types pass, as JSON Schema wants (2020-12
validation §7). The checks are stricter than the usual ones where a value ends up in a link or a
calendar: a date and time needs its zone, an address has to be http(s).
"""

import re
import zoneinfo
from datetime import UTC, date, datetime
from functools import cache
from urllib.parse import urlsplit

from jsonschema import FormatChecker

_UNSAFE_IN_URL = re.compile(r"[\s\x00-\x1f\x7f<>\"'`{}|\\^]")
_EMAIL = re.compile(r"[^@\s<>\"'(),:;\\\[\]]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})"
)


def is_web_url(text: str) -> bool:
    """Tell whether a text is an absolute http(s) address with a host and no unsafe character."""
    if _UNSAFE_IN_URL.search(text):
        return False
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    # A name before the host makes an address look like another one's.
    return parts.scheme in {"http", "https"} and has_host and "@" not in parts.netloc


def is_email(text: str) -> bool:
    """Tell whether a text looks like a plain mailbox (no display name, no quoting)."""
    return _EMAIL.fullmatch(text) is not None


def is_apply_url(text: str) -> bool:
    """Tell whether people can apply there: a web address, or `mailto:` and a mailbox."""
    if text.startswith("mailto:"):
        return is_email(text.removeprefix("mailto:").partition("?")[0]) and not (
            _UNSAFE_IN_URL.search(text)
        )
    return is_web_url(text)


def is_date(text: str) -> bool:
    """Tell whether a text is a calendar date (RFC 3339 full-date)."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_date_time(text: str) -> bool:
    """Tell whether a text is a moment with its offset (RFC 3339; seconds may be left out)."""
    if not _DATE_TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return False
    return True


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def is_timezone(text: str) -> bool:
    """Tell whether a text is the name of a time zone in the IANA database."""
    return text in _zones()


def is_identifier(text: str) -> bool:
    """Tell whether a text names a record: `urn:uuid:…`, or the web address of a post."""
    return _UUID.fullmatch(text) is not None or is_web_url(text)


_FORMATS = {
    "web-url": is_web_url,
    "apply-url": is_apply_url,
    "email": is_email,
    "date": is_date,
    "date-time": is_date_time,
    "timezone": is_timezone,
    "identifier": is_identifier,
}


def _passes(name: str, value: object) -> bool:
    return not isinstance(value, str) or _FORMATS[name](value)


@cache
def format_checker() -> FormatChecker:
    """Return the checker that knows exactly the formats above, so results need no extra package."""
    checker = FormatChecker(formats=())
    for name in _FORMATS:
        checker.checks(name)(lambda value, name=name: _passes(name, value))
    return checker
