"""What timelines answer: posts appearing, changing and going, and people following or parting.

Live streams are told after the commit, by reference; each stream reads what its viewer may see.
"""

from collections.abc import Iterable

from sqlalchemy import select

from server.notifications.events import Notified
from server.people.events import Blocked, Followed, Muted, Unfollowed
from server.platform.events import Reaction
from server.platform.live import LiveMessage
from server.platform.work import Work
from server.posts.events import (
    PostBoosted,
    PostClosed,
    PostDeleted,
    PostEdited,
    PostPublished,
    PostReopened,
    PostUnboosted,
)
from server.posts.model import Post, PostMedia, PostTag
from server.timelines.lists.queries import lists_holding
from server.timelines.lists.service import take_off_lists
from server.timelines.model import HomeEntry
from server.timelines.rules import channels_of
from server.timelines.service import add_to_homes, fill_from, take_out


def _tell(w: Work, channels: Iterable[str], message: LiveMessage) -> None:
    wanted = tuple(channels)
    live = w.live
    w.after_commit(lambda: live.publish(wanted, message))


def _user_channels(people: Iterable[int]) -> list[str]:
    return [f"user:{person_id}" for person_id in people]


def _public_channels(w: Work, post: Post) -> list[str]:
    has_media = bool(post.remote_media) or (
        w.session.scalar(select(PostMedia.media_id).where(PostMedia.post_id == post.id).limit(1))
        is not None
    )
    channels = channels_of(
        audience=post.audience,
        is_local=post.is_local,
        is_boost=post.boost_of_id is not None,
        is_reply=post.in_reply_to_uri is not None,
        has_media=has_media,
    )
    if post.audience == "public" and post.boost_of_id is None:
        for name in w.session.scalars(select(PostTag.name).where(PostTag.post_id == post.id)):
            channels.append(f"hashtag:{name}")
            if post.is_local:
                channels.append(f"hashtag:local:{name}")
    return channels


def _appear(w: Work, post_id: int) -> None:
    post = w.session.get_one(Post, post_id)
    homes = add_to_homes(w, post)
    lists = [f"list:{list_id}" for list_id in lists_holding(w, post.author_id)]
    channels = [*_user_channels(homes), *lists, *_public_channels(w, post)]
    _tell(w, channels, LiveMessage("update", post_id))


def _on_published(w: Work, event: PostPublished) -> None:
    if not event.is_backfill:
        _appear(w, event.post_id)


def _on_boosted(w: Work, event: PostBoosted) -> None:
    _appear(w, event.boost_id)


def _on_changed(w: Work, event: PostEdited | PostClosed | PostReopened) -> None:
    post = w.session.get_one(Post, event.post_id)
    homes = w.session.scalars(
        select(HomeEntry.person_id)
        .join(Post, Post.id == HomeEntry.post_id)
        .where((Post.id == post.id) | (Post.boost_of_id == post.id))
    )
    channels = [*_user_channels(set(homes)), *_public_channels(w, post)]
    _tell(w, channels, LiveMessage("status.update", post.id))


def _on_deleted(w: Work, event: PostDeleted) -> None:
    """Tell the streams; the rows of the homes went with the post by the database's own rule."""
    _vanish(w, event.post_id)


def _on_unboosted(w: Work, event: PostUnboosted) -> None:
    _vanish(w, event.boost_id)


def _vanish(w: Work, post_id: int) -> None:
    post = w.session.get(Post, post_id)
    homes = w.session.scalars(select(HomeEntry.person_id).where(HomeEntry.post_id == post_id))
    public = _public_channels(w, post) if post is not None else []
    _tell(w, [*_user_channels(homes), *public], LiveMessage("delete", post_id))


def _on_notified(w: Work, event: Notified) -> None:
    channels = (f"user:{event.person_id}", f"user:notification:{event.person_id}")
    _tell(w, channels, LiveMessage("notification", event.notification_id))


def _on_followed(w: Work, event: Followed) -> None:
    fill_from(w, event.follower_id, event.followee_id)


def _on_unfollowed(w: Work, event: Unfollowed) -> None:
    take_out(w, event.follower_id, event.followee_id)
    take_off_lists(w, event.follower_id, event.followee_id)


def _on_muted(w: Work, event: Muted) -> None:
    take_out(w, event.muter_id, event.muted_id)


def _on_blocked(w: Work, event: Blocked) -> None:
    take_out(w, event.blocker_id, event.blocked_id)
    take_out(w, event.blocked_id, event.blocker_id)
    take_off_lists(w, event.blocker_id, event.blocked_id)
    take_off_lists(w, event.blocked_id, event.blocker_id)


REACTIONS = (
    Reaction(PostPublished, _on_published),
    Reaction(PostBoosted, _on_boosted),
    Reaction(PostEdited, _on_changed),
    Reaction(PostClosed, _on_changed),
    Reaction(PostReopened, _on_changed),
    Reaction(PostDeleted, _on_deleted),
    Reaction(PostUnboosted, _on_unboosted),
    Reaction(Notified, _on_notified),
    Reaction(Followed, _on_followed),
    Reaction(Unfollowed, _on_unfollowed),
    Reaction(Muted, _on_muted),
    Reaction(Blocked, _on_blocked),
)
