"""The log: one structured line per event, JSON or console, and no personal data in it.

Call `set_up_log` once at start. A processor drops what may name a person, hashes what is needed to
follow one through the log, and cuts long values, whatever a caller passes. Module code gets its
logger from `structlog.get_logger()`; libraries' loggers come out in the same form.
"""

from __future__ import annotations

import hashlib
import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import structlog

_DROPPED: Final = frozenset(
    {
        "address", "authorization", "body", "content", "cookie", "display_name", "email", "e_mail",
        "form", "handle", "headers", "ip", "name", "password", "path", "person_name", "phone",
        "query", "remote", "secret", "signature", "subject", "text", "title", "token", "url",
        "username",
    }
)  # fmt: skip
_HASHED: Final = frozenset({"account", "actor", "login_id", "person_id", "session_id"})
_MAX_VALUE: Final = 500
_MAX_TRACEBACK: Final = 8_000
_KEPT_WHOLE: Final = frozenset({"exception", "stack"})

# An address or handle inside a message: something@host, and IPv4 addresses.
_ADDRESS: Final = re.compile(r"[^\s@<>\"']{1,64}@[\w.-]{1,253}")
_IPV4: Final = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")
_QUERY: Final = re.compile(r"\?[^\s\"']+")

Event = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class LogStyle:
    """How the log looks: the least level that is written, and its form."""

    level: str = "info"
    form: Literal["json", "console"] = "console"


class Discretion:
    """A processor that keeps personal data out of every event.

    Keys known to hold personal data lose their value; ids of persons become a keyed hash that is
    the same within one process only; addresses inside other texts are masked.
    """

    def __init__(self, salt: bytes) -> None:
        self._salt = salt

    def __call__(self, _logger: object, _method: str, event: Event) -> Event:
        """Return the event as it may be written."""
        return {key: self._discreet(key, value) for key, value in event.items()}

    def _discreet(self, key: str, value: object) -> object:
        if value is None or key in {"event", "level", "timestamp", "logger"}:
            return _masked(value, _MAX_VALUE) if isinstance(value, str) else value
        if key.lower() in _DROPPED:
            return "[dropped]"
        if key.lower() in _HASHED:
            return self._hashed(value)
        if isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {str(name): self._discreet(str(name), one) for name, one in value.items()}
        most = _MAX_TRACEBACK if key in _KEPT_WHOLE else _MAX_VALUE
        return _masked(str(value), most)

    def _hashed(self, value: object) -> str:
        return hashlib.blake2b(str(value).encode(), key=self._salt, digest_size=6).hexdigest()


def _masked(text: str, most: int) -> str:
    short = text if len(text) <= most else text[:most] + "…"
    short = _ADDRESS.sub("[address]", short)
    return _QUERY.sub("?[query]", _IPV4.sub("[address]", short))


def _told_by_place(_logger: object, _method: str, event: Event) -> Event:
    """Tell of an exception by its types and where in the code they were raised.

    Never by its text: a database's holds the values of the row that it refused.
    """
    given = event.pop("exc_info", None)
    if isinstance(given, tuple):
        given = given[1]
    error = given if isinstance(given, BaseException) else given and sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_places_of(error))
    return event


def _places_of(error: BaseException) -> Iterator[str]:
    """Yield a line for each exception, what led to it after it, and one for each of its frames."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        here = waiting.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        yield f"{type(here).__module__}.{type(here).__qualname__}"
        for frame in traceback.extract_tb(here.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} {frame.name}"
        before = here.__cause__ or (None if here.__suppress_context__ else here.__context__)
        waiting += [before] if before is not None else []
        waiting += here.exceptions if isinstance(here, BaseExceptionGroup) else []


def set_up_log(style: LogStyle, *, salt: bytes) -> None:
    """Make structlog and the standard library write through the same discreet lines.

    `salt` (16 to 64 bytes) keys the hashes: a random one makes them useless after a restart.
    Raises ValueError for an unknown level.
    """
    level = logging.getLevelNamesMapping().get(style.level.upper())
    if level is None:
        raise ValueError(f"there is no log level {style.level!r}")
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _told_by_place,
        structlog.processors.StackInfoRenderer(),
        Discretion(salt),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    _set_up_library_logs(style, level, shared)


def _set_up_library_logs(
    style: LogStyle, level: int, shared: list[structlog.types.Processor]
) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(style),
            ],
        )
    )
    root = logging.getLogger()
    for old in list(root.handlers):
        if getattr(old, "is_meshwork", False):
            root.removeHandler(old)
    handler.is_meshwork = True  # type: ignore[attr-defined]  # marks ours for a second set-up
    root.addHandler(handler)
    root.setLevel(level)
    # aiohttp's access log holds addresses and paths, and costs more than a request (PERFORMANCE).
    logging.getLogger("aiohttp.access").disabled = True


def _renderer(style: LogStyle) -> structlog.types.Processor:
    if style.form == "json":
        return structlog.processors.JSONRenderer(sort_keys=True)
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
