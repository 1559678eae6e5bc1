"""Joining and leaving events from elsewhere: Join, Leave, and the Undo of a Join.

The inbox has established who sends. Only events of this instance that the sender may see are
answered; about anything else nothing is said, so that nobody learns what there is.
"""

from typing import Final

from activitypub.documents.activity import Activity, read_embedded_activity
from activitypub.documents.origin import same_url
from server.participation import answers
from server.participation.places import join, leave, place_of
from server.participation.rules import MAX_NOTE, NoSignUp
from server.people.queries import person_by_id
from server.people.relations import viewer_as
from server.people.rules import HOUSE
from server.platform.errors import MeshworkError, NotFound
from server.platform.feature import ActivityHandler, Received
from server.platform.text import plain_text
from server.platform.work import Work
from server.posts.model import Post
from server.posts.queries import is_visible
from server.posts.receiving import post_known


def _join(w: Work, received: Received, _: object) -> None:
    """Sign the sender up. While they wait there is no answer; a refusal is one."""
    post = _event_for(w, received, received.activity.object_id)
    if post is None:
        return
    sender_id, uri = received.actor_id, received.activity.id
    try:
        join(w, sender_id, post.id, note=_note(received), uri=uri)
    except NoSignUp:
        answers.ignore(w, post, sender_id, uri)
    except NotFound:
        return
    except MeshworkError:
        answers.reject(w, post, sender_id, uri)


def _note(received: Received) -> str:
    said = received.activity.document.get("participationMessage")
    return plain_text(said)[:MAX_NOTE] if isinstance(said, str) else ""


def _leave(w: Work, received: Received, _: object) -> None:
    post = _event_for(w, received, received.activity.object_id)
    if post is not None:
        leave(w, received.actor_id, post.id)


def _undo(w: Work, received: Received, _: object) -> None:
    """Some software takes its Join back instead of sending a Leave."""
    inner = read_embedded_activity(received.activity.document.get("object"))
    if inner is None or (inner.actor and not same_url(inner.actor, received.activity.actor)):
        return
    post = _event_for(w, received, inner.object_id)
    if post is not None:
        leave(w, received.actor_id, post.id)


def _event_for(w: Work, received: Received, uri: str | None) -> Post | None:
    """Return the event of ours that is meant, when the sender may see it."""
    sender = person_by_id(w, HOUSE, received.actor_id)
    post_id = post_known(w, uri) if uri else None
    post = w.session.get(Post, post_id) if post_id is not None else None
    if sender is None or sender.is_local or post is None or not post.is_local:
        return None
    knows = place_of(w, post.id, sender.id) is not None
    return post if knows or is_visible(w, viewer_as(w, sender), post.id) else None


def _is_join(activity: Activity) -> bool:
    inner = read_embedded_activity(activity.document.get("object"))
    return inner is not None and inner.type == "Join"


def _has_object(activity: Activity) -> bool:
    return activity.object_id is not None


HANDLERS: Final = (
    ActivityHandler(activity_type="Join", when=_has_object, apply=_join),
    ActivityHandler(activity_type="Leave", when=_has_object, apply=_leave),
    ActivityHandler(activity_type="Undo", when=_is_join, apply=_undo),
)
"""What taking part does with each kind of activity."""
