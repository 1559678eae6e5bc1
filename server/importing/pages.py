"""A pasted address: the offer that its page describes for search engines, as a record to edit."""

from dataclasses import dataclass
from datetime import tzinfo

from bs4 import BeautifulSoup

from server.importing.entries import Record, Unreadable
from server.importing.linked_data import nodes_in
from server.importing.plain import cut, paragraphs_of, tag_of
from server.importing.schema_org import identity_of, kind_of, record_of
from server.platform.i18n import say
from server.platform.text import MAX_HTML
from server.posts.kinds import Kind

_MAX_PAGE = 10 * MAX_HTML


@dataclass(frozen=True, slots=True)
class PageOffer:
    """What a page offers: its kind when the page says so, and the fields that it fills in."""

    kind: Kind | None
    record: Record
    identity: str


def read_page(body: bytes, *, url: str, zone: tzinfo) -> PageOffer:
    """Return the first offer of a page, or its title and description when it describes none.

    Raises Unreadable for a page without either.
    """
    html = BeautifulSoup(body[:_MAX_PAGE], "html.parser")
    language = tag_of(str(html.html.get("lang") or "")) if html.html else ""
    for node in nodes_in(html):
        kind = kind_of(node)
        if kind is not None:
            record = record_of(node, kind, url=url, zone=zone)
            record.setdefault("inLanguage", language or "en")
            return PageOffer(kind, record, identity_of(node, url))
    return PageOffer(None, _plain_record(html, url, language), cut(url, 200))


def _plain_record(html: BeautifulSoup, url: str, language: str) -> Record:
    """Return what the page says of itself to those who link to it (OpenGraph, HTML)."""
    title = _meta(html, "og:title") or (html.title.get_text(" ", strip=True) if html.title else "")
    if not title:
        raise Unreadable(say("Nothing on this page can be read as an offer."))
    text = paragraphs_of(_meta(html, "og:description") or _meta(html, "description"))
    title = cut(" ".join(title.split()), 120)
    record = {
        "title": title,
        "name": title,
        "summary": cut(" ".join(text.split()), 500),
        "inLanguage": language or "en",
        "links": [{"url": url}],
        "applyUrl": url,
        "url": url,
    }
    return {name: value for name, value in record.items() if value}


def _meta(html: BeautifulSoup, name: str) -> str:
    tag = html.find("meta", attrs={"property": name}) or html.find("meta", attrs={"name": name})
    return str(tag.get("content") or "").strip() if tag else ""
