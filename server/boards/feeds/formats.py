"""How a feed is written: RSS 2.0 and Atom 1.0 by feedgen, JSON Feed 1.1 here.

The same feed always gives the same bytes, so that its tag tells whether it changed. Sources: the
RSS 2.0 specification of the RSS board, RFC 4287, jsonfeed.org/version/1.1.
"""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from feedgen.feed import FeedGenerator

from server.boards.addresses import FORMATS
from server.boards.feeds.contents import Feed, Item


def as_rss(feed: Feed) -> bytes:
    """Return RSS 2.0 with the author in Dublin Core, as RSS itself knows only e-mail addresses."""
    made = _generator(feed, "rss")
    made.load_extension("dc")
    for item in feed.items:
        entry = _entry(made, item)
        entry.description(item.html)
        entry.dc.dc_creator(item.author)
        entry.pubDate(item.published)
    return bytes(made.rss_str(pretty=True))


def as_atom(feed: Feed) -> bytes:
    """Return Atom 1.0."""
    made = _generator(feed, "atom")
    for item in feed.items:
        entry = _entry(made, item)
        entry.content(item.html, type="html")
        entry.author({"name": item.author, "uri": item.author_url})
        entry.published(item.published)
    return bytes(made.atom_str(pretty=True))


def _generator(feed: Feed, form: str) -> FeedGenerator:
    made = FeedGenerator()
    made.id(feed.address)
    made.title(feed.title)
    made.description(feed.description)
    # The last link is the one that RSS shows as the feed's own page.
    made.link(href=feed.address, rel="self", type=FORMATS[form])
    made.link(href=feed.home, rel="alternate", type="text/html")
    made.language(feed.language)
    made.generator("Meshwork")
    made.updated(feed.changed)
    made.lastBuildDate(feed.changed)
    return made


def _entry(made: FeedGenerator, item: Item) -> FeedGenerator:
    entry = made.add_entry(order="append")
    entry.guid(item.id, permalink=False)
    entry.title(item.title)
    entry.link(href=item.url)
    entry.updated(item.changed)
    if item.tags:
        entry.category([{"term": tag} for tag in item.tags])
    return entry


def as_json(feed: Feed) -> bytes:
    """Return JSON Feed 1.1."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.home,
        "feed_url": feed.address,
        "language": feed.language,
        "items": [_json_item(item) for item in feed.items],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _json_item(item: Item) -> Mapping[str, object]:
    found = {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "content_html": item.html,
        "image": item.image,
        "date_published": item.published.isoformat(timespec="seconds"),
        "date_modified": item.changed.isoformat(timespec="seconds"),
        "authors": [{"name": item.author, "url": item.author_url}],
        "tags": list(item.tags),
        "language": item.language,
    }
    return {name: value for name, value in found.items() if value not in (None, "", [])}


WRITERS: Final[Mapping[str, Callable[[Feed], bytes]]] = MappingProxyType(
    {"rss": as_rss, "atom": as_atom, "json": as_json}
)
