"""The fields of a kind as their schema describes them, with references resolved.

Forms, pages and catalogues of translations read this instead of the JSON. It says nothing about
values; `schemas.checking` does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from schemas.loading import BASE, JsonObject, schema

_EMPTY: Mapping[str, "Property"] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Property:
    """One field of a record or of an object inside it.

    `wire` is its key in a posting, `labels` the English labels of a closed enumeration, `parts` the
    fields of the object it holds (or of each item, when `is_list`). `implied` is the constant that
    every such object carries on the wire. `in_envelope` fields are said by the ActivityStreams
    object around the posting; `is_hidden` fields are not for people to fill in. `rules` is the
    schema of the value (of one item, when `is_list`).
    """

    name: str
    wire: str
    title: str
    description: str
    labels: Mapping[str, str]
    parts: Mapping[str, "Property"]
    rules: JsonObject
    is_list: bool
    implied: str | None
    in_envelope: bool
    is_hidden: bool


@cache
def properties_of(kind: str) -> Mapping[str, Property]:
    """Return the fields of a kind by name: what all kinds share first, then its own."""
    shared = dict(_properties_in(schema("common")))
    return MappingProxyType(shared | dict(_properties_in(schema(kind))))


@cache
def required_of(kind: str) -> frozenset[str]:
    """Return the fields that a form marks as required: without them nothing is published.

    Alternatives (pay, or when it is told) are not among them; `publication_errors` names those.
    """
    parts = (schema("common"), schema(kind))
    lists = [part.get(key) for part in parts for key in ("required", "x-required")]
    return frozenset(str(name) for names in lists if isinstance(names, list) for name in names)


def label_of(kind: str, name: str, value: str) -> str:
    """Return the English label of a value in a closed enumeration, or the value itself.

    `name` may lead into objects and lists with dots: `salary.per`.
    """
    fields: Mapping[str, Property] = properties_of(kind)
    found: Property | None = None
    for step in name.split("."):
        found = fields.get(step)
        fields = found.parts if found else _EMPTY
    return found.labels.get(value, value) if found else value


def _properties_in(part: JsonObject) -> Iterator[tuple[str, Property]]:
    for name, written in _object(part.get("properties")).items():
        yield name, _property(name, _object(written))


def _property(name: str, written: JsonObject) -> Property:
    resolved = _resolved(written)
    is_list = resolved.get("type") == "array"
    value = _resolved(_object(resolved.get("items"))) if is_list else resolved
    parts = dict(_properties_in(value))
    return Property(
        name=name,
        wire=_wire_key(name, written),
        title=str(written.get("title", "")),
        description=str(written.get("description", "")),
        labels={str(k): str(v) for k, v in _object(value.get("x-labels")).items()},
        parts=MappingProxyType(parts) if parts else _EMPTY,
        rules=value,
        is_list=is_list,
        implied=str(written["const"]) if written.get("x-implied") else None,
        in_envelope=written.get("x-envelope") is True,
        is_hidden=written.get("x-hidden") is True,
    )


def _wire_key(name: str, written: JsonObject) -> str:
    if "x-wire" in written:
        return str(written["x-wire"])
    prefix = written.get("x-prefix")
    return f"{prefix}:{name}" if prefix else name


def _resolved(written: JsonObject) -> JsonObject:
    """Return a schema with its reference into `common` followed; its own words win."""
    reference = written.get("$ref")
    if not isinstance(reference, str):
        return written
    name = reference.removeprefix(f"{BASE}common/1#/$defs/")
    target = _object(_object(schema("common")["$defs"])[name])
    return _resolved({**target, **{k: v for k, v in written.items() if k != "$ref"}})


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}
