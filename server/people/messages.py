"""What another server is told about how one of our people stands to one of its own.

Nothing is sent when both live here or both elsewhere. Every activity goes to the one actor it is
about, in order with whatever else that server hears about the person who acts.
"""

from collections.abc import Mapping

from activitypub.documents import building
from activitypub.documents.building import Envelope
from activitypub.documents.jsonbytes import JsonObject
from server.federation import outbox
from server.people.cards import PersonRow
from server.people.model import Block, Follow
from server.platform.work import Work


def send_follow(w: Work, made: Follow, follower: PersonRow, followee: PersonRow) -> None:
    """Ask somebody elsewhere for their permission."""
    if follower.is_local and not followee.is_local:
        _send(w, follower, followee, _follow(made.uri, follower, followee))


def send_undo_follow(w: Work, ended: Follow, follower: PersonRow, followee: PersonRow) -> None:
    """Tell somebody elsewhere that one of our people does not follow them any more."""
    if follower.is_local and not followee.is_local:
        envelope = _envelope(w, follower, followee)
        undone = _follow(ended.uri, follower, followee)
        _send(w, follower, followee, building.undo_of(undone, envelope))


def send_accept(w: Work, made: Follow, follower: PersonRow, followee: PersonRow) -> None:
    """Tell somebody elsewhere that they follow one of our people now."""
    if followee.is_local and not follower.is_local:
        envelope = _envelope(w, followee, follower)
        accepted = _follow(made.uri, follower, followee)
        _send(w, followee, follower, building.accept_of(accepted, envelope))


def send_reject(w: Work, ended: Follow, follower: PersonRow, followee: PersonRow) -> None:
    """Tell somebody elsewhere that they do not follow one of our people."""
    refuse(w, ended.uri, follower, followee)


def refuse(w: Work, follow_uri: str, follower: PersonRow, followee: PersonRow) -> None:
    """Reject a Follow by its id, also one that was never stored."""
    if followee.is_local and not follower.is_local:
        envelope = _envelope(w, followee, follower)
        refused = _follow(follow_uri, follower, followee)
        _send(w, followee, follower, building.reject_of(refused, envelope))


def send_block(w: Work, made: Block, blocker: PersonRow, other: PersonRow) -> None:
    """Tell a server that one of its people is blocked, so that it shows nothing any more."""
    if blocker.is_local and not other.is_local:
        _send(w, blocker, other, _block(made.uri, blocker, other))


def send_undo_block(w: Work, ended: Block, blocker: PersonRow, other: PersonRow) -> None:
    """Tell a server that a block is over."""
    if blocker.is_local and not other.is_local:
        envelope = _envelope(w, blocker, other)
        undone = _block(ended.uri, blocker, other)
        _send(w, blocker, other, building.undo_of(undone, envelope))


def _follow(uri: str, follower: PersonRow, followee: PersonRow) -> JsonObject:
    envelope = Envelope(id=uri, actor=follower.uri, to=(followee.uri,))
    return building.follow_of(followee.uri, envelope)


def _block(uri: str, blocker: PersonRow, other: PersonRow) -> JsonObject:
    envelope = Envelope(id=uri, actor=blocker.uri, to=(other.uri,))
    return building.block_of(other.uri, envelope)


def _envelope(w: Work, doer: PersonRow, other: PersonRow) -> Envelope:
    return Envelope(id=outbox.activity_uri(w), actor=doer.uri, to=(other.uri,))


def _send(w: Work, doer: PersonRow, other: PersonRow, activity: Mapping[str, object]) -> None:
    outbox.send(
        w,
        actor_id=doer.id,
        activity=dict(activity),
        object_uri=doer.uri,
        to_actors=[other.id],
        personal=True,
    )
