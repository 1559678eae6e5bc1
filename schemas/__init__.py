"""JSON Schemas of the objects that Meshwork itself defines, and what reads them.

The schemas (2020-12) are the single source for the five kinds of offer: fields, enumerations,
English labels and the key of every field on the wire. Everything else here follows from them:
`errors_of`
checks a record, `to_wire` and `from_wire` translate between a record and its `svept:posting`,
`properties_of` describes the fields to whoever builds a form. Nothing here knows the server, a
database, a template or the network.
"""

from schemas.checking import errors_of, publication_errors
from schemas.errors import FieldError
from schemas.loading import (
    KINDS,
    NAMESPACE,
    context_document,
    inline_context,
    schema,
    validator,
)
from schemas.properties import Property, label_of, properties_of, required_of
from schemas.terms import (
    NotARecord,
    Profile,
    Record,
    envelope_names,
    from_wire,
    profile_of,
    to_wire,
)

__all__ = [
    "KINDS",
    "NAMESPACE",
    "FieldError",
    "NotARecord",
    "Profile",
    "Property",
    "Record",
    "context_document",
    "envelope_names",
    "errors_of",
    "from_wire",
    "inline_context",
    "label_of",
    "profile_of",
    "properties_of",
    "publication_errors",
    "required_of",
    "schema",
    "to_wire",
    "validator",
]
