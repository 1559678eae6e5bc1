"""Reading the schema files and compiling each once.

Schemas refer to each other by `$id`; all of them come from this folder and none is ever fetched.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012, SchemaRegistry

from schemas.formats import format_checker

NAMESPACE: Final = "https://w3id.org/meshwork/v1#"
"""The namespace of our own terms; `svept:` stands for it on the wire."""

KINDS: Final = ("study", "vacancy", "event", "project", "tool")
"""The five kinds of offer, in the order of S-V-E-P-T."""

BASE: Final = "https://w3id.org/meshwork/schemas/"
"""Every `$id` is this, the schema's name and its major version."""

JsonObject = Mapping[str, object]

_NOTE_TERMS: Final = ("Hashtag", "sensitive", "sdo", "svept", "svept:translations")


def _path_of(name: str) -> str:
    return "envelope.json" if name == "envelope" else f"domain/{name}.json"


@cache
def _document(path: str) -> JsonObject:
    text = files("schemas").joinpath(path).read_text(encoding="utf-8")
    loaded: JsonObject = json.loads(text)
    return loaded


def schema(name: str) -> JsonObject:
    """Return the schema of a kind, `common` or `envelope`, as written. Raises KeyError."""
    if name not in {*KINDS, "common", "envelope"}:
        raise KeyError(name)
    return _document(_path_of(name))


@cache
def registry() -> SchemaRegistry:
    """Return all schemas by their `$id`, for references between them."""
    resources = [
        (f"{BASE}{name}/1", DRAFT202012.create_resource(dict(schema(name))))
        for name in (*KINDS, "common", "envelope")
    ]
    empty: SchemaRegistry = Registry()
    return empty.with_resources(resources).crawl()


def compiled(contents: JsonObject) -> Draft202012Validator:
    """Return a validator for a schema of ours or a part of one, with our formats and references."""
    return Draft202012Validator(
        dict(contents), registry=registry(), format_checker=format_checker()
    )


@cache
def validator(name: str) -> Draft202012Validator:
    """Return the validator of a kind, `common` or `envelope`, compiled once per process."""
    Draft202012Validator.check_schema(dict(schema(name)))
    return compiled(schema(name))


@cache
def _terms() -> JsonObject:
    both = _document("context.jsonld")["@context"]
    own = both[1] if isinstance(both, list) else both
    if not isinstance(own, dict):
        raise TypeError("context.jsonld has to hold our terms in its second entry")
    return own


def context_document() -> JsonObject:
    """Return the JSON-LD document to serve at the namespace, as application/ld+json."""
    return _document("context.jsonld")


def inline_context(kind: str) -> dict[str, object]:
    """Return the terms to put after the ActivityStreams context of a post of this kind.

    Inlined, because many servers never fetch a context. An event carries the terms of FEP-8a8e and
    Mobilizon as well. The same terms are served as `context.jsonld` at the namespace.
    """
    terms = _terms()
    return dict(terms) if kind == "event" else {name: terms[name] for name in _NOTE_TERMS}
