"""Between a record (our names) and its posting (prefixed names), by the schema's annotations.

A record uses plain keys: schema.org's local names where they exist, else ours. A posting is the
value of `svept:posting`: the same tree with `sdo:` or `svept:` before every known key, `type` and
`svept:profile` in front. Both directions lose nothing: keys that no schema names stay as they are,
and where such a key would be mistaken for one of ours it is marked with a leading colon.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from schemas.loading import KINDS, schema
from schemas.properties import Property, properties_of

Record = dict[str, object]
"""A record in our own names, as JSON has it."""

_PROFILE: Final = re.compile(r"([a-z]{1,20})/([0-9]{1,4})(?:\.([0-9]{1,4}))?")
_MAJOR: Final = 1
_ESCAPE: Final = ":"


class NotARecord(ValueError):
    """The posting is not one of ours: no object, no profile, or a major version we do not know."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a posting says it is: the kind, and the version of its schema."""

    kind: str
    major: int
    minor: int = 0


def profile_of(posting: object) -> Profile | None:
    """Return the profile of a posting, or None when this version of Meshwork cannot read it.

    A higher minor version is fine, its new fields are kept. Another major version is not a record:
    its post shows as an ordinary one.
    """
    if not isinstance(posting, Mapping):
        return None
    written = posting.get("svept:profile")
    match = _PROFILE.fullmatch(written) if isinstance(written, str) else None
    if match is None or match[1] not in KINDS or int(match[2]) != _MAJOR:
        return None
    return Profile(match[1], int(match[2]), int(match[3] or 0))


def to_wire(kind: str, record: Mapping[str, object]) -> dict[str, object]:
    """Return the posting of a record: every known key prefixed, the rest verbatim.

    Nothing is left out, not even what an envelope would say too (see `envelope_names`). Raises
    KeyError for a kind that does not exist.
    """
    head = {"type": default_type(kind, record), "svept:profile": f"{kind}/{_MAJOR}"}
    return head | _written(properties_of(kind), record)


def from_wire(posting: object) -> tuple[str, Record]:
    """Return the kind and the record of a posting. Raises NotARecord; does not validate."""
    profile = profile_of(posting)
    if profile is None or not isinstance(posting, Mapping):
        raise NotARecord("no profile of a known kind and major version")
    kind = profile.kind
    record = _read(properties_of(kind), posting)
    if record.get("profile") == f"{kind}/{_MAJOR}":
        del record["profile"]
    if record.get("type") == default_type(kind, record):
        del record["type"]
    return kind, record


@cache
def envelope_names(kind: str) -> frozenset[str]:
    """Return the fields that the ActivityStreams object around the posting already carries."""
    return frozenset(name for name, field in properties_of(kind).items() if field.in_envelope)


def default_type(kind: str, record: Mapping[str, object]) -> str:
    """Return the schema.org type a record of this kind has unless it says otherwise."""
    written = schema(kind)
    by_tool = written.get("x-types")
    tool = record.get("toolKind")
    if isinstance(by_tool, dict) and isinstance(tool, str) and tool in by_tool:
        return str(by_tool[tool])
    return str(written["x-type"])


def _written(fields: Mapping[str, Property], part: Mapping[str, object]) -> dict[str, object]:
    out: dict[str, object] = {
        field.wire: field.implied for field in fields.values() if field.implied is not None
    }
    for name, value in part.items():
        if name not in fields:
            out[name.removeprefix(_ESCAPE)] = value
    for name, value in part.items():
        if name in fields:
            out[fields[name].wire] = _written_value(fields[name], value)
    return out


def _written_value(field: Property, value: object) -> object:
    if not field.parts:
        return value
    if isinstance(value, list):
        return [_written_value(field, item) for item in value]
    return _written(field.parts, value) if isinstance(value, Mapping) else value


def _read(fields: Mapping[str, Property], part: Mapping[str, object]) -> Record:
    by_wire = {field.wire: field for field in fields.values()}
    out: Record = {}
    for key, value in part.items():
        field = by_wire.get(key)
        if field is None:
            taken = key in fields or key.startswith(_ESCAPE)
            out[_ESCAPE + key if taken else key] = value
        elif field.implied is None or value != field.implied:
            out[field.name] = _read_value(field, value)
    return out


def _read_value(field: Property, value: object) -> object:
    if not field.parts:
        return value
    if isinstance(value, list):
        return [_read_value(field, item) for item in value]
    return _read(field.parts, value) if isinstance(value, Mapping) else value
