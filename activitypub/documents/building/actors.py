"""Actor documents of ours: people, organisations, groups, and the instance itself.

What a document holds beyond the necessary is the caller's decision by consent: every optional
part of a draft is absent unless given.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from activitypub.documents.actor import Multikey, ProfileField, PublicKey
from activitypub.documents.building.parts import picture_object, pruned, timestamp
from activitypub.documents.context import with_context
from activitypub.documents.jsonbytes import JsonObject
from activitypub.documents.links import Picture
from activitypub.documents.names import ACTOR_TYPES
from activitypub.errors import DocumentError


@dataclass(frozen=True, slots=True)
class Capability:
    """Something our software implements (FEP-844e): its specification's URL, and its name."""

    href: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorDraft:
    """What our actor document shall say.

    `host` makes the FEP-2c59 address `preferred_username@host`. `published` is sent as the day
    only, like Mastodon does, so that it cannot tell when somebody signed up. `summary` is HTML.
    """

    id: str
    type: str
    preferred_username: str
    host: str
    inbox: str
    outbox: str
    public_keys: tuple[PublicKey, ...]
    multikeys: tuple[Multikey, ...] = ()
    shared_inbox: str | None = None
    name: str | None = None
    summary: str | None = None
    url: str | None = None
    icon: Picture | None = None
    image: Picture | None = None
    followers: str | None = None
    following: str | None = None
    featured: str | None = None
    manually_approves_followers: bool = False
    discoverable: bool = False
    indexable: bool = False
    suspended: bool = False
    memorial: bool = False
    also_known_as: tuple[str, ...] = ()
    moved_to: str | None = None
    fields: tuple[ProfileField, ...] = ()
    tags: tuple[JsonObject, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    attribution_domains: tuple[str, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    extensions: Mapping[str, object] = field(default_factory=dict)


def actor_of(draft: ActorDraft) -> JsonObject:
    """Build an actor document of any type.

    Raises DocumentError for an unknown type, without a key, or with a key of somebody else.
    """
    _require_sound(draft)
    return with_context(
        pruned(
            {
                **_identity(draft),
                "name": draft.name,
                "summary": draft.summary,
                "icon": picture_object(draft.icon),
                "image": picture_object(draft.image),
                "published": _day(draft.published),
                "updated": timestamp(draft.updated) if draft.updated else None,
                "followers": draft.followers,
                "following": draft.following,
                "featured": draft.featured,
                **_switches(draft),
                "alsoKnownAs": draft.also_known_as,
                "movedTo": draft.moved_to,
                "attachment": [_line(line) for line in draft.fields],
                "tag": draft.tags,
                "attributionDomains": draft.attribution_domains,
                **_capabilities(draft),
                **draft.extensions,
            }
        )
    )


def instance_actor_of(draft: ActorDraft) -> JsonObject:
    """Build the actor of the instance itself: only what is needed to check its signatures.

    It is served without a signature to everybody, so it says nothing about anybody.
    """
    _require_sound(draft)
    return with_context(
        pruned(
            {
                **_identity(draft),
                "name": draft.name,
                "followers": draft.followers,
                "following": draft.following,
                "manuallyApprovesFollowers": draft.manually_approves_followers,
                **_capabilities(draft),
                **draft.extensions,
            }
        )
    )


def _require_sound(draft: ActorDraft) -> None:
    if draft.type not in ACTOR_TYPES:
        raise DocumentError("an actor of this type is not known to other servers")
    if not draft.public_keys:
        raise DocumentError("an actor without a key cannot be verified by anybody")
    owners = {key.owner for key in draft.public_keys} | {key.controller for key in draft.multikeys}
    if owners != {draft.id}:
        raise DocumentError("an actor can only publish keys of its own")


def _identity(draft: ActorDraft) -> JsonObject:
    """What every actor of ours has: names, inboxes, keys."""
    keys = [_public_key(key) for key in draft.public_keys]
    return {
        "id": draft.id,
        "type": draft.type,
        "preferredUsername": draft.preferred_username,
        "webfinger": f"{draft.preferred_username}@{draft.host}",
        "url": draft.url,
        "inbox": draft.inbox,
        "outbox": draft.outbox,
        "endpoints": pruned({"sharedInbox": draft.shared_inbox}),
        # One key as an object, not as an array of one: GoToSocial and Lemmy read only that.
        "publicKey": keys[0] if len(keys) == 1 else keys,
        "assertionMethod": [_multikey(key) for key in draft.multikeys],
    }


def _switches(draft: ActorDraft) -> JsonObject:
    """Claims that matter when they are false, and those that are only said when true."""
    return {
        "manuallyApprovesFollowers": draft.manually_approves_followers,
        "discoverable": draft.discoverable,
        "indexable": draft.indexable,
        "suspended": draft.suspended or None,
        "memorial": draft.memorial or None,
    }


def _capabilities(draft: ActorDraft) -> JsonObject:
    """FEP-844e: on an Application directly, elsewhere by its generator."""
    links = [{"href": able.href, "name": able.name} for able in draft.capabilities]
    if not links or draft.type == "Application":
        return {"implements": links}
    return {"generator": {"type": "Application", "implements": links}}


def _public_key(key: PublicKey) -> JsonObject:
    return {"id": key.id, "owner": key.owner, "publicKeyPem": key.pem}


def _multikey(key: Multikey) -> JsonObject:
    return {
        "id": key.id,
        "type": "Multikey",
        "controller": key.controller,
        "publicKeyMultibase": key.multibase,
    }


def _line(line: ProfileField) -> JsonObject:
    return {"type": "PropertyValue", "name": line.name, "value": line.value}


def _day(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    day, _, _ = timestamp(moment).partition("T")
    return f"{day}T00:00:00Z"
