"""What arrives from other servers about posts: created, changed, deleted, boosted, liked, featured.

The inbox has established who sends, and fetched what was not embedded by its owner. Here it is
checked that the sender may do this. Whatever concerns nobody here has no effect; fetching what an
activity points to happens in `prepare`, outside the transaction and within a budget.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import exists, select

from activitypub.documents.activity import Activity, EmbeddedActivity, read_embedded_activity
from activitypub.documents.jsonbytes import json_bytes
from activitypub.documents.names import POST_TYPES, is_public
from activitypub.documents.note import Note, is_vote, read_note
from activitypub.documents.origin import same_origin, same_url, trusted_object
from activitypub.documents.reading import type_of
from activitypub.errors import DocumentError
from activitypub.fetching.budget import Budget
from server.federation.actors import is_ours
from server.federation.gone import gone, mark_gone
from server.federation.model import Actor
from server.people.model import Follow, FollowState
from server.platform.errors import MeshworkError
from server.platform.feature import ActivityHandler, Received
from server.platform.instance import Instance
from server.platform.work import Reading, Work
from server.posts import polls, reactions_to
from server.posts.model import Audience, Like, Pin, Post
from server.posts.receiving import Incoming, post_known, receive_delete, receive_post
from server.posts.receiving_edits import receive_edit
from server.posts.removing import remove_boost
from server.posts.threads import fetch_post, look_again, want_thread

_FETCHES: Final = 5
_MAX_FEATURED: Final = 20
_LIKES: Final = frozenset({"Like", "EmojiReact"})
_ABOUT_POSTS: Final = frozenset({"Create", "Update"})
_CHANGES: Final = frozenset({"Update", "Delete"})


def _document(received: Received) -> Mapping[str, object] | None:
    """Return the object as it may be believed: embedded by its owner, or fetched by the inbox."""
    return trusted_object(received.activity.document) or received.fetched


def _raw(received: Received) -> bytes:
    """Return the bytes in which the object came: those of the activity around it, or its own."""
    if received.fetched is None:
        return received.raw
    return json_bytes(dict(received.fetched))


def _note(received: Received) -> Note | None:
    document = _document(received)
    if document is None or type_of(document, POST_TYPES) is None:
        return None
    try:
        note = read_note(document)
    except DocumentError:
        return None
    owned = any(same_url(received.activity.actor, owner) for owner in note.attributed_to)
    return note if owned else None


async def _fetch_parent(instance: Instance, received: Received) -> None:
    """Fetch what a new post answers, so that its thread and its audience at home are right."""
    note = _note(received)
    if note is None or note.in_reply_to is None or is_vote(note):
        return
    if is_ours(instance.site, note.in_reply_to):
        return
    if await instance.read(_is_followed, received.actor_id):
        budget = Budget.of(fetches=_FETCHES)
        await fetch_post(instance, note.in_reply_to, budget=budget, is_backfill=True)


def _is_followed(r: Reading, actor_id: int) -> bool:
    """Say whether anybody here follows somebody elsewhere."""
    followed = exists().where(
        Follow.followee_id == actor_id,
        Follow.state == FollowState.ACCEPTED,
        Follow.follower_id == Actor.id,
        Actor.host == "",
    )
    return bool(r.session.scalar(select(followed)))


def _create(w: Work, received: Received, _: object) -> None:
    """Keep a new post, or count a vote."""
    note = _note(received)
    if note is None:
        return
    if is_vote(note):
        _vote(w, received.actor_id, note)
        return
    incoming = Incoming(note=note, author_id=received.actor_id, raw=_raw(received))
    post = receive_post(w, incoming)
    if post is not None and post.in_reply_to_uri and _parent_is_missing(w, post):
        want_thread(w, post.id)


def _vote(w: Work, sender_id: int, note: Note) -> None:
    """Count a vote; one in a poll that is gone is nothing, least of all an empty message."""
    poll_id = post_known(w, note.in_reply_to) if note.in_reply_to else None
    if poll_id is not None and note.name is not None:
        polls.receive_vote(w, sender_id, poll_id, note.name.text, note.id)


def _parent_is_missing(w: Work, post: Post) -> bool:
    """Say whether something above a post is not known, which is then fetched."""
    if post.in_reply_to_id is None:
        return True
    parent = w.session.get(Post, post.in_reply_to_id)
    return parent is not None and parent.in_reply_to_uri is not None and not parent.in_reply_to_id


def _update(w: Work, received: Received, _: object) -> None:
    """Take over what the author changed."""
    note = _note(received)
    if note is not None:
        receive_edit(w, Incoming(note=note, author_id=received.actor_id, raw=_raw(received)))


def _delete(w: Work, received: Received, _: object) -> None:
    """Delete what the sender owns."""
    uri = received.activity.object_id
    if uri is not None:
        receive_delete(w, received.actor_id, received.activity.actor, uri)


def _announced(activity: Activity) -> str | None:
    """Return the id of the post that an Announce shows.

    A Group of FEP-1b12 announces whole activities: of a Create or an Update the post counts, of
    anything else nothing.
    """
    inner = _passed_on(activity)
    if inner is None:
        return activity.object_id
    return inner.object_id if inner.type in _ABOUT_POSTS else None


def _passed_on(activity: Activity) -> EmbeddedActivity | None:
    """Return the whole activity that a Group announces."""
    return None if activity.embedded is None else read_embedded_activity(activity.embedded)


async def _fetch_announced(instance: Instance, received: Received) -> int | None:
    """Return the boosted post, fetched when somebody here follows who boosts it.

    Of a change or an end that a Group passes on the post's own origin is asked; no boost.
    """
    inner = _passed_on(received.activity)
    uri = inner.object_id if inner is not None else received.activity.object_id
    if uri is None:
        return None
    known = await instance.read(post_known, uri)
    if inner is not None and inner.type in _CHANGES and known is not None:
        if await instance.read(_is_followed, received.actor_id):
            await look_again(instance, uri, budget=Budget.of(fetches=_FETCHES))
        return None
    if _announced(received.activity) is None:
        return None
    if known is not None or not await instance.read(_is_followed, received.actor_id):
        return known
    return await fetch_post(instance, uri, budget=Budget.of(fetches=_FETCHES), is_backfill=True)


def _announce(w: Work, received: Received, post_id: int | None) -> None:
    """Keep a boost of a post of ours, or by somebody who is followed here."""
    activity = received.activity
    post = w.session.get(Post, post_id) if post_id is not None else None
    if post is None or gone(w, activity.id) is not None:
        return
    if not (post.is_local or _is_followed(w, received.actor_id)):
        return
    is_old = activity.published is not None and (w.now - activity.published).days >= 1
    try:
        reactions_to.boost(
            w,
            received.actor_id,
            post.id,
            audience=_audience(activity),
            uri=activity.id,
            at=activity.published if is_old else None,
        )
    except MeshworkError:
        return  # not theirs to see or to boost: no effect


def _audience(activity: Activity) -> Audience:
    if any(is_public(one) for one in activity.to):
        return Audience.PUBLIC
    if any(is_public(one) for one in activity.cc):
        return Audience.UNLISTED
    return Audience.FOLLOWERS


def _like(w: Work, received: Received, _: object) -> None:
    """Count a like, or an emoji reaction as one, of a post of ours."""
    uri = received.activity.object_id
    post_id = post_known(w, uri) if uri else None
    post = w.session.get(Post, post_id) if post_id is not None else None
    if post is None or not post.is_local:
        return
    try:
        reactions_to.like(w, received.actor_id, post.id, uri=received.activity.id)
    except MeshworkError:
        return  # a post that the sender may not see: no effect


def _undo(w: Work, received: Received, _: object) -> None:
    """Take back a like or a boost of the sender's own; by its id, else by what it was about."""
    inner = read_embedded_activity(received.activity.document.get("object"))
    if inner is None or (
        inner.actor is not None and not same_url(inner.actor, received.activity.actor)
    ):
        return
    if inner.type in {*_LIKES, None}:
        _undo_like(w, received.actor_id, inner)
    if inner.type in {"Announce", None}:
        _undo_boost(w, received, inner)


