"""Actors as rows: making those of this instance, keeping those of others, finding both.

Only identity and transport live here. What an actor is called and shows is in the room of people,
which hears of actors elsewhere by `RemoteActorSeen`. Fetching is done in `remote`.
"""

from datetime import datetime

from sqlalchemy import select

from activitypub.delivery.fan_out import authority_of
from activitypub.discovery.handles import Handle
from activitypub.documents.actor import Actor as ActorDocument
from activitypub.documents.origin import same_origin, same_url
from activitypub.errors import DocumentError
from server.federation.events import ActorGone, RemoteActorSeen
from server.federation.hosts import note_host
from server.federation.keys import NewKeys, public_texts, store_keys
from server.federation.model import Actor, Reach
from server.platform.errors import Conflict, NotFound
from server.platform.work import Reading, Site, Work

INSTANCE_ACTOR_ID = 1
"""The row of the instance's own actor, the same in every installation."""

_LOCAL = ""
_MOST_NAME = 100


class ForeignDatabase(Exception):
    """The database belongs to an instance with another address; ids cannot change their host."""


def create_local_actor(
    w: Work, *, username: str, actor_type: str, reach: Reach, keys: NewKeys
) -> Actor:
    """Make an actor of this instance, addressed by number so that its name may change.

    The keys are made before, on a thread: an RSA key takes some 40 ms. Raises Conflict when the
    name is taken.
    """
    if actor_by_handle(w, username, _LOCAL) is not None:
        raise Conflict
    actor_id = w.new_id()
    uri = w.site.url(f"/people/{actor_id}")
    actor = Actor(
        id=actor_id,
        uri=uri,
        actor_type=actor_type,
        username=username,
        username_key=username.lower(),
        host=_LOCAL,
        inbox=f"{uri}/inbox",
        shared_inbox=w.site.url("/inbox"),
        outbox=f"{uri}/outbox",
        followers=f"{uri}/followers",
        following=f"{uri}/following",
        featured=f"{uri}/featured",
        url=w.site.url(f"/@{username}"),
        reach=reach,
        public_keys=public_texts(uri, keys),
    )
    return _kept(w, actor, keys)


def ensure_instance_actor(w: Work, keys: NewKeys) -> Actor:
    """Make the instance's own actor unless there is one; another process may have been first."""
    known = w.session.get(Actor, INSTANCE_ACTOR_ID)
    if known is not None:
        return known
    uri = w.site.url("/actor")
    name = w.site.host.partition(":")[0]  # a colon cannot stand in a name
    actor = Actor(
        id=INSTANCE_ACTOR_ID,
        uri=uri,
        actor_type="Application",
        username=name,
        username_key=name.lower(),
        host=_LOCAL,
        inbox=f"{uri}/inbox",
        shared_inbox=w.site.url("/inbox"),
        outbox=f"{uri}/outbox",
        url=w.site.base_url,
        reach=Reach.FEDIVERSE,
        public_keys=public_texts(uri, keys),
    )
    return _kept(w, actor, keys)


def _kept(w: Work, actor: Actor, keys: NewKeys) -> Actor:
    w.session.add(actor)
    w.session.flush()
    store_keys(w, actor.id, keys)
    return actor


def instance_actor(r: Reading) -> Actor:
    """Return the instance's own actor. Raises NotFound before the first start made it."""
    actor = r.session.get(Actor, INSTANCE_ACTOR_ID)
    if actor is None:
        raise NotFound
    return actor


def has_instance_actor(r: Reading) -> bool:
    """Say whether the first start was done. Raises ForeignDatabase for another address's data."""
    actor = r.session.get(Actor, INSTANCE_ACTOR_ID)
    if actor is not None and actor.uri != r.site.url("/actor"):
        raise ForeignDatabase(
            "this database belongs to an instance with another base URL; it cannot be changed"
        )
    return actor is not None


def is_ours(site: Site, url: str) -> bool:
    """Say whether an id lives on this instance."""
    return same_origin(url, site.base_url)


def local_actor(r: Reading, username: str) -> Actor | None:
    """Return the actor of this instance with a name, in any case of letters."""
    return actor_by_handle(r, username, _LOCAL)


