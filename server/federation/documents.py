"""The documents of federation's own: the instance's actor, its outbox, the lists of FEP-8fcf."""

from collections.abc import Sequence

from activitypub.documents.building.actors import ActorDraft, Capability, instance_actor_of
from activitypub.documents.building.collections import listing_of
from activitypub.documents.jsonbytes import JsonObject
from server.federation.keys import published_keys
from server.federation.model import Actor
from server.platform.work import Site

CAPABILITIES = (
    Capability(
        "https://datatracker.ietf.org/doc/html/rfc9421", "RFC-9421: HTTP Message Signatures"
    ),
    Capability("https://w3id.org/fep/8b32", "FEP-8b32: Object Integrity Proofs"),
    Capability("https://w3id.org/fep/521a", "FEP-521a: Multikeys of actors"),
)
"""What our actors say that our software speaks (FEP-844e)."""


def instance_document(actor: Actor, site: Site) -> JsonObject:
    """Return the instance's own actor: what is needed to check its signatures, nothing else."""
    public_keys, multikeys = published_keys(actor)
    return instance_actor_of(
        ActorDraft(
            id=actor.uri,
            type=actor.actor_type,
            preferred_username=actor.username,
            host=site.host,
            name=site.name,
            url=site.base_url,
            inbox=actor.inbox,
            outbox=actor.outbox or f"{actor.uri}/outbox",
            shared_inbox=actor.shared_inbox,
            public_keys=public_keys,
            multikeys=multikeys,
            manually_approves_followers=True,
            capabilities=CAPABILITIES,
        )
    )


def empty_outbox(actor: Actor) -> JsonObject:
    """Return the outbox of the instance's actor, which publishes nothing."""
    return listing_of(actor.outbox or f"{actor.uri}/outbox", [], owner=actor.uri)


def partial_followers(uri: str, actor: Actor, followers: Sequence[str]) -> JsonObject:
    """Return the followers of an actor who live on the asking host (FEP-8fcf)."""
    return listing_of(uri, list(followers), owner=actor.uri)
