"""Where boards, their feeds and their calendars are, and the page of a post on them."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode

from server.boards.filters import Wanted, pairs_of
from server.platform.work import Site
from server.posts.rows import PostRow

FORMATS: Final[Mapping[str, str]] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
    "ics": "text/calendar",
}
"""The forms of a feed, by the end of its address."""


def board_path(wanted: Wanted, *, form: str = "", inside: str = "", **more: object) -> str:
    """Return the path and query of a board with a filter.

    `form` is one of `FORMATS` for a feed, `inside` is put before the path (`/embed`), `more` are
    parameters of the page; those that are None are left out.
    """
    path = f"{inside}/board" + (f"/{wanted.kind.value}" if wanted.kind else "")
    path += f".{form}" if form else ""
    pairs = pairs_of(wanted) + [(name, str(one)) for name, one in more.items() if one is not None]
    query = urlencode(pairs, safe=",")
    return f"{path}?{query}" if query else path


def page_of(site: Site, post: PostRow) -> str:
    """Return the public address of the page that a post has here."""
    if post.is_local:
        return post.url
    return site.url(f"/@{quote(post.author.acct, safe='@')}/{post.id}")
