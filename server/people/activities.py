"""What arrives from other servers about people: follows, blocks, changes, moves and ends.

The inbox has established before that the sender is who the activity says. Here it is checked that
the sender may do this: only the target of a Follow accepts or rejects it, only the owner undoes,
updates, deletes or moves. What names nobody here, or somebody the sender may not know of, has no
effect and no answer. Documents of our own people are built in `documents`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy import select

from activitypub.discovery.handles import Handle
from activitypub.documents.activity import Activity, EmbeddedActivity, read_embedded_activity
from activitypub.documents.actor import Actor as ActorDocument
from activitypub.documents.actor import read_actor
from activitypub.documents.names import ACTOR_TYPES
from activitypub.documents.origin import same_url, trusted_object
from activitypub.documents.reading import type_of
from activitypub.errors import DocumentError
from server.federation import actors, remote
from server.federation.events import ActorGone, RemoteActorSeen
from server.federation.model import Actor
from server.people import messages, relations, rules
from server.people.cards import PersonRow
from server.people.documents import actor_document
from server.people.leaving import forget_remote
from server.people.model import Block, Follow, Person
from server.people.queries import person_by_id, person_by_uri
from server.people.rules import HOUSE
from server.people.seen import person_from
from server.people.service import record_move
from server.platform.errors import Invalid, NotAllowed, NotFound
from server.platform.feature import ActivityHandler, Received
from server.platform.instance import Instance
from server.platform.work import Work

__all__ = ["HANDLERS", "actor_document", "forget_gone_actor", "keep_person"]

_UNDONE: Final = frozenset({"Follow", "Block"})


def keep_person(w: Work, event: RemoteActorSeen) -> None:
    """Write what somebody elsewhere shows of themselves: cleaned, capped, nothing believed else."""
    person_from(w, event.actor_id, event.document)


def forget_gone_actor(w: Work, event: ActorGone) -> None:
    """Delete somebody elsewhere whose own server says that they are gone."""
    forget_remote(w, event.actor_id)


def _follow(w: Work, received: Received, _: object) -> None:
    """Follow somebody here. A refused follow is answered, an invisible person is not."""
    activity = received.activity
    target = _local(w, activity.object_id)
    sender = person_by_id(w, HOUSE, received.actor_id)
    if target is None or sender is None:
        return
    try:
        relations.follow(w, sender.id, target.id, uri=activity.id)
    except NotFound:
        if _blocks(w, target.id, sender.id):
            messages.refuse(w, activity.id, sender, target)
    except (NotAllowed, Invalid):
        messages.refuse(w, activity.id, sender, target)


def _accept(w: Work, received: Received, _: object) -> None:
    """The target of one of our Follows accepts it."""
    follow = _follow_answered(w, received)
    if follow is not None:
        relations.accept_follow(w, received.actor_id, follow.follower_id)


def _reject(w: Work, received: Received, _: object) -> None:
    """The target of one of our Follows rejects it, or ends it later."""
    follow = _follow_answered(w, received)
    if follow is not None:
        relations.reject_follow(w, received.actor_id, follow.follower_id)


def _follow_answered(w: Work, received: Received) -> Follow | None:
    """Return the follow of somebody here that the *sender* was asked for; nobody else's."""
    embedded = read_embedded_activity(received.activity.document.get("object"))
    if embedded is None:
        return None
    asked = select(Follow).where(Follow.followee_id == received.actor_id)
    if embedded.id is not None:
        follow = w.session.scalar(asked.where(Follow.uri == embedded.id))
        if follow is not None:
            return follow
    # Some servers make up another id for the Follow they answer: then its two ends tell.
    follower = _local(w, embedded.actor)
    if embedded.type != "Follow" or follower is None or not _is_sender(received, embedded):
        return None
    return w.session.scalar(asked.where(Follow.follower_id == follower.id))


def _is_sender(received: Received, embedded: EmbeddedActivity) -> bool:
    return embedded.object_id is not None and same_url(embedded.object_id, received.activity.actor)


def _undo(w: Work, received: Received, _: object) -> None:
    """The sender takes back a Follow or a Block of their own."""
    embedded = read_embedded_activity(received.activity.document.get("object"))
    if embedded is None or embedded.type not in {*_UNDONE, None}:
        return
    if embedded.actor is not None and not same_url(embedded.actor, received.activity.actor):
        return
    target = _local(w, embedded.object_id)
    if embedded.type != "Block":
        follow = _own_follow(w, received.actor_id, embedded.id, target)
        if follow is not None:
            relations.unfollow(w, received.actor_id, follow.followee_id)
    if embedded.type != "Follow":
        block = _own_block(w, received.actor_id, embedded.id, target)
        if block is not None:
            relations.unblock(w, received.actor_id, block.blocked_id)


def _own_follow(
    w: Work, sender_id: int, uri: str | None, target: PersonRow | None
) -> Follow | None:
    own = select(Follow).where(Follow.follower_id == sender_id)
    found = w.session.scalar(own.where(Follow.uri == uri)) if uri else None
    if found is None and target is not None:
        found = w.session.scalar(own.where(Follow.followee_id == target.id))
    return found


