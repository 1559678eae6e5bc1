"""What people do with posts: like, boost, bookmark, pin, and mute a thread.

The same functions serve the API, the pages and the inbox; for somebody elsewhere the `uri` of the
activity that arrived is given, and nothing is sent. Doing a thing twice changes nothing, taking
back what was not done neither. Voting is in `polls`.
"""

from datetime import datetime

from sqlalchemy import delete, func, select

from server.federation import outbox
from server.federation.model import Reach
from server.notifications.model import NotificationType
from server.notifications.service import take_back
from server.people.cards import PersonRow
from server.people.queries import person_of
from server.people.relations import viewer_as
from server.people.rules import HOUSE
from server.people.writing import insert_once, rows_changed
from server.platform.errors import Invalid, NotAllowed, NotFound
from server.platform.i18n import say
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Work
from server.posts import telling
from server.posts.events import PostBoosted, PostLiked
from server.posts.loading import post_row
from server.posts.model import Audience, Bookmark, Like, Pin, Post, ThreadMute
from server.posts.removing import remove_boost
from server.posts.rows import PostRow
from server.posts.rules import MAX_PINS, boost_audience, capped, is_listed, may_boost
from server.posts.sending import (
    create_uri,
    send_announce,
    send_featured,
    send_like,
    send_undo_like,
)
from server.posts.storing import count, count_posts


def like(w: Work, person_id: int, post_id: int, *, uri: str | None = None) -> None:
    """Like a post. Raises NotFound when the person may not see it."""
    one_at_a_time(w.session, person_id)
    person = person_of(w, HOUSE, person_id)
    post = _seen(w, person, post_id)
    made = uri or outbox.activity_uri(w)
    values = {
        "id": w.new_id(),
        "person_id": person_id,
        "post_id": post.id,
        "uri": made,
        "created_at": w.now,
    }
    if not insert_once(w.session, Like, values):
        return
    count(w, post.id, "likes_count", 1)
    send_like(w, person, post, made)
    w.emit(PostLiked(post.id, person_id))
    telling.tell(w, [post.author.id], NotificationType.FAVOURITE, person_id, _row(w, post.id))


def unlike(w: Work, person_id: int, post_id: int) -> bool:
    """Take a like back; tell whether there was one. It needs no right to see the post any more."""
    one_at_a_time(w.session, person_id)
    post_id = original_id(w, post_id)
    mine = delete(Like).where(Like.person_id == person_id, Like.post_id == post_id)
    uri = w.session.scalar(mine.returning(Like.uri))
    if uri is None:
        return False
    count(w, post_id, "likes_count", -1)
    post = post_row(w, HOUSE, post_id)
    if post is not None:
        person = person_of(w, HOUSE, person_id)
        send_undo_like(w, person, post, uri)
        take_back(
            w, NotificationType.FAVOURITE, person_id, person_id=post.author.id, post_id=post_id
        )
    return True


def boost(
    w: Work,
    person_id: int,
    post_id: int,
    *,
    audience: Audience | None = None,
    uri: str | None = None,
    at: datetime | None = None,
) -> Post:
    """Boost a post and return the boost; a second time returns the first one.

    The audience (default: the person's own) is never wider than the post's. Raises NotFound when
    the person may not see the post, NotAllowed when its author keeps it to their followers or it is
    held back.
    """
    one_at_a_time(w.session, person_id)
    person = person_of(w, HOUSE, person_id)
    original = _seen(w, person, post_id)
    is_author = original.author.id == person_id
    if original.held is not None or not may_boost(original.audience, is_author=is_author):
        raise NotAllowed
    known = boost_of(w, person_id, original.id)
    if known is not None:
        return known
    asked = audience or Audience(person.default_audience)
    made = _insert_boost(w, person, original, boost_audience(asked, original.audience), uri, at)
    count(w, original.id, "boosts_count", 1)
    count_posts(w, person_id, Audience(made.audience), 1)
    if person.is_local:
        send_announce(w, made.id)
    w.emit(PostBoosted(made.id, original.id, person_id))
    # A Group relays what its members post: its author need not hear of each.
    if not person.is_group:
        told = _row(w, original.id)
        telling.tell(w, [original.author.id], NotificationType.REBLOG, person_id, told)
    return made


def _insert_boost(
    w: Work,
    person: PersonRow,
    original: PostRow,
    audience: Audience,
    uri: str | None,
    at: datetime | None,
) -> Post:
    moment = min(at or w.now, w.now)
    boost_id = w.new_id() if at is None else w.ids.backdated(moment)
    own = create_uri(w.site.url(f"/posts/{boost_id}"))
    made = Post(
        id=boost_id,
        uri=uri or own,
        url=original.url,
        is_local=person.is_local,
        author_id=person.id,
        audience=capped(audience, Reach(person.reach)),
        conversation_id=boost_id,
        boost_of_id=original.id,
        remote_media=[],
        emojis=[],
        published_at=moment,
        created_at=w.now,
    )
    w.session.add(made)
    w.session.flush()
    return made


