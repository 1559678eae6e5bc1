"""Deleting posts: here, everywhere they were sent, and everything that hangs on them.

The id stays gone: our own answers 410 with a Tombstone for 30 days, one from elsewhere is never
accepted again.
"""

from sqlalchemy import delete, select

from server.federation.gone import mark_gone
from server.media.service import delete_media
from server.notifications.service import forget_post
from server.people.rules import HOUSE
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Work
from server.posts.documents import FORMER_TYPE, object_type
from server.posts.editing import own_post
from server.posts.events import PostDeleted, PostUnboosted
from server.posts.loading import post_row
from server.posts.model import Audience, Post
from server.posts.rules import leaves_home
from server.posts.sending import send_delete, send_undo_announce
from server.posts.storing import count, count_post, count_posts, let_go, media_of, put_media


def delete_post(w: Work, person_id: int, post_id: int, *, keeps_media: bool = False) -> None:
    """Delete one's own post, or take one's own boost back when the id is a boost's.

    With `keeps_media` its pictures stay a day for another post (delete and redraft), else they are
    deleted with their files. Raises NotFound for another's post.
    """
    one_at_a_time(w.session, person_id)
    boost = w.session.get(Post, post_id)
    if boost is not None and boost.boost_of_id is not None and boost.author_id == person_id:
        remove_boost(w, boost)
        return
    post = own_post(w, person_id, post_id)
    if keeps_media:
        let_go(w, media_of(w, post_id))
        put_media(w, post_id, [])
    remove_post(w, post)


def remove_post(w: Work, post: Post, *, tells: bool = True) -> None:
    """Delete a post of anybody with its boosts, likes, votes, pictures and notifications.

    `tells` False sends nothing, for somebody who is deleted as a whole.
    """
    row = post_row(w, HOUSE, post.id) if post.is_local else None
    if row is not None and tells and row.held is None:
        send_delete(w, post.id)
    # Of what never left this instance nobody outside is told that it ever was.
    if row is None or (row.held is None and leaves_home(row.audience, row.author.reach)):
        mark_gone(w, post.uri, object_type(row) if row else FORMER_TYPE)
    _remove_boosts(w, post)
    w.emit(PostDeleted(post.id, post.author_id))
    forget_post(w, post.id)
    pictures = media_of(w, post.id)
    if post.held is None:
        count_post(w, post, -1)
    _drop(w, post)
    delete_media(w, pictures)


def _remove_boosts(w: Work, post: Post) -> None:
    """Boosts go with what they show; other servers take theirs away when the Delete arrives."""
    boosts = w.session.scalars(select(Post).where(Post.boost_of_id == post.id)).all()
    for boost in boosts:
        w.emit(PostUnboosted(boost.id, post.id, boost.author_id))
        count_posts(w, boost.author_id, Audience(boost.audience), -1)
        _drop(w, boost)


def remove_boost(w: Work, boost: Post, *, tells: bool = True) -> None:
    """Take a boost back, of somebody here or elsewhere."""
    original_id = boost.boost_of_id
    if original_id is None:
        return
    if boost.is_local and tells:
        send_undo_announce(w, boost.id)
    w.emit(PostUnboosted(boost.id, original_id, boost.author_id))
    count(w, original_id, "boosts_count", -1)
    count_posts(w, boost.author_id, Audience(boost.audience), -1)
    forget_post(w, boost.id)
    _drop(w, boost)


def _drop(w: Work, post: Post) -> None:
    """Delete the row; what hangs on it goes by its foreign keys."""
    gone = delete(Post).where(Post.id == post.id)
    w.session.execute(gone, execution_options={"synchronize_session": False})
    w.session.expunge(post)
