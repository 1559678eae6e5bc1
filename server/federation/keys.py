"""Custody of the private keys of local actors: sealed in the database, parsed once in memory.

Each actor has an RSA key for HTTP signatures and an Ed25519 key for integrity proofs, sealed under
a data key of its own. Destroying the row makes every copy of it unreadable, backups included.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from sqlalchemy import delete, select

from activitypub.documents.actor import Multikey, PublicKey
from activitypub.fetching.cache import BoundedCache
from activitypub.signatures.keys import (
    generate_ed25519,
    generate_rsa,
    load_own_private_key,
    private_pem,
    public_pem,
)
from activitypub.signatures.multikey import multikey_of
from activitypub.signatures.signing import SigningKey
from server.federation.model import Actor, ActorKey
from server.platform.instance import Instance
from server.platform.secrets import WrappedKey
from server.platform.work import Reading, Work

RSA_FRAGMENT = "#main-key"
ED25519_FRAGMENT = "#ed25519-key"
_CACHED_KEYS = 2_000
_CACHED_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class NewKeys:
    """The two private keys of an actor that is about to be made."""

    rsa: RSAPrivateKey
    ed25519: Ed25519PrivateKey


def new_keys() -> NewKeys:
    """Make both keys. Takes tens of milliseconds: call it on a thread."""
    return NewKeys(generate_rsa(), generate_ed25519())


def public_texts(uri: str, keys: NewKeys) -> dict[str, str]:
    """Return the public halves as they are kept with the actor: by key id, PEM or Multikey."""
    return {
        uri + RSA_FRAGMENT: public_pem(keys.rsa.public_key()),
        uri + ED25519_FRAGMENT: multikey_of(keys.ed25519.public_key()),
    }


def published_keys(actor: Actor) -> tuple[tuple[PublicKey, ...], tuple[Multikey, ...]]:
    """Return the keys that a local actor's document lists: RSA as PEM, Ed25519 as FEP-521a."""
    pem = {key_id: text for key_id, text in actor.public_keys.items() if text[:1] == "-"}
    multibase = {key_id: text for key_id, text in actor.public_keys.items() if text[:1] == "z"}
    return (
        tuple(PublicKey(key_id, actor.uri, text) for key_id, text in pem.items()),
        tuple(Multikey(key_id, actor.uri, text) for key_id, text in multibase.items()),
    )


def store_keys(w: Work, actor_id: int, keys: NewKeys) -> None:
    """Seal the private keys of an actor under a fresh data key."""
    wrapped = w.vault.new_key()
    w.session.add(
        ActorKey(
            actor_id=actor_id,
            wrapped_key=wrapped.sealed,
            rsa_private=w.vault.seal(wrapped, private_pem(keys.rsa).encode(), _about(actor_id)),
            ed25519_private=w.vault.seal(
                wrapped, private_pem(keys.ed25519).encode(), _about(actor_id)
            ),
            created_at=w.now,
        )
    )
    w.session.flush()


def destroy_keys(w: Work, actor_id: int) -> None:
    """Delete the private keys of an actor for good; nothing can be signed for it any more."""
    w.session.execute(delete(ActorKey).where(ActorKey.actor_id == actor_id))


def proving_key(r: Reading, actor: Actor) -> SigningKey | None:
    """Return the key that makes integrity proofs for an actor; None when it was destroyed."""
    row = r.session.get(ActorKey, actor.id)
    if row is None:
        return None
    return SigningKey(actor.uri + ED25519_FRAGMENT, _opened(r, row, row.ed25519_private))


def rsa_keys(r: Reading, actor_ids: Iterable[int]) -> dict[int, SigningKey]:
    """Return the keys for HTTP signatures of these actors, without those that were destroyed."""
    rows = r.session.execute(
        select(ActorKey, Actor.uri)
        .join(Actor, Actor.id == ActorKey.actor_id)
        .where(ActorKey.actor_id.in_(list(actor_ids)))
    )
    return {
        row.actor_id: SigningKey(uri + RSA_FRAGMENT, _opened(r, row, row.rsa_private))
        for row, uri in rows
    }


def _opened(r: Reading, row: ActorKey, sealed: bytes) -> RSAPrivateKey | Ed25519PrivateKey:
    pem = r.vault.open(WrappedKey(row.wrapped_key), sealed, _about(row.actor_id))
    return load_own_private_key(pem.decode())


def _about(actor_id: int) -> str:
    return f"actor key {actor_id}"


class KeyRing:
    """Parsed private keys of this process: parsing each for every signature would cost as much.

    A key is forgotten after ten minutes, so that one destroyed by another process goes here, too.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._parsed: BoundedCache[int, SigningKey] = BoundedCache(_CACHED_KEYS)

    async def signing_keys(self, actor_ids: Iterable[int]) -> dict[int, SigningKey]:
        """Return the keys for HTTP signatures by actor; who has none any more is left out."""
        wanted = set(actor_ids)
        found = {one: key for one in wanted if (key := self._parsed.get(one)) is not None}
        missing = wanted - found.keys()
        if missing:
            read = await self._instance.read(rsa_keys, missing)
            for actor_id, key in read.items():
                self._parsed.put(actor_id, key, _CACHED_FOR)
            found |= read
        return found

    def forget(self, actor_id: int) -> None:
        """Drop a key that was destroyed or replaced."""
        self._parsed.forget(actor_id)
