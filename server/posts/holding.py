"""First posts of somebody new: held back until a moderator has looked, then published as any other.

A held post is seen by its author alone (`visibility`); moderators read it as the server itself, in
their queue. Nothing of it leaves this instance, nobody is told of it, and it is counted nowhere.
Direct messages are never held: they have rules of their own (`direct`), and are nobody else's to
read.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select

from server.access.model import LoginPerson, LoginRole, StaffRole
from server.notifications.service import inform
from server.people.model import Person
from server.people.rules import HOUSE
from server.people.service import note_approved_post
from server.platform.choices import Choice, chosen
from server.platform.errors import Conflict, Invalid, NotFound
from server.platform.i18n import say
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Reading, Work
from server.posts import telling
from server.posts.events import PostHeld, PostPublished, PostRefused
from server.posts.loading import post_rows
from server.posts.model import Audience, Held, Mention, Post
from server.posts.rows import PostRow
from server.posts.sending import send_create
from server.posts.storing import count_post

FIRST_POSTS: Final = Choice(
    name="posts.first_posts",
    label=say("How many first posts does a moderator look at?"),
    help=say("Posts of somebody new are shown only after a moderator let them through. 0: never."),
    default=1,
    least=0,
    most=20,
)
"""After how many approved posts somebody new is trusted."""

MAX_REASON: Final = 1_000


def held_at_first(
    r: Reading, author_id: int, audience: Audience, parent: Post | None
) -> Held | None:
    """Decide whether a new post has to wait; an answer to what waits does, too."""
    if audience is Audience.DIRECT:
        return None
    if parent is not None and parent.held is not None:
        return Held.WAITING
    waits = r.session.scalar(select(Person.waits_for_trust).where(Person.id == author_id))
    return Held.WAITING if waits and chosen(r, FIRST_POSTS) > 0 else None


def announce_new(w: Work, post: Post) -> None:
    """Do everything that follows when a post appears: send it, show it, tell who is named."""
    send_create(w, post.id)
    w.emit(PostPublished(post.id, post.author_id, is_local=True))
    named = w.session.scalars(select(Mention.person_id).where(Mention.post_id == post.id)).all()
    telling.tell_named(w, post, named)
    telling.tell_subscribers(w, post)


def hand_in(w: Work, post: Post) -> None:
    """Put a post before the moderators."""
    w.emit(PostHeld(post.id, post.author_id))
    for person_id in _moderators(w):
        inform(w, person_id, "first_post", {})


def hand_in_again(w: Work, post: Post) -> None:
    """Put a held post that was edited before the moderators once more; the reason is done with."""
    if post.held == Held.REFUSED:
        post.held, post.held_reason = Held.WAITING, None
        w.session.flush()
        hand_in(w, post)


def _moderators(r: Reading) -> Sequence[int]:
    """Return the people of those who may let posts through; staff without a person hear nothing."""
    return r.session.scalars(
        select(LoginPerson.person_id)
        .join(LoginRole, LoginRole.login_id == LoginPerson.login_id)
        .where(LoginRole.role.in_((StaffRole.MODERATOR, StaffRole.ADMIN)))
        .distinct()
        .order_by(LoginPerson.person_id)
    ).all()


def waiting_posts(r: Reading, *, most: int = 20) -> list[PostRow]:
    """Return the posts that wait, longest first; for moderators only."""
    ids = r.session.scalars(
        select(Post.id).where(Post.held == Held.WAITING).order_by(Post.id).limit(most)
    ).all()
    return post_rows(r, HOUSE, ids)


def count_waiting(r: Reading) -> int:
    """Return how many posts wait for a moderator."""
    return r.session.scalar(select(func.count()).where(Post.held == Held.WAITING)) or 0


def approve_post(w: Work, post_id: int) -> Post:
    """Publish a waiting post now, with everything that follows; count it towards trust.

    Raises NotFound when there is no such post, Conflict when it no longer waits.
    """
    post = _waiting(w, post_id)
    post.held, post.held_reason = None, None
    post.published_at = w.now
    w.session.flush()
    count_post(w, post, 1)
    note_approved_post(w, post.author_id, needed=chosen(w, FIRST_POSTS))
    announce_new(w, post)
    inform(w, post.author_id, "post_approved", {"post": str(post.id)})
    return post


def refuse_post(w: Work, post_id: int, reason: str) -> Post:
    """Send a waiting post back; its author sees the reason, may change it and hand it in again.

    Raises NotFound, Conflict, and Invalid without a reason.
    """
    said = reason.strip()
    if not said:
        raise Invalid(details={"reason": [("ERR_BLANK", say("Say what has to change."))]})
    if len(said) > MAX_REASON:
        raise Invalid(details={"reason": [("ERR_TOO_LONG", say("is too long"))]})
    post = _waiting(w, post_id)
    post.held, post.held_reason = Held.REFUSED, said
    w.session.flush()
    w.emit(PostRefused(post.id, post.author_id))
    inform(w, post.author_id, "post_refused", {"post": str(post.id)})
    return post


def _waiting(w: Work, post_id: int) -> Post:
    post = w.session.get(Post, post_id, populate_existing=True)
    if post is None or post.held is None:
        raise NotFound if post is None else Conflict(say("Somebody decided about this already."))
    one_at_a_time(w.session, post.author_id)
    w.session.refresh(post)
    if post.held != Held.WAITING:
        raise Conflict(say("Somebody decided about this already."))
    return post
