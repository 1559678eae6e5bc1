"""Who may speak for what (FEP-fe34): the one place where origins and owners are compared.

A document is believed about a thing only when both live on the same scheme, host and port, and an
object only when its owner is the one who speaks. `url`, `name` and the like are never compared:
they are for display. Canonical spellings are made in `urls`.
"""

from collections.abc import Mapping

from activitypub.documents.jsonbytes import JsonObject
from activitypub.documents.names import ACTOR_TYPES
from activitypub.documents.reading import as_object, id_of, ids_of, type_of
from activitypub.documents.urls import (
    Origin,
    canonical_host,
    canonical_url,
    host_of,
    is_web_url,
    origin_of,
    same_origin,
    same_url,
)
from activitypub.errors import DocumentError

__all__ = [
    "Origin",
    "canonical_host",
    "canonical_url",
    "host_of",
    "is_web_url",
    "origin_of",
    "owners_of",
    "require_activity_origin",
    "require_actor_owns",
    "require_key_origin",
    "require_location",
    "require_own_id",
    "require_owner_origin",
    "same_origin",
    "same_url",
    "trusted_object",
]


def require_own_id(document: Mapping[str, object]) -> str:
    """Return the document's own id, an http(s) URL. Raises DocumentError without one."""
    identifier = document.get("id")
    if not isinstance(identifier, str) or not is_web_url(identifier):
        raise DocumentError("the document has no id that is an http(s) URL")
    return identifier


def owners_of(document: Mapping[str, object]) -> tuple[str, ...]:
    """Return who owns an object: an actor itself, else `attributedTo` and `actor`, each once."""
    if type_of(document, ACTOR_TYPES) is not None:
        own = id_of(document)
        return (own,) if own else ()
    named = (*ids_of(document.get("attributedTo")), *ids_of(document.get("actor")))
    return tuple(dict.fromkeys(named))


def require_location(document: Mapping[str, object], location: str) -> None:
    """Raise DocumentError unless the document's id is the URL it was finally fetched from.

    An id on the same host that differs may be fetched once itself; it is not believed as it is.
    """
    if not same_url(require_own_id(document), location):
        raise DocumentError("the document was fetched from another place than its id")


def require_owner_origin(document: Mapping[str, object]) -> None:
    """Raise DocumentError unless the object has owners, all on the origin of its id."""
    identifier = require_own_id(document)
    owners = owners_of(document)
    if not owners:
        raise DocumentError("the object names no owner")
    if not all(same_origin(identifier, owner) for owner in owners):
        raise DocumentError("the object and its owner are not on the same host")


def require_key_origin(key_id: str, owner: str) -> None:
    """Raise DocumentError unless a key and the actor who owns it share an origin."""
    if not same_origin(key_id, owner):
        raise DocumentError("the key and its owner are not on the same host")


def require_activity_origin(activity_id: str, actor: str) -> None:
    """Raise DocumentError unless an activity's id and its actor share an origin."""
    if not same_origin(activity_id, actor):
        raise DocumentError("the activity and its actor are not on the same host")


def require_actor_owns(actor: str, document: Mapping[str, object]) -> None:
    """Raise DocumentError unless the actor is among the owners of the object.

    For Update, Delete, Undo, and for Add and Remove with the target collection's owner.
    """
    require_owner_origin(document)
    if not any(same_url(actor, owner) for owner in owners_of(document)):
        raise DocumentError("the actor does not own the object")


def trusted_object(activity: Mapping[str, object]) -> JsonObject | None:
    """Return an activity's embedded object when it may be believed, else None: fetch it.

    It may when its id, all its owners and the activity's actor share an origin and the actor is
    one of the owners. The activity itself has to be authenticated first.
    """
    embedded = as_object(activity.get("object"))
    actor = id_of(activity.get("actor"))
    if embedded is None or actor is None:
        return None
    try:
        require_actor_owns(actor, embedded)
    except DocumentError:
        return None
    return embedded