def _undo_like(w: Work, sender_id: int, inner: EmbeddedActivity) -> None:
    post_id = None
    if inner.id is not None:
        post_id = w.session.scalar(
            select(Like.post_id).where(Like.person_id == sender_id, Like.uri == inner.id)
        )
    # Of several reactions to a post the first one counts: another one's end is not its end.
    if post_id is None and inner.object_id is not None and inner.type != "EmojiReact":
        post_id = post_known(w, inner.object_id)
    if post_id is not None:
        reactions_to.unlike(w, sender_id, post_id)


def _undo_boost(w: Work, received: Received, inner: EmbeddedActivity) -> None:
    own = select(Post).where(Post.author_id == received.actor_id, Post.boost_of_id.is_not(None))
    found = w.session.scalar(own.where(Post.uri == inner.id)) if inner.id else None
    if found is None and inner.object_id is not None:
        post_id = post_known(w, inner.object_id)
        found = w.session.scalar(own.where(Post.boost_of_id == post_id)) if post_id else None
    if found is not None:
        remove_boost(w, found)
    elif inner.type == "Announce" and inner.id and same_origin(inner.id, received.activity.actor):
        # The Undo overtook its Announce, which must not show up afterwards.
        mark_gone(w, inner.id, "Announce")


async def _fetch_featured(instance: Instance, received: Received) -> int | None:
    """Return the post that joins a featured collection, fetched if its author is followed here."""
    uri = received.activity.object_id
    if uri is None or not same_origin(uri, received.activity.actor):
        return None
    known = await instance.read(post_known, uri)
    if known is not None or not await instance.read(_is_followed, received.actor_id):
        return known
    return await fetch_post(instance, uri, budget=Budget.of(fetches=_FETCHES), is_backfill=True)


