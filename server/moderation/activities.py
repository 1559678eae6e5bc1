"""Reports from other instances: Flag."""

from sqlalchemy import select

from activitypub.documents.activity import Activity
from server.federation.model import Actor
from server.moderation.rules import MAX_POSTS
from server.moderation.service import receive_report
from server.platform.feature import ActivityHandler, Received
from server.platform.work import Work
from server.posts.model import Post


def _receive_flag(w: Work, received: Received, _: object) -> None:
    """Keep a report that is about one of our people; its posts are those that are really theirs."""
    named = received.activity.object_ids
    target_id = w.session.scalar(
        select(Actor.id).where(Actor.uri.in_(named), Actor.host == "").limit(1)
    )
    posts = w.session.execute(
        select(Post.id, Post.author_id)
        .where(Post.uri.in_(named), Post.is_local)
        .order_by(Post.id)
        .limit(MAX_POSTS)
    ).all()
    if target_id is None and posts:
        target_id = posts[0].author_id
    if target_id is None:
        return
    receive_report(
        w,
        uri=received.activity.id,
        sender_id=received.actor_id,
        target_id=target_id,
        post_ids=[post_id for post_id, author_id in posts if author_id == target_id],
        comment=received.activity.content or "",
    )


def _always(_: Activity) -> bool:
    return True


HANDLERS = (ActivityHandler(activity_type="Flag", when=_always, apply=_receive_flag),)
