"""Activities read into a typed value: who did what to what, addressed to whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from activitypub.documents.jsonbytes import JsonObject
from activitypub.documents.names import (
    ACTIVITY_TYPES,
    ACTOR_TYPES,
    COLLECTION_TYPES,
    MAX_ITEMS,
    MAX_SUMMARY_CHARS,
    PAGE_TYPES,
    POST_TYPES,
    TOMBSTONE,
    is_public,
)
from activitypub.documents.origin import require_own_id
from activitypub.documents.reading import (
    as_object,
    audience_of,
    id_of,
    ids_of,
    members,
    moment_of,
    text_of,
    type_of,
    types_of,
)
from activitypub.errors import DocumentError, UnknownActivity

_NO_ACTIVITIES: Final = ACTOR_TYPES | POST_TYPES | COLLECTION_TYPES | PAGE_TYPES | {TOMBSTONE}


@dataclass(frozen=True, slots=True)
class EmbeddedActivity:
    """An activity inside another one, such as the Follow inside an Accept or an Undo.

    It is a claim of whoever sent the outer activity; servers leave out its id, or parts of it.
    """

    id: str | None
    type: str | None
    actor: str | None
    object_id: str | None


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity as its sender states it.

    `object_ids` are all objects (a Flag has several), `object_id` the first, None when the object
    has no id; `embedded` is the object itself when it came along, which may be believed only as
    `origin.trusted_object` says. `object_is_public` is a Follow of the Public collection, as
    relays ask for. `content` is a reason or comment (Flag), or an emoji (EmojiReact, and Like
    from Misskey). `has_proof` says that there is an integrity proof (FEP-8b32), not that it
    holds. `document` is what was read.
    """

    id: str
    type: str
    actor: str
    object_id: str | None
    object_ids: tuple[str, ...]
    embedded: JsonObject | None
    object_is_public: bool
    target: str | None
    origin: str | None
    result: JsonObject | None
    instrument: str | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    content: str | None
    published: datetime | None
    has_proof: bool
    document: Mapping[str, object]


def read_activity(document: Mapping[str, object]) -> Activity:
    """Read an activity.

    Raises DocumentError without an http(s) id, the type of an activity, or exactly one actor;
    UnknownActivity when all is there, and the type is one that nobody here ever heard of.
    """
    identifier = require_own_id(document)
    kind = type_of(document, ACTIVITY_TYPES)
    actors = ids_of(document.get("actor"), limit=2)
    if kind is None and not may_be_activity(document):
        raise DocumentError("the document is not an activity")
    if len(actors) != 1:
        raise DocumentError("the activity has no actor, or more than one")
    if kind is None:
        raise UnknownActivity("the activity is of a type that is not known here")
    raw = document.get("object")
    object_ids = ids_of(raw, limit=MAX_ITEMS)
    return Activity(
        id=identifier,
        type=kind,
        actor=actors[0],
        object_id=next(iter(object_ids), None),
        object_ids=object_ids,
        embedded=as_object(raw),
        object_is_public=isinstance(raw, str) and is_public(raw),
        target=id_of(document.get("target")),
        origin=id_of(document.get("origin")),
        result=as_object(document.get("result")),
        instrument=id_of(document.get("instrument")),
        to=audience_of(document.get("to")),
        cc=audience_of(document.get("cc")),
        content=_remark(document),
        published=moment_of(document.get("published")),
        has_proof=bool(members(document.get("proof"), limit=1)),
        document=document,
    )


def may_be_activity(document: Mapping[str, object]) -> bool:
    """Whether the types, even where they are unknown here, are not those of something else."""
    types = types_of(document)
    return bool(types) and _NO_ACTIVITIES.isdisjoint(types)


def read_embedded_activity(value: object) -> EmbeddedActivity | None:
    """Read the activity inside an Undo, Accept, Reject or Announce.

    A bare id gives an EmbeddedActivity with nothing but the id; anything that is neither an id
    nor an object with one of the known types is None.
    """
    fields = as_object(value)
    identifier = id_of(value)
    if fields is None:
        return EmbeddedActivity(identifier, None, None, None) if identifier else None
    kind = type_of(fields, ACTIVITY_TYPES)
    if kind is None:
        return None
    return EmbeddedActivity(
        identifier, kind, id_of(fields.get("actor")), id_of(fields.get("object"))
    )


def _remark(document: Mapping[str, object]) -> str | None:
    """The comment of a Flag (Lemmy writes it to `summary`), or the emoji of a reaction."""
    for key in ("content", "summary", "_misskey_reaction"):
        remark = text_of(document.get(key), limit=MAX_SUMMARY_CHARS)
        if remark is not None:
            return remark
    return None
