"""Reading hashtags: those that posts the viewer may see carry."""

from sqlalchemy import func, select

from server.people.rules import Viewer
from server.platform.http.paging import Slice
from server.platform.linkify import tag_key
from server.platform.work import Reading
from server.posts.model import Audience, Post, PostTag
from server.posts.visibility import visible_to


def search_tags(r: Reading, viewer: Viewer, text: str, asked: Slice) -> list[str]:
    """Return hashtags that begin with a text, the most used first."""
    wanted = tag_key(text.strip().lstrip("#"))
    if not wanted or " " in wanted:
        return []
    found = (
        select(PostTag.name)
        .join(Post, Post.id == PostTag.post_id)
        .where(
            PostTag.name.startswith(wanted, autoescape=True),
            Post.audience == Audience.PUBLIC,
            visible_to(viewer),
        )
        .group_by(PostTag.name)
        .order_by(func.count().desc(), PostTag.name)
        .limit(asked.limit)
        .offset(asked.offset)
    )
    return list(r.session.scalars(found))
