"""Activities of ours: what somebody did, wrapped for delivery.

An embedded object loses its `@context`; the activity carries the one that both need.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from activitypub.documents.building.parts import pruned, require_addressees, timestamp
from activitypub.documents.context import PROOF_TERMS, with_context, without_context
from activitypub.documents.jsonbytes import JsonObject
from activitypub.documents.names import TOMBSTONE
from activitypub.documents.origin import owners_of
from activitypub.documents.reading import id_of
from activitypub.errors import DocumentError


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who does it, under which id, and who gets to know.

    `will_be_proved` puts the terms of an integrity proof into the context: a proof signs the
    context too, so it has to be complete before (FEP-8b32).
    """

    id: str
    actor: str
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    published: datetime | None = None
    will_be_proved: bool = False


def _activity(
    kind: str,
    envelope: Envelope,
    of: str | Mapping[str, object] | tuple[str, ...],
    extra: Mapping[str, object] | None = None,
) -> JsonObject:
    require_addressees(envelope.to, envelope.cc)
    published = timestamp(envelope.published) if envelope.published else None
    properties: JsonObject = {
        "id": envelope.id,
        "type": kind,
        "actor": envelope.actor,
        "published": published,
        "to": envelope.to,
        "cc": envelope.cc,
        "object": without_context(of) if isinstance(of, Mapping) else of,
        **(extra or {}),
    }
    terms = PROOF_TERMS if envelope.will_be_proved else ()
    return with_context(pruned(properties), also=terms)


def _owner(document: Mapping[str, object]) -> str:
    owners = owners_of(document)
    if not owners:
        raise DocumentError("an object without an owner cannot be sent")
    return owners[0]


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()


def create_of(
    document: Mapping[str, object], *, activity_id: str, will_be_proved: bool = False
) -> JsonObject:
    """Build the Create of a post: its author, addressees and time are the post's own."""
    envelope = Envelope(
        id=activity_id,
        actor=_owner(document),
        to=_texts(document.get("to")),
        cc=_texts(document.get("cc")),
        will_be_proved=will_be_proved,
    )
    # As it was written in the post, so that both say the same to the letter.
    return _activity("Create", envelope, document, {"published": document.get("published")})


def update_of(document: Mapping[str, object], envelope: Envelope) -> JsonObject:
    """Build the Update of a post or an actor.

    For a post, `updated` must be later than in the version before, or Mastodon changes nothing.
    """
    if _owner(document) != envelope.actor:
        raise DocumentError("only the owner can update an object")
    return _activity("Update", envelope, document)


def delete_of(identifier: str, envelope: Envelope, *, former_type: str | None = None) -> JsonObject:
    """Build the Delete of a post (with its former type: a Tombstone) or of an actor itself."""
    if former_type is None:
        return _activity("Delete", envelope, identifier)
    deleted = timestamp(envelope.published) if envelope.published else None
    tombstone: JsonObject = {
        "id": identifier,
        "type": TOMBSTONE,
        "formerType": former_type,
        "deleted": deleted,
    }
    return _activity("Delete", envelope, pruned(tombstone))


def announce_of(of: str | Mapping[str, object], envelope: Envelope) -> JsonObject:
    """Build the Announce of an object's id, or of a whole activity (FEP-1b12)."""
    return _activity("Announce", envelope, of)


def like_of(identifier: str, envelope: Envelope) -> JsonObject:
    """Build the Like of an object."""
    return _activity("Like", envelope, identifier)


def follow_of(target: str, envelope: Envelope) -> JsonObject:
    """Build the Follow of an actor, which asks for permission until it is accepted."""
    return _activity("Follow", envelope, target)


def accept_of(
    activity: Mapping[str, object],
    envelope: Envelope,
    *,
    result: Mapping[str, object] | None = None,
) -> JsonObject:
    """Build the Accept of a Follow or another request, optionally with what came of it."""
    extra = {"result": without_context(result)} if result else None
    return _activity("Accept", envelope, _brief(activity), extra)


def reject_of(activity: Mapping[str, object], envelope: Envelope) -> JsonObject:
    """Build the Reject of a Follow or another request; also ends a follow accepted before."""
    return _activity("Reject", envelope, _brief(activity))


def ignore_of(activity: Mapping[str, object], envelope: Envelope) -> JsonObject:
    """Build the answer to a Join where signing up is not done over the wire (FEP-8a8e)."""
    return _activity("Ignore", envelope, _brief(activity))


def undo_of(activity: Mapping[str, object], envelope: Envelope) -> JsonObject:
    """Build the Undo of an activity of the same actor. Raises DocumentError for another's."""
    if id_of(activity.get("actor")) != envelope.actor:
        raise DocumentError("only the actor can undo an activity")
    return _activity("Undo", envelope, _brief(activity))


def block_of(target: str, envelope: Envelope) -> JsonObject:
    """Build the Block of an actor."""
    return _activity("Block", envelope, target)


def flag_of(accused: str, posts: tuple[str, ...], envelope: Envelope, *, remark: str) -> JsonObject:
    """Build a report about an actor and posts; sent by the instance, so the reporter is unnamed."""
    return _activity("Flag", envelope, (accused, *posts), {"content": remark})


def move_of(target: str, envelope: Envelope) -> JsonObject:
    """Build the Move of the actor to another one, which must list it in alsoKnownAs (FEP-7628)."""
    return _activity("Move", envelope, envelope.actor, {"target": target})


def add_of(identifier: str, envelope: Envelope, *, target: str) -> JsonObject:
    """Build the Add of an object to a collection, such as the featured posts."""
    return _activity("Add", envelope, identifier, {"target": target})


def remove_of(identifier: str, envelope: Envelope, *, target: str) -> JsonObject:
    """Build the Remove of an object from a collection."""
    return _activity("Remove", envelope, identifier, {"target": target})


def vote_of(option: str, envelope: Envelope, *, vote_id: str, question: str) -> JsonObject:
    """Build a vote: the Create of a Note with the option as its name and no content.

    Addressed to the author of the poll alone. Several choices are several votes.
    """
    note: JsonObject = {
        "id": vote_id,
        "type": "Note",
        "attributedTo": envelope.actor,
        "to": envelope.to,
        "name": option,
        "inReplyTo": question,
        "published": timestamp(envelope.published) if envelope.published else None,
    }
    return _activity("Create", envelope, pruned(note))


def _brief(activity: Mapping[str, object]) -> JsonObject:
    """An activity inside another one: id, type, actor and object, the object by its id."""
    of = activity.get("object")
    return pruned(
        {
            "id": activity.get("id"),
            "type": activity.get("type"),
            "actor": activity.get("actor"),
            "object": id_of(of) or of,
        }
    )