def actor_by_uri(r: Reading, uri: str) -> Actor | None:
    """Return the actor with an id, here or elsewhere, as far as it is known."""
    return r.session.scalar(select(Actor).where(Actor.uri == uri))


def actor_by_handle(r: Reading, username: str, host: str) -> Actor | None:
    """Return the actor with a handle; the host is "" or our own name for this instance."""
    where = _LOCAL if host == r.site.host else host
    return r.session.scalar(
        select(Actor).where(Actor.username_key == username.lower(), Actor.host == where)
    )


def change_reach(w: Work, actor_id: int, reach: Reach) -> None:
    """Set how far an actor of this instance may go; Deletes, if any, are sent by the caller."""
    actor = w.session.get(Actor, actor_id)
    if actor is None or not actor.is_local:
        raise NotFound
    actor.reach = reach


def store_remote_actor(w: Work, document: ActorDocument, *, handle: Handle | None = None) -> Actor:
    """Write what an actor elsewhere says about itself, and announce it.

    `handle` is the confirmed one; without it the name counts only on the host of the id, which
    speaks for its own names. A name that was another actor's passes to a confirmed newcomer.
    Raises DocumentError for an actor that claims to live here.
    """
    if is_ours(w.site, document.id):
        raise DocumentError("the actor claims to live on this instance")
    username, host = _name_of(document, handle)
    known = actor_by_uri(w, document.id)
    actor = known or Actor(id=w.new_id(), uri=document.id)
    key = _free_key(w, actor, username, host, is_confirmed=handle is not None)
    actor.host, actor.username, actor.username_key = host, username, key
    _describe(actor, document, w.now)
    w.session.add(actor)
    w.session.flush()
    if known is None:
        note_host(w, authority_of(document.id))
    w.emit(RemoteActorSeen(actor.id, document))
    return actor


def _name_of(document: ActorDocument, handle: Handle | None) -> tuple[str, str]:
    if handle is not None and handle.host is not None:
        return handle.user, handle.host
    host = authority_of(document.id)
    name = document.preferred_username or ""
    return name if _is_name(name) else host.partition(":")[0], host


def _is_name(text: str) -> bool:
    """Say whether nobody's word but the actor's makes a name that can stand before an `@`.

    Short enough for its column when letters grow in lower case and a number is put behind it.
    """
    may_stand = text.isprintable() and not any(sign in text for sign in " @/:")
    return 0 < len(text) <= _MOST_NAME and may_stand


def _free_key(w: Work, actor: Actor, username: str, host: str, *, is_confirmed: bool) -> str:
    """Return the key of the actor's name, made unique when somebody else has it."""
    key = username.lower()
    holder = actor_by_handle(w, key, host)
    if holder is None or holder.id == actor.id:
        return key
    if not is_confirmed:
        return f"{key}~{actor.id}"
    holder.username_key = f"{key}~{holder.id}"
    w.session.flush()
    return key


def _describe(actor: Actor, document: ActorDocument, now: datetime) -> None:
    actor.actor_type = document.type
    actor.inbox = document.inbox
    actor.shared_inbox = document.shared_inbox
    actor.outbox = document.outbox
    actor.followers = document.followers
    actor.following = document.following
    actor.featured = document.featured
    actor.url = document.url
    actor.reach = Reach.FEDIVERSE
    actor.public_keys = _keys_of(document)
    actor.fetched_at = now
    actor.gone_at = None
    # Not touched: `suspended_at`, which is our staff's decision whatever the document says.


def _keys_of(document: ActorDocument) -> dict[str, str]:
    """The keys that are the actor's own: listed by it, owned by it, on its origin (FEP-fe34)."""
    listed = [(key.id, key.owner, key.pem) for key in document.public_keys]
    listed += [(key.id, key.controller, key.multibase) for key in document.assertion_methods]
    return {
        key_id: text
        for key_id, owner, text in listed
        if same_url(owner, document.id) and same_origin(key_id, document.id)
    }


def lose_actor(w: Work, actor_id: int) -> None:
    """Note that an actor elsewhere was deleted at its origin, and announce it once."""
    actor = w.session.get(Actor, actor_id)
    if actor is None or actor.is_local or actor.gone_at is not None:
        return
    actor.gone_at = w.now
    w.session.flush()  # who answers may delete the row
    w.emit(ActorGone(actor_id))
