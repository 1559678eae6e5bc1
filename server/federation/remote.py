"""Actors and objects elsewhere: found, fetched, kept fresh, or known to be gone.

All of it needs the network, so it runs outside transactions and ends in one short unit that
stores. An actor older than a day is fetched anew when it matters. Failures are remembered for a
while by the fetcher, and whatever follows from one cause shares a `Budget`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from activitypub.delivery.fan_out import authority_of
from activitypub.discovery.handles import Handle, parse_handle
from activitypub.documents.actor import Actor as ActorDocument
from activitypub.documents.actor import read_actor
from activitypub.errors import (
    ActivityPubError,
    AddressRefused,
    DocumentError,
    FetchError,
    Gone,
    NotFound,
)
from activitypub.fetching.budget import Budget
from activitypub.fetching.documents import FetchedDocument
from server.federation.actors import (
    actor_by_handle,
    actor_by_uri,
    is_ours,
    lose_actor,
    store_remote_actor,
)
from server.federation.hosts import may_federate
from server.federation.wire import Wire
from server.platform.instance import Instance
from server.platform.work import Reading, Work

FRESH_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the database knows about an actor."""

    id: int
    uri: str
    is_local: bool
    is_gone: bool
    is_fresh: bool


def _standing(r: Reading, uri: str) -> _Standing | None:
    actor = actor_by_uri(r, uri)
    if actor is None:
        return None
    fresh = actor.fetched_at is not None and r.now - actor.fetched_at < FRESH_FOR
    return _Standing(actor.id, actor.uri, actor.is_local, actor.gone_at is not None, fresh)


async def resolve_actor(
    instance: Instance, uri: str, *, budget: Budget | None = None, refresh: bool = False
) -> int | None:
    """Return the row of the actor with this id, fetched when it is unknown or older than a day.

    None when there is no such actor, it is gone, cannot be had, or its host is refused. With
    `refresh` it is fetched in any case.
    """
    try:
        return await load_actor(instance, uri, budget=budget or Budget(), refresh=refresh)
    except ActivityPubError:
        return None


async def load_actor(instance: Instance, uri: str, *, budget: Budget, refresh: bool = False) -> int:
    """As `resolve_actor`, raising why it cannot be had: a FetchError or DocumentError."""
    known = await instance.read(_standing, uri)
    if known is not None and (known.is_local or _will_do(known, refresh=refresh)):
        return known.id
    if is_ours(instance.site, uri):
        raise NotFound("there is no such actor on this instance")
    await require_federation(instance, uri)
    wire = instance.part(Wire)
    async with wire.alone(uri):
        again = await instance.read(_standing, uri)
        if again is not None and again.is_fresh and (known is None or not known.is_fresh):
            return again.id  # somebody else fetched it while we waited
        try:
            fetched = await wire.documents.fetch_exactly(uri, budget=budget)
            return await keep_actor(instance, fetched.document)
        except Gone:
            if known is not None:
                await instance.work(lose_actor, known.id)
            raise
        except ActivityPubError:
            if known is None or refresh:
                raise
            return known.id  # an old card is better than none


def _will_do(known: _Standing, *, refresh: bool) -> bool:
    if known.is_gone and not refresh:
        raise Gone("the actor was deleted")
    return known.is_fresh and not refresh


async def require_federation(instance: Instance, url: str) -> None:
    """Raise AddressRefused when nothing is exchanged with the host of a URL."""
    if not await instance.read(may_federate, authority_of(url)):
        raise AddressRefused("nothing is exchanged with this host")


async def keep_actor(instance: Instance, document: Mapping[str, object]) -> int:
    """Store an actor's own document as it came from its id; returns its row."""
    actor = read_actor(document)
    handle = await _confirmed_handle(instance, actor)
    return await instance.work(_store, actor, handle)


def _store(w: Work, document: ActorDocument, handle: Handle | None) -> int:
    return store_remote_actor(w, document, handle=handle).id


async def _confirmed_handle(instance: Instance, actor: ActorDocument) -> Handle | None:
    """Return the handle whose host agrees that it is this actor's; None when no host does.

    The claim of FEP-2c59 is asked about first, then the name on the host of the id, which may
    answer with another domain (split domains).
    """
    for handle in _claims(actor):
        try:
            if handle.host is not None and not await instance.read(may_federate, handle.host):
                continue
            return await instance.part(Wire).webfinger.confirmed(handle, actor=actor.id)
        except ActivityPubError:
            continue
    return None


def _claims(actor: ActorDocument) -> list[Handle]:
    texts = [actor.webfinger]
    if actor.preferred_username is not None:
        texts.append(f"{actor.preferred_username}@{authority_of(actor.id)}")
    claims: list[Handle] = []
    for text in texts:
        try:
            handle = parse_handle(text) if text else None
        except DocumentError:
            continue
        if handle is not None and not any(handle.same_as(other) for other in claims):
            claims.append(handle)
    return claims


async def resolve_handle(instance: Instance, text: str) -> int | None:
    """Return the row of whom a handle names (`ann@social.example`), asking its host if need be.

    None for what is no handle, nobody, or on a host that is refused.
    """
    try:
        handle = parse_handle(text)
        known = await instance.read(_known_handle, handle)
        if known is not None and (known.is_local or (known.is_fresh and not known.is_gone)):
            return known.id
        if handle.host is None or handle.host == instance.site.host:
            return None
        await require_federation(instance, f"https://{handle.host}/")
        found = await instance.part(Wire).webfinger.look_up(handle)
        return await load_actor(instance, found.actor, budget=Budget())
    except ActivityPubError:
        return None


def _known_handle(r: Reading, handle: Handle) -> _Standing | None:
    actor = actor_by_handle(r, handle.user, handle.host or "")
    return _standing(r, actor.uri) if actor is not None else None


async def fetch_object(
    instance: Instance, uri: str, *, budget: Budget
) -> Mapping[str, object] | None:
    """Return the document of an object elsewhere as its own host gives it, or None.

    Its id may differ from the URL; it is then fetched from its id. Nothing is stored.
    """
    try:
        return (await load_document(instance, uri, budget=budget)).document
    except (FetchError, DocumentError):
        return None


async def load_document(instance: Instance, uri: str, *, budget: Budget) -> FetchedDocument:
    """As `fetch_object`, raising why it cannot be had, and with the raw bytes."""
    if is_ours(instance.site, uri):
        raise AddressRefused("our own documents are not fetched")
    await require_federation(instance, uri)
    fetched = await instance.part(Wire).documents.fetch(uri, budget=budget)
    if authority_of(fetched.id) != authority_of(uri):
        await require_federation(instance, fetched.id)
    if is_ours(instance.site, fetched.id):
        raise AddressRefused("our own documents are not fetched")
    return fetched
