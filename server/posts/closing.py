"""The end of a post of a kind: filled, withdrawn, past its date; and its opening again.

The state stands in the record and as first line of the readable whole, and everybody who got the
post is sent an Update; the Delete follows after the retention.
"""

from sqlalchemy import select

from schemas import FieldError
from server.platform.errors import Invalid
from server.platform.i18n import say
from server.platform.work import Work
from server.posts import telling
from server.posts.drafting import record_refused, worded
from server.posts.editing import own_post
from server.posts.events import PostClosed, PostReopened
from server.posts.kinds import Kind, State
from server.posts.kinds.rules import changed_state
from server.posts.model import Post, PostState
from server.posts.removing import remove_post
from server.posts.rules import RETENTION
from server.posts.sending import later_than, send_update
from server.posts.storing import has_versions, put_tags, put_words, remember_version

_MOST_AT_ONCE = 50


def close_post(w: Work, person_id: int, post_id: int, state: PostState) -> Post:
    """Say that one's own post of a kind is filled or withdrawn, or open again. Returns it.

    Raises NotFound for another's post, Invalid for an ordinary post or a state that cannot follow.
    The same state again changes nothing.
    """
    post = own_post(w, person_id, post_id)
    if post.kind is None:
        raise Invalid(say("Only posts of a kind can be closed."))
    if post.state == state:
        return post
    move_to(w, post, state)
    return post


def move_to(w: Work, post: Post, state: PostState) -> None:
    """Give a post of a kind another state, with new words, and tell everybody who got it."""
    kind = Kind(post.kind or "")
    changed = changed_state(kind, post.record or {}, State(state.value.upper()), now=w.now)
    if isinstance(changed, FieldError):
        raise record_refused([changed])
    if not has_versions(w, post.id):
        remember_version(w, post, at=post.published_at)
    composed = worded(w.site, kind, changed, url=post.url)
    put_words(w, post, composed)
    post.edited_at = later_than(w, post)
    w.session.flush()
    put_tags(w, post, composed.tags)
    remember_version(w, post, at=post.edited_at)
    if post.held is not None:
        return
    send_update(w, post.id)
    is_open = state == PostState.OPEN
    w.emit((PostReopened if is_open else PostClosed)(post.id, post.author_id))
    telling.tell_boosters(w, post)


def close_due(w: Work) -> int:
    """Expire open posts whose date has come, fifty at a time; return how many there were.

    Posts from elsewhere are closed here too, in case their own instance stays silent.
    """
    due = w.session.scalars(
        select(Post)
        .where(
            Post.kind.is_not(None),
            Post.state == PostState.OPEN,
            Post.closes_at <= w.now,
            Post.held.is_(None),
            Post.boost_of_id.is_(None),
        )
        .order_by(Post.closes_at)
        .limit(_MOST_AT_ONCE)
    ).all()
    for post in due:
        if not (post.is_local and _expired(w, post)):
            post.state = PostState.EXPIRED
            w.session.flush()
            w.emit(PostClosed(post.id, post.author_id))
    return len(due)


def _expired(w: Work, post: Post) -> bool:
    """Expire a post of ours with new words; False when its record cannot be worded any more."""
    try:
        move_to(w, post, PostState.EXPIRED)
    except Invalid:
        return False
    return True


def delete_retained(w: Work) -> int:
    """Delete closed posts of this instance 30 days after they closed; return how many."""
    old = w.session.scalars(
        select(Post)
        .where(
            Post.is_local,
            Post.kind.is_not(None),
            Post.state != PostState.OPEN,
            Post.edited_at < w.now - RETENTION,
        )
        .order_by(Post.id)
        .limit(_MOST_AT_ONCE)
    ).all()
    for post in old:
        remove_post(w, post)
    return len(old)
