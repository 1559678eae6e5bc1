"""Subscribed feeds: RSS and Atom of every age, and JSON Feed 1.1, as entries of the chosen kind.

A feed says little of an offer, so its entries carry the title, the text and the link; the rest
comes from what the owner set for the source. Authors and comments of entries are never read.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import feedparser

from server.importing.entries import Collected, Entry, Record, Unreadable, collected
from server.importing.plain import cut, paragraphs_of, tag_of
from server.platform.i18n import say
from server.posts.kinds import Kind

_TITLES: Final[Mapping[Kind, str]] = {Kind.VACANCY: "title"}
_SUMMARY: Final = 500


def read_feed(body: bytes, kind: Kind, *, language: str) -> Collected:
    """Return the entries of a feed. Raises Unreadable when it is none."""
    items = _json_items(body) if body.lstrip()[:1] == b"{" else _xml_items(body)
    return collected(
        Entry(
            identity=item["id"],
            kind=kind,
            record=_record(item, kind, language),
            number=number,
        )
        for number, item in enumerate(items, start=1)
        if item["id"] and item["title"]
    )


def _json_items(body: bytes) -> Iterator[dict[str, str]]:
    """Source: JSON Feed 1.1."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(say("This address gives no feed that can be read.")) from error
    if not isinstance(feed, dict) or "jsonfeed.org" not in str(feed.get("version", "")):
        raise Unreadable(say("This address gives no feed that can be read."))
    language = str(feed.get("language") or "")
    items = feed.get("items")
    return (
        {
            "id": cut(str(item.get("id") or item.get("url") or ""), 200),
            "title": str(item.get("title") or ""),
            "text": str(item.get("content_html") or item.get("content_text") or ""),
            "summary": str(item.get("summary") or ""),
            "link": str(item.get("external_url") or item.get("url") or ""),
            "language": str(item.get("language") or language),
        }
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, dict)
    )


def _xml_items(body: bytes) -> Iterator[dict[str, str]]:
    """Read with feedparser, which never fetches when it is given bytes."""
    feed = feedparser.parse(body, sanitize_html=True, resolve_relative_uris=False)
    if not feed.get("version"):
        raise Unreadable(say("This address gives no feed that can be read."))
    language = str(feed.feed.get("language") or "")
    return (
        {
            "id": cut(str(item.get("id") or item.get("link") or ""), 200),
            "title": str(item.get("title") or ""),
            "text": _longest(item),
            "summary": str(item.get("summary") or ""),
            "link": str(item.get("link") or ""),
            "language": str(item.get("language") or language),
        }
        for item in feed.entries
    )


def _longest(item: Mapping[str, Any]) -> str:
    texts = [str(part.get("value") or "") for part in item.get("content") or []]
    return max([*texts, str(item.get("summary") or "")], key=len)


def _record(item: Mapping[str, str], kind: Kind, language: str) -> Record:
    text = paragraphs_of(item["text"])
    summary = paragraphs_of(item["summary"])
    link = item["link"] if item["link"].startswith(("https://", "http://")) else ""
    title = cut(" ".join(paragraphs_of(item["title"]).split()), 120)
    record: Record = {
        _TITLES.get(kind, "name"): title,
        "inLanguage": tag_of(item["language"]) or language,
        "summary": cut(" ".join((summary or text).split()), _SUMMARY),
        "description": cut(text, 5_000) if text != summary else "",
        "applyUrl": link,
        "links": [{"url": link}] if link else [],
    }
    if kind is Kind.TOOL:
        record["url"] = link
    return {name: value for name, value in record.items() if value}
