"""What taking part answers: changed, closed and deleted posts; people who block, leave or go."""

from datetime import datetime

from sqlalchemy import delete, select, update

from server.participation.model import EventPlace, HandRaise, PlaceState
from server.participation.places import call_off, leave, settle, sign_up_of_post
from server.participation.rules import LIVE, RETENTION
from server.people.events import Blocked, PersonDeleted
from server.platform.events import Reaction
from server.platform.work import Work
from server.posts.events import PostClosed, PostDeleted, PostEdited, PostReopened
from server.posts.kinds import Kind
from server.posts.model import Post


def _on_edited(w: Work, event: PostEdited) -> None:
    """More places let people move up; a cancelled event is called off."""
    post = _event(w, event.post_id)
    if post is None:
        return
    if sign_up_of_post(post).is_cancelled:
        call_off(w, post)
    else:
        settle(w, post.id)


def _on_closed(w: Work, event: PostClosed) -> None:
    """From the end of the event or the vacancy the time counts after which all is deleted."""
    post = _event(w, event.post_id)
    if post is not None and sign_up_of_post(post).is_cancelled:
        call_off(w, post)
    _keep_until(w, event.post_id, w.now + RETENTION)


def _on_reopened(w: Work, event: PostReopened) -> None:
    _keep_until(w, event.post_id, None)
    settle(w, event.post_id)


def _keep_until(w: Work, post_id: int, moment: datetime | None) -> None:
    for table in (EventPlace, HandRaise):
        w.session.execute(
            update(table).where(table.post_id == post_id).values(deleted_after=moment)
        )


def _on_deleted(w: Work, event: PostDeleted) -> None:
    """Whoever counted on coming is told; the rows go with the post."""
    post = _event(w, event.post_id)
    if post is not None and not sign_up_of_post(post).is_over(w.now):
        call_off(w, post)


def _event(w: Work, post_id: int) -> Post | None:
    post = w.session.get(Post, post_id)
    return post if post is not None and post.is_local and post.kind == Kind.EVENT else None


def _on_blocked(w: Work, event: Blocked) -> None:
    """Between people who block each other there is neither a place nor a raised hand."""
    pairs = ((event.blocker_id, event.blocked_id), (event.blocked_id, event.blocker_id))
    for owner_id, guest_id in pairs:
        theirs = select(Post.id).where(Post.author_id == owner_id)
        for post_id in w.session.scalars(
            select(EventPlace.post_id).where(
                EventPlace.person_id == guest_id,
                EventPlace.post_id.in_(theirs),
                EventPlace.state.in_(LIVE),
            )
        ).all():
            leave(w, guest_id, post_id)
        w.session.execute(
            delete(HandRaise).where(HandRaise.person_id == guest_id, HandRaise.post_id.in_(theirs))
        )


def _on_person_deleted(w: Work, event: PersonDeleted) -> None:
    forget_person(w, event.person_id)


def forget_person(w: Work, person_id: int) -> None:
    """Delete everything of somebody; others move up where they had a place."""
    held = w.session.scalars(
        select(EventPlace.post_id).where(
            EventPlace.person_id == person_id, EventPlace.state == PlaceState.GOING
        )
    ).all()
    w.session.execute(delete(EventPlace).where(EventPlace.person_id == person_id))
    w.session.execute(delete(HandRaise).where(HandRaise.person_id == person_id))
    for post_id in held:
        settle(w, post_id)


REACTIONS = (
    Reaction(PostEdited, _on_edited),
    Reaction(PostClosed, _on_closed),
    Reaction(PostReopened, _on_reopened),
    Reaction(PostDeleted, _on_deleted),
    Reaction(Blocked, _on_blocked),
    Reaction(PersonDeleted, _on_person_deleted),
)