def _add(w: Work, received: Received, post_id: int | None) -> None:
    """Show a post of the sender on their profile, when it is their featured collection."""
    if post_id is None or not _is_own_featured(w, received):
        return
    post = w.session.get(Post, post_id)
    pinned = w.session.scalars(select(Pin.post_id).where(Pin.person_id == received.actor_id)).all()
    if post is None or post.author_id != received.actor_id or post.boost_of_id is not None:
        return
    if post.id not in pinned and len(pinned) < _MAX_FEATURED:
        w.session.add(Pin(post_id=post.id, person_id=received.actor_id, created_at=w.now))
        w.session.flush()


def _remove(w: Work, received: Received, _: object) -> None:
    """Show a post of the sender on their profile no longer."""
    uri = received.activity.object_id
    post_id = post_known(w, uri) if uri and _is_own_featured(w, received) else None
    pin = w.session.get(Pin, post_id) if post_id is not None else None
    if pin is not None and pin.person_id == received.actor_id:
        w.session.delete(pin)
        w.session.flush()


def _is_own_featured(w: Work, received: Received) -> bool:
    actor = w.session.get(Actor, received.actor_id)
    target = received.activity.target
    return (
        actor is not None
        and actor.featured is not None
        and target is not None
        and same_url(actor.featured, target)
    )


def _is_about_post(activity: Activity) -> bool:
    """Say whether an Update is about a post: not the sender itself, nothing of another type."""
    if activity.object_id is not None and same_url(activity.object_id, activity.actor):
        return False
    return activity.embedded is None or type_of(activity.embedded, POST_TYPES) is not None


def _is_not_self(activity: Activity) -> bool:
    return activity.object_id is not None and not same_url(activity.object_id, activity.actor)


def _may_undo(activity: Activity) -> bool:
    inner = read_embedded_activity(activity.document.get("object"))
    return inner is not None and inner.type in {*_LIKES, "Announce", None}


def _has_object(activity: Activity) -> bool:
    return activity.object_id is not None or activity.embedded is not None


HANDLERS: Final = (
    ActivityHandler(
        activity_type="Create", when=_is_about_post, apply=_create, prepare=_fetch_parent
    ),
    ActivityHandler(activity_type="Update", when=_is_about_post, apply=_update),
    ActivityHandler(activity_type="Delete", when=_is_not_self, apply=_delete),
    ActivityHandler(
        activity_type="Announce", when=_has_object, apply=_announce, prepare=_fetch_announced
    ),
    ActivityHandler(activity_type="Like", when=_has_object, apply=_like),
    ActivityHandler(activity_type="EmojiReact", when=_has_object, apply=_like),
    ActivityHandler(activity_type="Undo", when=_may_undo, apply=_undo),
    ActivityHandler(activity_type="Add", when=_is_not_self, apply=_add, prepare=_fetch_featured),
    ActivityHandler(activity_type="Remove", when=_is_not_self, apply=_remove),
)
"""What posts do with each kind of activity."""
