"""Follower synchronisation (FEP-8fcf): two instances notice follows that only one still knows.

Followers-only deliveries carry a digest of the author's followers at the receiving host. Whose own
list differs asks for the part about itself and drops what the author's instance does not know:
nobody is then shown posts, or counted, by a follow that ended long ago. The follow rows belong to
people, who register a `FollowerBook`.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from activitypub.delivery.fan_out import authority_of
from activitypub.documents.collection import item_id, read_collection
from activitypub.documents.origin import same_origin, same_url
from activitypub.errors import ActivityPubError, DocumentError
from activitypub.fetching.budget import Budget
from server.federation.actors import actor_by_uri
from server.federation.model import Actor
from server.federation.wire import Wire
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.work import Reading, Work

SYNCHRONISE = "synchronise_followers"
HEADER = "Collection-Synchronization"
_DIGEST_BYTES = 32
_MAX_HEADER = 5_000
_MAX_FOLLOWERS = 25_000
_PARAMETER = re.compile(r'\s*([A-Za-z]+)="([^"]*)"\s*(?:,|$)')


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowerBook:
    """What people know about follows; their feature adds it to the instance when it starts.

    `followers_at` are the ids of accepted followers of a local actor who live on a host (its
    authority); `following_here` the people of this instance, row and id, who follow an actor
    elsewhere; `stop_following` ends such a follow without telling anybody.
    """

    followers_at: Callable[[Reading, int, str], Sequence[str]]
    following_here: Callable[[Reading, int], Sequence[tuple[int, str]]]
    stop_following: Callable[[Work, int, int], None]


def digest_of(uris: Iterable[str]) -> str:
    """Return the digest of a set of followers: the XOR of the SHA-256 of their ids."""
    total = 0
    for uri in uris:
        total ^= int.from_bytes(hashlib.sha256(uri.encode()).digest())
    return total.to_bytes(_DIGEST_BYTES).hex()


def partial_url(actor: Actor) -> str:
    """Return where a host asks for the followers that live on it."""
    return f"{actor.uri}/followers_synchronization"


def digest_header(actor: Actor, followers: Sequence[str]) -> str | None:
    """Return the header for one host; None for an actor without followers to speak of."""
    if actor.followers is None or not followers or len(followers) > _MAX_FOLLOWERS:
        return None
    return (
        f'collectionId="{actor.followers}", url="{partial_url(actor)}", '
        f'digest="{digest_of(followers)}"'
    )


@dataclass(frozen=True, slots=True)
class Claim:
    """What such a header says about the sender's followers on this instance."""

    collection_id: str
    url: str
    digest: str


def read_claim(header: str | None) -> Claim | None:
    """Read the header; None for anything that is not one."""
    if header is None or len(header) > _MAX_HEADER or not header.isascii():
        return None
    fields = dict(_PARAMETER.findall(header))
    digest = fields.get("digest", "").lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        return None
    if not fields.get("collectionId") or not fields.get("url"):
        return None
    return Claim(fields["collectionId"], fields["url"], digest)


async def synchronise(instance: Instance, job: Job) -> None:
    """Compare our follows of an actor elsewhere with its host's list, and drop the stale ones.

    The list is asked for only when the digests differ, and believed only from the actor's own
    origin. What it has and we have not is left alone: the follower here decided so.
    """
    claim = Claim(job.payload["collection"], job.payload["url"], job.payload["digest"])
    book = instance.part(FollowerBook)
    known = await instance.read(_known, book, job.payload["actor"], claim)
    if known is None:
        return
    try:
        listed = await _listed(instance, claim)
    except ActivityPubError:
        return  # the next delivery carries a digest again
    await instance.work(_drop_stale, book, known, listed)


def _known(
    r: Reading, book: FollowerBook, actor_uri: str, claim: Claim
) -> tuple[int, list[str]] | None:
    """Return the actor and its followers here when they differ from the claim, else None."""
    actor = actor_by_uri(r, actor_uri)
    if actor is None or actor.is_local or actor.followers is None:
        return None
    if not same_url(actor.followers, claim.collection_id):
        return None
    if not same_origin(claim.url, actor.uri):
        return None
    here = [uri for _, uri in book.following_here(r, actor.id)]
    return (actor.id, here) if here and digest_of(here) != claim.digest else None


async def _listed(instance: Instance, claim: Claim) -> frozenset[str]:
    """Return the people of this instance whom the actor's host lists, over at most ten pages."""
    budget = Budget.of(fetches=10)
    documents = instance.part(Wire).documents
    own = instance.site.host
    found: set[str] = set()
    url: str | None = claim.url
    while url is not None:
        if not same_origin(url, claim.url):
            raise DocumentError("the list continues on another host")
        page = read_collection((await documents.look_at(url, budget=budget)).document, limit=5_000)
        ids = (item_id(item) for item in page.items)
        found.update(one for one in ids if one and authority_of(one) == own)
        url = page.next or (page.first if not page.items else None)
    return frozenset(found)


def _drop_stale(
    w: Work, book: FollowerBook, known: tuple[int, list[str]], listed: frozenset[str]
) -> None:
    actor_id, compared = known
    for follower_id, uri in book.following_here(w, actor_id):
        if uri in compared and uri not in listed:
            book.stop_following(w, follower_id, actor_id)
