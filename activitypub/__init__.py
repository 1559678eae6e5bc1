"""ActivityPub as a library: documents, signatures, fetching, discovery, receiving, delivery.

It knows no table, no template and no setting of any application. Import from the subpackages;
this page only names what nearly everybody needs.
"""

from activitypub.documents.activity import Activity, read_activity
from activitypub.documents.actor import Actor, read_actor
from activitypub.documents.collection import Collection, read_collection
from activitypub.documents.event import Event, read_event
from activitypub.documents.jsonbytes import JsonObject, json_bytes, parse_document
from activitypub.documents.note import Note, Visibility, read_note, visibility_of
from activitypub.errors import (
    ActivityPubError,
    DeliveryError,
    DocumentError,
    FetchError,
    Refused,
    SignatureError,
)

__all__ = [
    "Activity",
    "ActivityPubError",
    "Actor",
    "Collection",
    "DeliveryError",
    "DocumentError",
    "Event",
    "FetchError",
    "JsonObject",
    "Note",
    "Refused",
    "SignatureError",
    "Visibility",
    "json_bytes",
    "parse_document",
    "read_activity",
    "read_actor",
    "read_collection",
    "read_event",
    "read_note",
    "visibility_of",
]