def _own_block(w: Work, sender_id: int, uri: str | None, target: PersonRow | None) -> Block | None:
    own = select(Block).where(Block.blocker_id == sender_id)
    found = w.session.scalar(own.where(Block.uri == uri)) if uri else None
    if found is None and target is not None:
        found = w.session.scalar(own.where(Block.blocked_id == target.id))
    return found


def _block(w: Work, received: Received, _: object) -> None:
    """Somebody elsewhere blocks somebody here."""
    target = _local(w, received.activity.object_id)
    if target is None:
        return
    try:
        relations.block(w, received.actor_id, target.id, uri=received.activity.id)
    except (NotFound, Invalid):
        return  # the sender may not know of this person, or blocks themselves: no effect


def _names_itself(activity: Activity) -> bool:
    return activity.object_id is not None and same_url(activity.object_id, activity.actor)


def _is_profile(activity: Activity) -> bool:
    if not _names_itself(activity):
        return False
    return activity.embedded is None or type_of(activity.embedded, ACTOR_TYPES) is not None


async def _fetch_profile(instance: Instance, received: Received) -> None:
    """Fetch the sender anew when the profile did not come along in a form that can be believed."""
    if _embedded_profile(received) is None:
        await remote.resolve_actor(instance, received.activity.actor, refresh=True)


def _update(w: Work, received: Received, _: object) -> None:
    """Somebody elsewhere shows something else of themselves; the name stays the confirmed one."""
    document = _embedded_profile(received)
    known = w.session.get(Actor, received.actor_id)
    if document is None or known is None:
        return
    # A name that was never confirmed by its host stays so; one that was is kept with its host.
    was_confirmed = known.username_key == known.username.lower()
    handle = Handle(known.username, known.host) if was_confirmed else None
    named = replace(document, preferred_username=known.username)
    actors.store_remote_actor(w, named, handle=handle)


def _embedded_profile(received: Received) -> ActorDocument | None:
    document: Mapping[str, object] | None = trusted_object(received.activity.document)
    if document is None:
        return None
    try:
        read = read_actor(document)
    except DocumentError:
        return None
    return read if same_url(read.id, received.activity.actor) else None


def _delete(w: Work, received: Received, _: object) -> None:
    """Somebody elsewhere deletes themselves: everything of theirs goes here, too."""
    forget_remote(w, received.actor_id)


async def _fetch_new_home(instance: Instance, received: Received) -> int | None:
    """Fetch the new home as it is now: its own list of other accounts decides."""
    target = received.activity.target
    if target is None:
        return None
    return await remote.resolve_actor(instance, target, refresh=True)


def _move(w: Work, received: Received, new_id: int | None) -> None:
    """Somebody elsewhere moves; both homes have to say so, and not twice in seven days."""
    old = w.session.get(Person, received.actor_id)
    target = _target_of_move(w, received.activity.target, new_id)
    if old is None or target is None or target.id == old.id:
        return
    names_old = any(same_url(alias, received.activity.actor) for alias in target.also_known_as)
    if names_old and rules.may_move_again(old.moved_at, w.now):
        record_move(w, old.id, target.id)


def _target_of_move(w: Work, uri: str | None, new_id: int | None) -> PersonRow | None:
    if new_id is not None:
        return person_by_id(w, HOUSE, new_id)
    return _local(w, uri)


def _local(w: Work, uri: str | None) -> PersonRow | None:
    """Return the person here with an id, as somebody who is still here."""
    found = person_by_uri(w, HOUSE, uri) if uri else None
    return found if found is not None and found.is_local and not found.gone else None


def _blocks(w: Work, blocker_id: int, blocked_id: int) -> bool:
    block = select(Block.id).where(Block.blocker_id == blocker_id, Block.blocked_id == blocked_id)
    return w.session.scalar(block) is not None


def _always(_: Activity) -> bool:
    return True


def _may_undo(activity: Activity) -> bool:
    embedded = read_embedded_activity(activity.document.get("object"))
    return embedded is not None and embedded.type in {*_UNDONE, None}


HANDLERS: Final = (
    ActivityHandler(activity_type="Follow", when=_always, apply=_follow),
    ActivityHandler(activity_type="Accept", when=_always, apply=_accept),
    ActivityHandler(activity_type="Reject", when=_always, apply=_reject),
    ActivityHandler(activity_type="Undo", when=_may_undo, apply=_undo),
    ActivityHandler(activity_type="Block", when=_always, apply=_block),
    ActivityHandler(
        activity_type="Update", when=_is_profile, apply=_update, prepare=_fetch_profile
    ),
    ActivityHandler(activity_type="Delete", when=_names_itself, apply=_delete),
    ActivityHandler(activity_type="Move", when=_names_itself, apply=_move, prepare=_fetch_new_home),
)
"""What people do with each kind of activity."""
