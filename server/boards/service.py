"""Keeping the index of the boards: one entry for each post of a kind, made from its record."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from server.boards.model import BoardEntry, BoardMark, BoardPlace
from server.boards.rules import Extract, extract
from server.platform.work import Reading, Work
from server.posts.kinds import Kind
from server.posts.model import Post, PostState
from server.vocabularies.schemes import vocabulary_of

_MOST_AT_ONCE = 200
_OCCUPATIONS = "esco_occupation"


def list_post(w: Work, post_id: int, *, anew: bool = False) -> None:
    """Write the entry of a post as it is now; with `anew` it counts as listed at this moment.

    A post without a record has none, and loses the one it had.
    """
    post = w.session.get(Post, post_id)
    before = w.session.get(BoardEntry, post_id)
    if post is None or not _can_be_listed(post):
        if before is not None:
            unlist_post(w, post_id)
        return
    listed_at = w.now if before is None or anew else before.listed_at
    _write_anew(w, post, listed_at)


def unlist_post(w: Work, post_id: int) -> None:
    """Take a post off the boards."""
    for table in (BoardMark, BoardPlace, BoardEntry):
        w.session.execute(delete(table).where(table.post_id == post_id))


def list_missing(w: Work) -> int:
    """List posts of a kind that have no entry, two hundred at a time; return how many there were.

    There are some after an upgrade from a version without boards, and after a restored backup.
    """
    missing = w.session.scalars(
        select(Post)
        .outerjoin(BoardEntry, BoardEntry.post_id == Post.id)
        .where(
            Post.kind.is_not(None),
            Post.record.is_not(None),
            Post.boost_of_id.is_(None),
            BoardEntry.post_id.is_(None),
        )
        .order_by(Post.id)
        .limit(_MOST_AT_ONCE)
    ).all()
    return _write_all(w, missing)


def rebuild_after(w: Work, post_id: int) -> int:
    """Make the entries of the next posts after this id anew; return the last id, 0 at the end."""
    posts = w.session.scalars(
        select(Post)
        .where(Post.id > post_id, Post.kind.is_not(None), Post.boost_of_id.is_(None))
        .order_by(Post.id)
        .limit(_MOST_AT_ONCE)
    ).all()
    _write_all(w, posts)
    return posts[-1].id if posts else 0


def _write_all(w: Work, posts: Sequence[Post]) -> int:
    """Write the entries of posts and return how many could be written."""
    ids = [post.id for post in posts]
    rows = w.session.execute(
        select(BoardEntry.post_id, BoardEntry.listed_at).where(BoardEntry.post_id.in_(ids))
    )
    listed = {row.post_id: row.listed_at for row in rows}
    fit = [post for post in posts if _can_be_listed(post)]
    for post in fit:
        # What has no entry yet is old news to whoever waits for alerts.
        _write_anew(w, post, listed.get(post.id, post.published_at))
    return len(fit)


def _can_be_listed(post: Post) -> bool:
    return post.kind is not None and isinstance(post.record, dict) and post.boost_of_id is None


def _write_anew(w: Work, post: Post, listed_at: datetime) -> None:
    unlist_post(w, post.id)
    kind, record = Kind(post.kind or ""), post.record or {}
    _write(w, post, extract(kind, record, lambda uri: _isco_of(w, uri)), listed_at)


def _write(w: Work, post: Post, found: Extract, listed_at: datetime) -> None:
    w.session.add(
        BoardEntry(
            post_id=post.id,
            kind=post.kind,
            state=post.state or PostState.OPEN,
            closes_at=post.closes_at,
            starts_at=found.starts_at,
            ends_at=found.ends_at,
            mode=found.mode,
            contract=found.contract,
            is_free=found.is_free,
            childcare=found.childcare,
            step_free=found.step_free,
            travel_help=found.travel_help,
            no_cv=found.no_cv,
            level=found.level,
            listed_at=listed_at,
        )
    )
    w.session.flush()
    w.session.add_all(
        BoardMark(post_id=post.id, facet=facet, value=value) for facet, value in sorted(found.marks)
    )
    w.session.add_all(
        BoardPlace(
            post_id=post.id,
            number=number,
            latitude=place.at.latitude,
            longitude=place.at.longitude,
            is_exact=place.is_exact,
        )
        for number, place in enumerate(found.places)
    )
    w.session.flush()


def _isco_of(r: Reading, address: str) -> str | None:
    """Return the ISCO-08 group of an ESCO occupation, when its vocabulary was imported."""
    found = vocabulary_of(_OCCUPATIONS).parents(r, [address])
    return found.get(address)
