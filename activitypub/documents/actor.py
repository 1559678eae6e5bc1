"""An actor document read into a typed value: persons, organisations, groups, services.

Reading believes nothing: whether the id is the one that was asked for, and whether a key is the
owner's, is decided with `origin` and in the signatures package. Names and summaries are raw
HTML or text of a stranger.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from activitypub.documents.jsonbytes import JsonObject
from activitypub.documents.links import (
    Generator,
    Picture,
    Tags,
    extensions_of,
    generator_of,
    picture_of,
    tags_of,
    url_of,
)
from activitypub.documents.names import (
    ACTOR_TYPES,
    MAX_ALIASES,
    MAX_FIELD_CHARS,
    MAX_FIELDS,
    MAX_KEYS,
    MAX_SUMMARY_CHARS,
)
from activitypub.documents.origin import require_own_id
from activitypub.documents.reading import (
    NO_TEXT,
    as_object,
    boolean_of,
    id_of,
    ids_of,
    localized,
    members,
    moment_of,
    text_of,
    type_of,
    types_of,
    url_text_of,
)
from activitypub.documents.urls import canonical_host
from activitypub.errors import DocumentError

_MAX_KEY_CHARS: Final = 8192
_MAX_HANDLE_CHARS: Final = 255
_MAX_DOMAINS: Final = 100


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key in PEM as an actor or a key document lists it (`publicKey`)."""

    id: str
    owner: str
    pem: str


@dataclass(frozen=True, slots=True)
class Multikey:
    """A verification method in multibase as an actor lists it (FEP-521a)."""

    id: str
    controller: str
    multibase: str


