"""Whose key is it? A key counts only when its owner's own document lists it.

`KeySource` is what verification asks; the application puts its cache behind it and calls
`fetch_key` when the cache has nothing, or nothing that fits.
"""

from dataclasses import dataclass
from typing import Protocol

from activitypub.documents.actor import read_multikeys, read_public_keys
from activitypub.documents.jsonbytes import JsonObject
from activitypub.documents.origin import (
    require_key_origin,
    require_own_id,
    same_origin,
    same_url,
)
from activitypub.documents.reading import id_of
from activitypub.errors import DocumentError, KeyMismatch
from activitypub.fetching.budget import Budget
from activitypub.fetching.documents import DocumentFetcher
from activitypub.signatures.keys import PublicKey, load_public_key
from activitypub.signatures.multikey import load_multikey


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key and the actor whose document lists it.

    `is_fresh` says that it was fetched for this very request: fetching again would change
    nothing.
    """

    id: str
    owner: str
    key: PublicKey
    is_fresh: bool


@dataclass(frozen=True, slots=True)
class FetchedKey:
    """A key as just fetched, and the owner's document it was found in, to be kept as well."""

    known: KnownKey
    owner_document: JsonObject


class KeySource(Protocol):
    """Where verification gets keys."""

    async def key(self, key_id: str, *, refresh: bool) -> KnownKey:
        """Return the key; with `refresh` it is fetched anew, whatever is stored.

        A source may decline to fetch one key again and again: it then returns the stored one as
        fresh, and the signature is refused. Before a refresh it calls
        `DocumentFetcher.forget_failure`. Raises FetchError, KeyMismatch, KeyRefused or
        DocumentError.
        """
        ...


async def fetch_key(fetcher: DocumentFetcher, key_id: str, *, budget: Budget) -> FetchedKey:
    """Fetch a key and make sure that it is its owner's.

    The owner is asked by its own id and its document has to be that one; a separate key document
    (GoToSocial) only says whom to ask. Key and owner share an origin (FEP-fe34). Raises
    KeyMismatch when the owner does not list the key, KeyRefused for a worthless key, FetchError
    or DocumentError.
    """
    sighting = await fetcher.look_at(key_id, budget=budget)
    document = sighting.document
    owner = _claimed_owner(document, key_id)
    try:
        require_key_origin(key_id, owner)
    except DocumentError as error:
        raise KeyMismatch("the key and its owner are not on the same host") from error
    if not same_url(owner, key_id.partition("#")[0]):
        document = (await fetcher.fetch_exactly(owner, budget=budget)).document
    elif not (same_url(require_own_id(document), owner) and same_origin(sighting.url, owner)):
        raise KeyMismatch("the owner's document says that it is another one")
    key = listed_key(document, key_id)
    return FetchedKey(KnownKey(key_id, owner, key, is_fresh=True), document)


def listed_key(document: JsonObject, key_id: str) -> PublicKey:
    """Return the key that an actor's own document lists under an id, fit to be used.

    `publicKey` is looked at first, then `assertionMethod` (FEP-521a). The actor's own id stands
    for the one key under `publicKey`: PeerTube and some relays sign like that. Raises KeyMismatch
    when the actor does not list it as its own, or lists several where one is meant.
    """
    actor = require_own_id(document)
    own = [pem for pem in read_public_keys(document) if same_url(pem.owner, actor)]
    for pem in own:
        if same_url(pem.id, key_id):
            return load_public_key(pem.pem)
    for multikey in read_multikeys(document):
        if same_url(multikey.id, key_id) and same_url(multikey.controller, actor):
            return load_multikey(multikey.multibase)
    if same_url(key_id, actor) and len(own) == 1:
        return load_public_key(own[0].pem)
    raise KeyMismatch("the actor does not list the key as its own")


def _claimed_owner(document: JsonObject, key_id: str) -> str:
    """Who owns the key according to the document at its URL; a claim, to be confirmed."""
    for pem in read_public_keys(document):
        if same_url(pem.id, key_id):
            return pem.owner
    for multikey in read_multikeys(document):
        if same_url(multikey.id, key_id):
            return multikey.controller
    if same_url(id_of(document) or "", key_id) and read_public_keys(document):
        return key_id
    raise KeyMismatch("there is no such key at its URL")
