"""Whose key signed this? Public keys from the database, else from their owner, parsed once.

A key counts only when its owner's own document lists it; that rule is the library's
(`activitypub.receiving.keys`). Here is the cache behind it, and the limit on fetching again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from weakref import WeakSet

from sqlalchemy import String, Table, bindparam, select

from activitypub.delivery.fan_out import authority_of
from activitypub.errors import Gone, InvalidSignature, KeyMismatch, KeyRefused
from activitypub.fetching.budget import Budget
from activitypub.fetching.cache import BoundedCache
from activitypub.receiving.keys import KnownKey, fetch_key
from activitypub.signatures.keys import PublicKey, load_public_key
from activitypub.signatures.multikey import load_multikey
from activitypub.signatures.request import SignedRequest
from activitypub.signatures.verifying import claims_of, verify
from server.federation.actors import actor_by_uri, is_ours, lose_actor
from server.federation.events import ActorGone, RemoteActorSeen
from server.federation.model import Actor
from server.federation.remote import keep_actor, require_federation
from server.federation.wire import Wire
from server.platform.events import Reaction
from server.platform.instance import Instance
from server.platform.work import Reading, Work

_PARSED_KEYS = 10_000
_PARSED_FOR = timedelta(hours=6)
_FETCHES_FOR_A_KEY = 5
_AGAIN_AFTER = timedelta(minutes=1)
# A busy server signs many requests with one key; other processes' news of it may be this late.
_LISTED_FOR = timedelta(seconds=2)

_ACTOR = cast("Table", Actor.__table__).c
_OWNERS = select(_ACTOR.uri, _ACTOR.gone_at, _ACTOR.public_keys).where(
    _ACTOR.uri.in_(bindparam("uris", type_=String(), expanding=True))
)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A key as the stored actor lists it."""

    owner: str
    is_gone: bool
    text: str | None


def _listed(r: Reading, key_id: str, owner: str | None) -> _Listed | None:
    """Return the key of a known actor; mostly the owner's id is the key's without its last part."""
    bare = key_id.partition("#")[0]
    candidates = [bare, bare.rpartition("/")[0], *([owner] if owner else [])]
    found = [
        actor
        for actor in r.session.execute(_OWNERS, {"uris": candidates})
        if key_id in actor.public_keys or actor.uri == bare
    ]
    if not found:
        return None
    actor = max(found, key=lambda one: key_id in one.public_keys)
    text = actor.public_keys.get(key_id)
    if text is None and key_id == actor.uri:
        text = _only_pem(actor.public_keys)
    return _Listed(actor.uri, actor.gone_at is not None, text)


def _only_pem(keys: Mapping[str, str]) -> str | None:
    """Return the one key that an actor means who signs under their own id (PeerTube)."""
    texts = [text for text in keys.values() if text.startswith("-----BEGIN")]
    return texts[0] if len(texts) == 1 else None


class ActorKeys:
    """The keys of actors elsewhere, as verification asks for them (`KeySource`)."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._parsed: BoundedCache[tuple[str, str], PublicKey] = BoundedCache(_PARSED_KEYS)
        self._fetched_lately: BoundedCache[str, bool] = BoundedCache(_PARSED_KEYS)
        self._owners: BoundedCache[str, str] = BoundedCache(_PARSED_KEYS)
        self._listed: BoundedCache[str, _Listed] = BoundedCache(_PARSED_KEYS)
        self._changes = 0
        _STARTED.add(self)

    def forget_listed(self) -> None:
        """Ask the database again for every key: an actor has changed."""
        self._changes += 1
        self._listed = BoundedCache(_PARSED_KEYS)

    async def key(self, key_id: str, *, refresh: bool) -> KnownKey:
        """Return a key; with `refresh` as its owner lists it now, asked once a minute at most.

        Raises FetchError, KeyMismatch, KeyRefused or DocumentError.
        """
        if is_ours(self._instance.site, key_id):
            raise KeyMismatch("a key of this instance does not sign for others")
        listed = await self._known(key_id, refresh=refresh)
        if listed is not None and listed.is_gone:
            raise Gone("the owner of the key was deleted")
        lately = self._fetched_lately.get(key_id) is not None
        if listed is not None and listed.text is not None and (lately or not refresh):
            key = self._read(key_id, listed.text)
            return KnownKey(key_id, listed.owner, key, is_fresh=lately)
        return await self._fetch(key_id)

    async def _known(self, key_id: str, *, refresh: bool) -> _Listed | None:
        """Return what is listed, as it was two seconds ago at most, or as it is now."""
        known = None if refresh else self._listed.get(key_id)
        if known is not None:
            return known
        changes = self._changes
        found = await self._instance.read(_listed, key_id, self._owners.get(key_id))
        # What was read before a change is not kept after it.
        if found is not None and not found.is_gone and changes == self._changes:
            self._listed.put(key_id, found, _LISTED_FOR)
        return found

    async def _fetch(self, key_id: str) -> KnownKey:
        await require_federation(self._instance, key_id)
        wire = self._instance.part(Wire)
        async with wire.alone(f"key {key_id}"):
            if self._fetched_lately.get(key_id) is not None:
                listed = await self._instance.read(_listed, key_id, self._owners.get(key_id))
                if listed is not None and listed.text is not None:
                    key = self._read(key_id, listed.text)
                    return KnownKey(key_id, listed.owner, key, is_fresh=True)
            self._fetched_lately.put(key_id, True, _AGAIN_AFTER)
            budget = Budget.of(fetches=_FETCHES_FOR_A_KEY)
            try:
                fetched = await fetch_key(wire.documents, key_id, budget=budget)
            except Gone:
                await self._instance.work(_lose_owner, key_id)
                raise
            await keep_actor(self._instance, fetched.owner_document)
            self._owners.put(key_id, fetched.known.owner, _PARSED_FOR)
            return fetched.known

    def _read(self, key_id: str, text: str) -> PublicKey:
        known = self._parsed.get((key_id, text))
        if known is None:
            known = load_multikey(text) if text.startswith("z") else load_public_key(text)
            self._parsed.put((key_id, text), known, _PARSED_FOR)
        return known


_STARTED: WeakSet[ActorKeys] = WeakSet()


def _actor_changed(w: Work, event: RemoteActorSeen | ActorGone) -> None:
    del event
    for keys in tuple(_STARTED):
        w.after_commit(keys.forget_listed)


REACTIONS = (Reaction(RemoteActorSeen, _actor_changed), Reaction(ActorGone, _actor_changed))


def _lose_owner(w: Work, key_id: str) -> None:
    owner = actor_by_uri(w, key_id.partition("#")[0])
    if owner is not None:
        lose_actor(w, owner.id)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed a request: the actor's id and the authority of its host."""

    uri: str
    host: str


async def signer_of(instance: Instance, request: SignedRequest) -> Signer:
    """Return who signed a request without an activity in it (authorised fetch).

    Raises a SignatureError, FetchError or DocumentError.
    """
    claims = claims_of(request, policy=instance.part(Wire).signatures)
    keys = instance.part(ActorKeys)
    known = await keys.key(claims.key_id, refresh=False)
    try:
        verify(claims, request, known.key)
    except (InvalidSignature, KeyRefused):
        if known.is_fresh:
            raise
        known = await keys.key(claims.key_id, refresh=True)
        verify(claims, request, known.key)
    return Signer(known.owner, authority_of(known.owner))
