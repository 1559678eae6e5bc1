"""Flat names to nested values: `a[b][]=1` as Rails (Rack) reads it, and checks on any such tree.

Pure functions on pairs and trees. Reading bytes is the business of `bodies`, giving types to the
values that of `parameters`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Final

from server.platform.errors import BadRequest, Invalid
from server.platform.i18n import say

NUL: Final = "\x00"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one request may hold. Sizes in bytes, times in seconds, the rest are counts.

    `max_upload_bytes` holds for each file; files up to `spool_bytes` stay in memory, larger ones
    go to a temporary file. All other fields together stay below `max_body_bytes`.
    """

    max_depth: int = 12
    max_values: int = 2_000
    max_key_length: int = 512
    max_body_bytes: int = 1024 * 1024
    max_files: int = 8
    max_upload_bytes: int = 40 * 1024 * 1024
    spool_bytes: int = 1024 * 1024
    body_seconds: float = 30.0
    upload_seconds: float = 300.0


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded file. Name and type are what the sender claims: never trust them.

    The file is closed and removed when the request ends.
    """

    filename: str
    claimed_type: str
    size: int
    file: IO[bytes]

    def read(self) -> bytes:
        """Return all bytes, from the start; call it off the loop when the file is large."""
        self.file.seek(0)
        return self.file.read()


Value = None | bool | int | float | str | Upload | list["Value"] | dict[str, "Value"]
"""What one parameter can be before somebody asks for a type."""

Tree = dict[str, Value]


def parts_of(key: str) -> list[str]:
    """Return the steps of a name: `a[b][]` is `a`, `b` and the empty step that means a list.

    A name whose brackets do not fit is one plain name, as Rack has it.
    """
    head, bracket, rest = key.partition("[")
    if not bracket or not head or not rest.endswith("]"):
        return [key]
    steps = rest[:-1].split("][")
    if any("[" in step or "]" in step for step in steps):
        return [key]
    return [head, *steps]


def nested(pairs: Iterable[tuple[str, Value]], bounds: Bounds) -> Tree:
    """Return the tree that pairs of flat names and values stand for.

    A later plain name replaces an earlier one; `x[]` appends; `x[][k]` starts the next element
    when the current one has `k` already. Raises BadRequest when one name is used as two shapes,
    or when there are too many or too deep names.
    """
    tree: Tree = {}
    for count, (key, value) in enumerate(pairs, start=1):
        if count > bounds.max_values:
            raise BadRequest(say("There are too many parameters."))
        if len(key) > bounds.max_key_length:
            raise BadRequest(say("The name of a parameter is too long."))
        steps = parts_of(key)
        if len(steps) > bounds.max_depth:
            raise BadRequest(say("The parameters are nested too deeply."))
        _place(tree, steps, value)
    return tree


def _place(tree: Tree, steps: list[str], value: Value) -> None:
    here = tree
    while True:
        name, steps = steps[0], steps[1:]
        if not steps:
            here[name] = value
            return
        if steps[0] == "":
            here = _list_step(here, name, steps[1:], value)
            steps = steps[1:]
            if not steps:
                return
        else:
            here = _dict_at(here, name)


def _list_step(here: Tree, name: str, rest: list[str], value: Value) -> Tree:
    """Append the value itself, or return the element that the rest of the name goes into."""
    found = here.setdefault(name, [])
    if not isinstance(found, list):
        raise _two_shapes()
    if not rest:
        found.append(value)
        return here
    if rest[0] == "":
        raise BadRequest(say("Lists of lists are not understood."))
    last = found[-1] if found else None
    if isinstance(last, dict) and not _holds(last, rest):
        return last
    if found and not isinstance(last, dict):
        raise _two_shapes()
    element: Tree = {}
    found.append(element)
    return element


def _holds(element: Tree, steps: list[str]) -> bool:
    """Tell whether an element already has a value at these steps, so that a next one begins."""
    here: Value = element
    for position, step in enumerate(steps):
        if step == "":
            return False  # a list inside the element goes on growing
        if not isinstance(here, dict) or step not in here:
            return False
        here = here[step]
        if position == len(steps) - 1:
            return True
    return False


def _dict_at(here: Tree, name: str) -> Tree:
    found = here.setdefault(name, {})
    if not isinstance(found, dict):
        raise _two_shapes()
    return found


def _two_shapes() -> BadRequest:
    return BadRequest(say("A parameter is used in two different shapes."))


def checked(tree: Tree, bounds: Bounds) -> Tree:
    """Return the tree when it is within bounds and holds no NUL; raise BadRequest or Invalid.

    Walks with a stack of its own, so that a deep tree cannot exhaust Python's.
    """
    waiting: list[tuple[Value, int]] = [(tree, 1)]
    seen = 0
    while waiting:
        value, depth = waiting.pop()
        seen += 1
        if seen > bounds.max_values * 2:
            raise BadRequest(say("There are too many parameters."))
        if depth > bounds.max_depth + 1:
            raise BadRequest(say("The parameters are nested too deeply."))
        if isinstance(value, str):
            _refuse_unstorable(value)
        elif isinstance(value, list):
            waiting.extend((one, depth + 1) for one in value)
        elif isinstance(value, dict):
            for key, one in value.items():
                _refuse_unstorable(key)
                waiting.append((one, depth + 1))
    return tree


def _refuse_unstorable(text: str) -> None:
    # PostgreSQL stores no NUL in text: refusing it here keeps every column safe.
    if NUL in text:
        raise Invalid(say("Text may not contain NUL characters."))
    # Names of multipart parts come from headers, whose odd bytes aiohttp keeps as surrogates.
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BadRequest(say("The parameters are not valid UTF-8."))
