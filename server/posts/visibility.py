"""THE visibility of posts, as SQL: every read of every surface carries `visible_to(viewer)`.

The meaning of audiences is in `rules`; here its tables become one clause over a row of `post`. It
covers authors who are suspended or gone, blocks in either direction, the author's reach at this
moment (not only when it was written), posts that are held back for a moderator's glance, boosts
of what the viewer may not see, and messages of a match that is over and read no more.
"""

from functools import cache
from typing import Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    exists,
    false,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased
from sqlalchemy.orm.util import AliasedClass

from server.federation.model import Actor, Reach
from server.people.cards import VIEWER_ID
from server.people.model import Block, Follow, FollowState
from server.people.rules import Place, Viewer, reaches_seen_from
from server.posts.model import Audience, Mention, Post
from server.posts.rules import FOLLOWED_FROM, NAMED_IN, OPEN_IN
from server.profiles.standing import MATCHES, MatchSource

PostLike = type[Post] | AliasedClass[Post]

_Id = int | BindParameter[int]
# Made once: an alias costs more than the rest of the clause, and siblings may share one.
_ORIGINAL: Final = aliased(Post)
_AUTHOR: Final = aliased(Actor)
_THEIRS: Final = aliased(Block)
_MINE: Final = aliased(Block)
_ADDRESSED: Final = aliased(Mention)
_ANOTHER: Final = aliased(Mention)
_EITHER: Final = aliased(Follow)


def visible_to(viewer: Viewer, post: PostLike = Post) -> ColumnElement[bool]:
    """Return the condition that a row of `post`, boost or not, may be shown to the viewer."""
    return _visible(viewer.place, viewer.person_id, post)


def visible_from(place: Place, *, is_somebody: bool) -> ColumnElement[bool]:
    """Return the condition of `visible_to` for every viewer at a place, made once.

    With `is_somebody` the statement is executed with the parameter `viewer_id`; without it, or
    with another name, it fails and shows nothing.
    """
    return _made(place, MATCHES.source, is_somebody=is_somebody)


@cache
def _made(place: Place, source: MatchSource, *, is_somebody: bool) -> ColumnElement[bool]:
    del source  # it only says for which one this was made
    return _visible(place, VIEWER_ID if is_somebody else None, Post)


def _visible(place: Place, viewer_id: _Id | None, post: PostLike) -> ColumnElement[bool]:
    if place is Place.HOUSE:
        return true()
    boosted = (
        select(_ORIGINAL.id)
        .where(_ORIGINAL.id == post.boost_of_id, _itself_visible(place, viewer_id, _ORIGINAL))
        .exists()
    )
    itself = _itself_visible(place, viewer_id, post)
    return and_(itself, or_(post.boost_of_id.is_(None), boosted))


def _itself_visible(place: Place, viewer_id: _Id | None, post: PostLike) -> ColumnElement[bool]:
    if viewer_id is None:
        return and_(_author_shown(place, None, post), post.held.is_(None), _open(place, post))
    mine = post.author_id == viewer_id
    admitted = or_(
        mine,
        _open(place, post),
        _as_follower(place, viewer_id, post),
        _as_named(place, viewer_id, post),
    )
    shown = _author_shown(place, viewer_id, post)
    let_through = and_(post.held.is_(None), not_blocked(viewer_id, post))
    if place is Place.LOCAL:
        admitted = and_(admitted, or_(post.audience != Audience.DIRECT, ~_read_no_more(post)))
    return and_(shown, admitted, or_(mine, let_through))


def _author_shown(place: Place, viewer_id: _Id | None, post: PostLike) -> ColumnElement[bool]:
    """The author is neither suspended nor gone, and reaches as far as the viewer's place."""
    author = _AUTHOR
    shown = [author.id == post.author_id, author.suspended_at.is_(None), author.gone_at.is_(None)]
    reaches = reaches_seen_from(place)
    if reaches != frozenset(Reach):
        near = author.reach.in_(sorted(reaches))
        own = author.id == viewer_id if viewer_id is not None else false()
        shown.append(or_(near, own))
    return exists(select(author.id).where(*shown))


def _open(place: Place, post: PostLike) -> ColumnElement[bool]:
    audiences = [audience for audience in Audience if place in OPEN_IN[audience]]
    return post.audience.in_(audiences)


def _as_follower(place: Place, viewer_id: _Id, post: PostLike) -> ColumnElement[bool]:
    """Only audiences that are not open there anyway are asked about."""
    audiences = [
        audience
        for audience in Audience
        if place in FOLLOWED_FROM[audience] and place not in OPEN_IN[audience]
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


def _as_named(place: Place, viewer_id: _Id, post: PostLike) -> ColumnElement[bool]:
    audiences = [
        audience
        for audience in Audience
        if place in NAMED_IN[audience] and place not in OPEN_IN[audience]
    ]
    if not audiences:
        return false()
    named = exists(
        select(Mention.post_id).where(Mention.post_id == post.id, Mention.person_id == viewer_id)
    )
    return and_(post.audience.in_(audiences), named)


def _read_no_more(post: PostLike) -> ColumnElement[bool]:
    """A message between two alone whose match is over, 14 days after its end, for both of them.

    Not when one of them follows the other: then they write to each other as anybody does.
    """
    named, author = _ADDRESSED.person_id, post.author_id
    another = _ANOTHER.person_id.not_in([named, author])
    third = exists().where(_ANOTHER.post_id == post.id, another).correlate_except(_ANOTHER)
    follow = (
        exists()
        .where(
            _EITHER.state == FollowState.ACCEPTED,
            or_(
                and_(_EITHER.follower_id == author, _EITHER.followee_id == named),
                and_(_EITHER.follower_id == named, _EITHER.followee_id == author),
            ),
        )
        .correlate_except(_EITHER)
    )
    return exists().where(
        _ADDRESSED.post_id == post.id,
        named != author,
        MATCHES.source.over_between(author, named),
        ~third,
        ~follow,
    )


def not_blocked(viewer_id: _Id | None, post: PostLike = Post) -> ColumnElement[bool]:
    """Return the condition that neither the viewer nor the post's author blocks the other."""
    if viewer_id is None:
        return true()
    return and_(
        ~exists(
            select(_THEIRS.id).where(
                _THEIRS.blocker_id == post.author_id, _THEIRS.blocked_id == viewer_id
            )
        ),
        ~exists(
            select(_MINE.id).where(
                _MINE.blocker_id == viewer_id, _MINE.blocked_id == post.author_id
            )
        ),
    )
