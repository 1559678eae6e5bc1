"""Reading a person's filters; each query carries its owner."""

from collections import defaultdict

from sqlalchemy import select

from server.platform.errors import NotFound
from server.platform.text import plain_text
from server.platform.work import Reading
from server.posts.rows import PostRow
from server.timelines.filters.model import FilteredPost, FilterKeyword, PostFilter
from server.timelines.filters.rules import Filter, Filters, Keyword, Match, SinglePost


def filters_of(r: Reading, person_id: int) -> list[Filter]:
    """Return a person's filters, the oldest first."""
    rows = r.session.scalars(
        select(PostFilter).where(PostFilter.person_id == person_id).order_by(PostFilter.id)
    ).all()
    ids = [row.id for row in rows]
    words: defaultdict[int, list[Keyword]] = defaultdict(list)
    posts: defaultdict[int, list[SinglePost]] = defaultdict(list)
    if ids:
        for word in r.session.scalars(
            select(FilterKeyword).where(FilterKeyword.filter_id.in_(ids)).order_by(FilterKeyword.id)
        ):
            words[word.filter_id].append(Keyword(word.id, word.keyword, word.whole_word))
        for post in r.session.scalars(
            select(FilteredPost).where(FilteredPost.filter_id.in_(ids)).order_by(FilteredPost.id)
        ):
            posts[post.filter_id].append(SinglePost(post.id, post.post_id))
    return [
        Filter(
            id=row.id,
            title=row.title,
            contexts=tuple(row.contexts),
            action=row.action,
            expires_at=row.expires_at,
            keywords=tuple(words[row.id]),
            posts=tuple(posts[row.id]),
        )
        for row in rows
    ]


def filter_of(r: Reading, person_id: int, filter_id: int) -> Filter:
    """Return one of a person's filters. Raises NotFound for nobody's or somebody else's."""
    for one in filters_of(r, person_id):
        if one.id == filter_id:
            return one
    raise NotFound


def keyword_of(r: Reading, person_id: int, keyword_id: int) -> tuple[Filter, Keyword]:
    """Return a keyword of a person with its filter. Raises NotFound."""
    for one in filters_of(r, person_id):
        for word in one.keywords:
            if word.id == keyword_id:
                return one, word
    raise NotFound


def single_of(r: Reading, person_id: int, single_id: int) -> tuple[Filter, SinglePost]:
    """Return a single filtered post of a person with its filter. Raises NotFound."""
    for one in filters_of(r, person_id):
        for post in one.posts:
            if post.id == single_id:
                return one, post
    raise NotFound


def matches_of(filters: Filters, post: PostRow) -> list[Match]:
    """Return which filters a post matches; of a boost the original is read."""
    if not filters.filters:
        return []
    inner = post.boost_of or post
    return filters.matches((post.id, inner.id), text_of(inner) if filters.patterns else "")


def text_of(post: PostRow) -> str:
    """Return what filters read of a post: its words, the warning, poll and picture texts."""
    options = post.poll.options if post.poll else ()
    parts = [
        post.spoiler,
        plain_text(post.content),
        *(option.title for option in options),
        *(one.description for one in post.media),
    ]
    return "\n".join(part for part in parts if part)