def boost_of(w: Work, person_id: int, post_id: int) -> Post | None:
    """Return somebody's boost of a post."""
    return w.session.scalar(
        select(Post).where(Post.boost_of_id == post_id, Post.author_id == person_id)
    )


def unboost(w: Work, person_id: int, post_id: int) -> bool:
    """Take a boost of this post back; tell whether there was one."""
    one_at_a_time(w.session, person_id)
    post_id = original_id(w, post_id)
    known = boost_of(w, person_id, post_id)
    if known is None:
        return False
    original = w.session.get(Post, post_id)
    remove_boost(w, known)
    if original is not None:
        take_back(
            w, NotificationType.REBLOG, person_id, person_id=original.author_id, post_id=post_id
        )
    return True


def bookmark(w: Work, person_id: int, post_id: int) -> None:
    """Keep a post for oneself; nobody is told. Raises NotFound."""
    post = _seen(w, person_of(w, HOUSE, person_id), post_id)
    insert_once(
        w.session,
        Bookmark,
        {"id": w.new_id(), "person_id": person_id, "post_id": post.id, "created_at": w.now},
    )


def unbookmark(w: Work, person_id: int, post_id: int) -> bool:
    """Keep a post no longer; tell whether it was kept."""
    post_id = original_id(w, post_id)
    gone = w.session.execute(
        delete(Bookmark).where(Bookmark.person_id == person_id, Bookmark.post_id == post_id)
    )
    return rows_changed(gone) > 0


def pin(w: Work, person_id: int, post_id: int) -> None:
    """Feature one's own post on one's profile: five at most, no boosts, nothing direct.

    Raises NotFound for what the person may not see, Invalid for what cannot be featured.
    """
    one_at_a_time(w.session, person_id)
    person = person_of(w, HOUSE, person_id)
    post = _seen(w, person, post_id)
    if post.author.id != person_id or post.id != post_id:
        raise Invalid(say("Validation failed: Someone else's post cannot be pinned"))
    if post.held is not None:
        raise Invalid(say("A moderator has to look at this post first."))
    if not is_listed(post.audience):
        raise Invalid(say("Validation failed: A direct message cannot be pinned"))
    values = {"post_id": post.id, "person_id": person_id, "created_at": w.now}
    pinned = w.session.scalar(select(func.count()).where(Pin.person_id == person_id)) or 0
    if not post.flags.pinned and pinned >= MAX_PINS:
        raise Invalid(say("Validation failed: You have already pinned the maximum number of posts"))
    if insert_once(w.session, Pin, values):
        send_featured(w, person, post, is_pinned=True)


def unpin(w: Work, person_id: int, post_id: int) -> bool:
    """Feature a post no longer; tell whether it was."""
    one_at_a_time(w.session, person_id)
    gone = w.session.execute(delete(Pin).where(Pin.person_id == person_id, Pin.post_id == post_id))
    if not rows_changed(gone):
        return False
    post = post_row(w, HOUSE, post_id)
    if post is not None:
        send_featured(w, person_of(w, HOUSE, person_id), post, is_pinned=False)
    return True


def mute_thread(w: Work, person_id: int, post_id: int) -> None:
    """Hear no more of the conversation that a post belongs to. Raises NotFound."""
    post = _seen(w, person_of(w, HOUSE, person_id), post_id)
    mute = {"person_id": person_id, "conversation_id": post.conversation_id}
    insert_once(w.session, ThreadMute, mute)


def unmute_thread(w: Work, person_id: int, post_id: int) -> bool:
    """Hear of a conversation again; tell whether it was muted. Raises NotFound."""
    post = _seen(w, person_of(w, HOUSE, person_id), post_id)
    gone = w.session.execute(
        delete(ThreadMute).where(
            ThreadMute.person_id == person_id,
            ThreadMute.conversation_id == post.conversation_id,
        )
    )
    return rows_changed(gone) > 0


def _seen(w: Work, person: PersonRow, post_id: int) -> PostRow:
    """Return the post that somebody may see; of a boost what it shows. Raises NotFound."""
    row = post_row(w, viewer_as(w, person), post_id)
    if row is None:
        raise NotFound
    return row.boost_of or row


def original_id(w: Work, post_id: int) -> int:
    """Return the id of what a boost shows, or the id itself."""
    boosted = w.session.scalar(select(Post.boost_of_id).where(Post.id == post_id))
    return boosted if boosted is not None else post_id


def _row(w: Work, post_id: int) -> Post:
    post = w.session.get(Post, post_id)
    if post is None:
        raise NotFound
    return post
