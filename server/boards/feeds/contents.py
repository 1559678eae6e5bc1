"""What stands in a feed: items in one language, made from posts that anybody may see."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from server.boards.addresses import page_of
from server.platform.text import plain_text
from server.platform.work import Site
from server.posts.kinds import Kind
from server.posts.kinds.reading import languages_of, main_language, title_of
from server.posts.rows import PostRow

NEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""When a feed without items last changed, for formats that want to know."""

_TITLE: Final = 90
# What XML 1.0 cannot hold (§2.2), and no reader would miss.
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One post in a feed. `id` never changes; `html` is sanitised."""

    id: str
    url: str
    title: str
    html: str
    published: datetime
    changed: datetime
    author: str
    author_url: str
    language: str
    tags: tuple[str, ...]
    image: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed with its addresses: `home` is the page it is the feed of, `address` its own."""

    title: str
    description: str
    home: str
    address: str
    language: str
    items: tuple[Item, ...]

    @property
    def changed(self) -> datetime:
        """When the latest change of an item was."""
        return max((item.changed for item in self.items), default=NEVER)


def items_of(site: Site, posts: Iterable[PostRow], language: str) -> tuple[Item, ...]:
    """Return posts as items, in a language where they have it."""
    return tuple(_item(site, post, language) for post in posts if post.boost_of is None)


def spoken_in(post: PostRow, language: str) -> str:
    """Return the language in which a post is shown to readers of one."""
    if post.record is None:
        return post.language or ""
    known = languages_of(post.record)
    wanted = (language, language.partition("-")[0])
    return next((tag for tag in wanted if tag in known), main_language(post.record))


def _item(site: Site, post: PostRow, language: str) -> Item:
    tongue = spoken_in(post, language)
    written = (post.content_map or {}).get(tongue, post.content)
    html = clean(written if not post.spoiler else f"<p>{post.spoiler}</p>")
    picture = None if post.sensitive else next((one for one in post.media if one.media_id), None)
    return Item(
        id=post.uri,
        url=page_of(site, post),
        title=clean(_title(post, tongue)),
        html=html,
        published=post.published_at,
        changed=post.edited_at or post.published_at,
        author=clean(post.author.name),
        author_url=post.author.url or post.author.uri,
        language="" if tongue == "und" else tongue,
        tags=tuple(clean(tag.shown) for tag in post.tags),
        image=picture.url if picture else None,
    )


def _title(post: PostRow, language: str) -> str:
    if post.kind is not None and post.record is not None:
        return title_of(Kind(post.kind), post.record, language)
    line = " ".join((post.spoiler or plain_text(post.content)).split())
    if len(line) <= _TITLE:
        return line or post.author.name
    return line[:_TITLE].rpartition(" ")[0].rstrip(",;:") + "…"


def clean(text: str) -> str:
    """Return text without what no XML document can hold."""
    return _NOT_XML.sub("", text)