@dataclass(frozen=True, slots=True)
class ProfileField:
    """A line of a profile: its label, and its value as raw HTML."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Actor:
    """What an actor says about itself.

    Collections are the URLs given; `shared_inbox` is None where a server has none (GoToSocial).
    `webfinger` is `user@host` as FEP-2c59 gives it and has to be confirmed by WebFinger.
    `discoverable` and `indexable` are false unless said otherwise (FEP-5feb). `document` is what
    was read.
    """

    id: str
    type: str
    preferred_username: str | None
    webfinger: str | None
    name: str | None
    summary: str
    summary_language: str | None
    url: str | None
    icon: Picture | None
    image: Picture | None
    inbox: str
    outbox: str | None
    shared_inbox: str | None
    followers: str | None
    following: str | None
    featured: str | None
    public_keys: tuple[PublicKey, ...]
    assertion_methods: tuple[Multikey, ...]
    manually_approves_followers: bool
    discoverable: bool
    indexable: bool
    suspended: bool
    memorial: bool
    also_known_as: tuple[str, ...]
    moved_to: str | None
    fields: tuple[ProfileField, ...]
    tags: Tags
    published: datetime | None
    updated: datetime | None
    attribution_domains: tuple[str, ...]
    generator: Generator | None
    extensions: Mapping[str, object]
    document: Mapping[str, object]


def read_actor(document: Mapping[str, object]) -> Actor:
    """Read an actor document.

    Raises DocumentError without an http(s) id, a known actor type, or an inbox. A stub that only
    publishes a key (GoToSocial) is read with `read_public_keys`.
    """
    identifier = require_own_id(document)
    kind = type_of(document, ACTOR_TYPES)
    inbox = id_of(document.get("inbox"))
    if kind is None:
        raise DocumentError("the document is not an actor")
    if inbox is None:
        raise DocumentError("the actor has no inbox")
    summary = localized(document, "summary", limit=MAX_SUMMARY_CHARS) or NO_TEXT
    name = localized(document, "name", limit=MAX_FIELD_CHARS) or NO_TEXT
    endpoints = as_object(document.get("endpoints")) or {}
    return Actor(
        id=identifier,
        type=kind,
        preferred_username=_handle(document.get("preferredUsername")),
        webfinger=_webfinger(document.get("webfinger")),
        name=name.text or None,
        summary=summary.text,
        summary_language=summary.language,
        url=url_of(document.get("url")),
        icon=picture_of(document.get("icon")),
        image=picture_of(document.get("image")),
        inbox=inbox,
        outbox=id_of(document.get("outbox")),
        # Older servers have it on the actor itself.
        shared_inbox=id_of(endpoints.get("sharedInbox")) or id_of(document.get("sharedInbox")),
        followers=id_of(document.get("followers")),
        following=id_of(document.get("following")),
        featured=id_of(document.get("featured")),
        public_keys=read_public_keys(document),
        assertion_methods=read_multikeys(document),
        manually_approves_followers=_claim(document, "manuallyApprovesFollowers"),
        discoverable=_claim(document, "discoverable"),
        indexable=_claim(document, "indexable"),
        suspended=_claim(document, "suspended"),
        memorial=_claim(document, "memorial"),
        also_known_as=ids_of(document.get("alsoKnownAs"), limit=MAX_ALIASES),
        moved_to=id_of(document.get("movedTo")),
        fields=_fields(document.get("attachment")),
        tags=tags_of(document.get("tag")),
        published=moment_of(document.get("published")),
        updated=moment_of(document.get("updated")),
        attribution_domains=_domains(document.get("attributionDomains")),
        generator=generator_of(document.get("generator")),
        extensions=extensions_of(document),
        document=document,
    )


def read_public_keys(document: Mapping[str, object]) -> tuple[PublicKey, ...]:
    """Return the PEM keys of an actor, of a stub with a key, or of a key document itself.

    Only what has an id, an owner and a PEM text; at most 10. Whether the owner lists the key is
    for the verifier to check.
    """
    raw = members(document.get("publicKey"), limit=MAX_KEYS)
    if not raw and "publicKeyPem" in document:
        raw = (document,)
    keys = (_public_key(member) for member in raw)
    return tuple(key for key in keys if key is not None)


def _public_key(member: object) -> PublicKey | None:
    if not isinstance(member, Mapping):
        return None
    identifier = url_text_of(member.get("id"))
    owner = id_of(member.get("owner")) or id_of(member.get("controller"))
    pem = text_of(member.get("publicKeyPem"), limit=_MAX_KEY_CHARS)
    return PublicKey(identifier, owner, pem) if identifier and owner and pem else None


def read_multikeys(document: Mapping[str, object]) -> tuple[Multikey, ...]:
    """Return the Multikeys under `assertionMethod` (FEP-521a), or the document when it is one."""
    raw = members(document.get("assertionMethod"), limit=MAX_KEYS)
    if not raw and "publicKeyMultibase" in document:
        raw = (document,)
    keys = (_multikey(member) for member in raw)
    return tuple(key for key in keys if key is not None)


def _multikey(member: object) -> Multikey | None:
    if not isinstance(member, Mapping) or "Multikey" not in types_of(member):
        return None
    identifier = url_text_of(member.get("id"))
    controller = id_of(member.get("controller"))
    multibase = text_of(member.get("publicKeyMultibase"), limit=_MAX_KEY_CHARS)
    if not (identifier and controller and multibase):
        return None
    return Multikey(identifier, controller, multibase)


def _claim(document: Mapping[str, object], key: str) -> bool:
    return boolean_of(document.get(key), default=False)


def _handle(value: object) -> str | None:
    """A user name that can stand before the `@`: letters, digits, `_`, `.` and `-`."""
    text = text_of(value, limit=_MAX_HANDLE_CHARS)
    if text is None or not text.replace("_", "a").replace(".", "a").replace("-", "a").isalnum():
        return None
    return text


def _webfinger(value: object) -> str | None:
    """`user@host` with the host in canonical spelling, or None."""
    text = text_of(value, limit=_MAX_HANDLE_CHARS)
    user, at, host = (text or "").removeprefix("acct:").lstrip("@").rpartition("@")
    handle = _handle(user)
    if not at or handle is None:
        return None
    try:
        return f"{handle}@{canonical_host(host)}"
    except DocumentError:
        return None


def _fields(value: object) -> tuple[ProfileField, ...]:
    return tuple(_fields_in(members(value, limit=MAX_FIELDS)))


def _fields_in(attached: tuple[object, ...]) -> Iterator[ProfileField]:
    for member in attached:
        if isinstance(member, dict) and _is_field(member):
            name = text_of(member.get("name"), limit=MAX_FIELD_CHARS)
            value = text_of(member.get("value"), limit=MAX_FIELD_CHARS)
            if name is not None and value is not None:
                yield ProfileField(name, value)


def _is_field(member: JsonObject) -> bool:
    return any(name.rpartition(":")[2] == "PropertyValue" for name in types_of(member))


def _domains(value: object) -> tuple[str, ...]:
    """Hosts that may credit this actor as author, canonical, each once."""
    found: dict[str, None] = {}
    for member in members(value, limit=_MAX_DOMAINS):
        if not isinstance(member, str):
            continue
        try:
            found[canonical_host(member.strip())] = None
        except DocumentError:
            continue
    return tuple(found)
