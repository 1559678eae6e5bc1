"""THE visibility of posts, as SQL: every read of every surface carries `visible_to(viewer)`.

The meaning of audiences is in `rules`; here its tables become one clause over a row of `post`. It
covers authors who are suspended or gone, blocks in either direction, the author's reach at this
moment (not only when it was written), and boosts of what the viewer may not see.
"""

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased
from sqlalchemy.orm.util import AliasedClass

from server.federation.model import Actor, Reach
from server.people.model import Block, Follow, FollowState
from server.people.rules import Viewer, reaches_seen_from
from server.posts.model import Audience, Mention, Post
from server.posts.rules import FOLLOWED_FROM, NAMED_IN, OPEN_IN

PostLike = type[Post] | AliasedClass[Post]


def visible_to(viewer: Viewer, post: PostLike = Post) -> ColumnElement[bool]:
    """Return the condition that a row of `post`, boost or not, may be shown to the viewer."""
    if viewer.is_house:
        return true()
    original = aliased(Post)
    boosted = (
        select(original.id)
        .where(original.id == post.boost_of_id, _itself_visible(viewer, original))
        .exists()
    )
    return and_(_itself_visible(viewer, post), or_(post.boost_of_id.is_(None), boosted))


def _itself_visible(viewer: Viewer, post: PostLike) -> ColumnElement[bool]:
    if viewer.person_id is None:
        return and_(_author_shown(viewer, post), _open(viewer, post))
    mine = post.author_id == viewer.person_id
    admitted = or_(
        mine,
        _open(viewer, post),
        _as_follower(viewer, viewer.person_id, post),
        _as_named(viewer, viewer.person_id, post),
    )
    return and_(
        _author_shown(viewer, post), admitted, or_(mine, not_blocked(viewer.person_id, post))
    )


def _author_shown(viewer: Viewer, post: PostLike) -> ColumnElement[bool]:
    """The author is neither suspended nor gone, and reaches as far as the viewer's place."""
    author = aliased(Actor)
    shown = [author.id == post.author_id, author.suspended_at.is_(None), author.gone_at.is_(None)]
    reaches = reaches_seen_from(viewer.place)
    if reaches != frozenset(Reach):
        near = author.reach.in_(sorted(reaches))
        own = author.id == viewer.person_id if viewer.person_id is not None else false()
        shown.append(or_(near, own))
    return exists(select(author.id).where(*shown))


def _open(viewer: Viewer, post: PostLike) -> ColumnElement[bool]:
    audiences = [audience for audience in Audience if viewer.place in OPEN_IN[audience]]
    return post.audience.in_(audiences)


def _as_follower(viewer: Viewer, viewer_id: int, post: PostLike) -> ColumnElement[bool]:
    """Only audiences that are not open there anyway are asked about."""
    audiences = [
        audience
        for audience in Audience
        if viewer.place in FOLLOWED_FROM[audience] and viewer.place not in OPEN_IN[audience]
    ]
    if not audiences:
        return false()
    follows = exists(
        select(Follow.id).where(
            Follow.follower_id == viewer_id,
            Follow.followee_id == post.author_id,
            Follow.state == FollowState.ACCEPTED,
        )
    )
    return and_(post.audience.in_(audiences), follows)


def _as_named(viewer: Viewer, viewer_id: int, post: PostLike) -> ColumnElement[bool]:
    audiences = [
        audience
        for audience in Audience
        if viewer.place in NAMED_IN[audience] and viewer.place not in OPEN_IN[audience]
    ]
    if not audiences:
        return false()
    named = exists(
        select(Mention.post_id).where(Mention.post_id == post.id, Mention.person_id == viewer_id)
    )
    return and_(post.audience.in_(audiences), named)


def not_blocked(viewer_id: int | None, post: PostLike = Post) -> ColumnElement[bool]:
    """Return the condition that neither the viewer nor the post's author blocks the other."""
    if viewer_id is None:
        return true()
    theirs, mine = aliased(Block), aliased(Block)
    return and_(
        ~exists(
            select(theirs.id).where(
                theirs.blocker_id == post.author_id, theirs.blocked_id == viewer_id
            )
        ),
        ~exists(
            select(mine.id).where(mine.blocker_id == viewer_id, mine.blocked_id == post.author_id)
        ),
    )
