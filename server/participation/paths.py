"""Where the pages around taking part are."""

from aiohttp import web

from server.platform.http.render import path_for
from server.posts.rows import PostRow


def page_of_post(request: web.Request, post: PostRow, part: str) -> str:
    """Return where the page of a post is, at one of its parts."""
    path = path_for(request.app, "web.post", handle=post.author.acct, id=post.id)
    return f"{path}#{part}"
