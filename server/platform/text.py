"""HTML from elsewhere made safe, and HTML read as text.

`SafeHtml` is the only string that templates show as markup, and only the cleaners here make one.
They work on a parsed tree with an allow-list; no regular expression ever looks at remote HTML.
Turning what people type into HTML is the business of `linkify`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Final, Self

import nh3
from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

MAX_HTML: Final = 200_000
"""Characters of HTML that are looked at; what is beyond is cut off before parsing."""

MAX_TAGS: Final = 5_000
"""Tags that are looked at: parsers take quadratic time on a tower of them."""

LINK_REL: Final = "nofollow noopener noreferrer"

_CLASSES: Final = {
    "a": {"mention", "hashtag", "u-url", "status-link"},
    "span": {"h-card", "invisible", "ellipsis", "mention", "p-name"},
    "p": {"quote-inline"},
}
_OWN_TAGS: Final = {
    "a", "blockquote", "br", "code", "del", "em", "li", "ol", "p", "pre", "span", "strong", "ul",
}  # fmt: skip
_REMOTE_TAGS: Final = _OWN_TAGS | {
    "abbr", "b", "i", "rp", "rt", "ruby", "s", "sub", "sup", "u",
}  # fmt: skip
_BLOCKS: Final = frozenset(
    {
        "address", "article", "aside", "blockquote", "dd", "details", "div", "dl", "dt",
        "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
        "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul",
    }
)  # fmt: skip
_SILENT: Final = {"script", "style", "template", "noscript", "title"}
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_MAX_DEPTH: Final = 100


class SafeHtml(str):
    """HTML that a cleaner of this module made; templates show it as markup.

    It cannot be made by calling the class. `stored` takes back what a column of cleaned HTML
    holds; never give it anything else.
    """

    __slots__ = ()

    def __new__(cls, *_: object) -> Self:
        """Refuse: `clean` and `clean_own` make these."""
        raise TypeError("only the cleaners of server.platform.text make SafeHtml")

    @classmethod
    def stored(cls, html: str) -> SafeHtml:
        """Return what was cleaned before it was stored, as it came back from its column."""
        return str.__new__(cls, html)

    def __html__(self) -> str:
        """Return itself: Jinja's autoescape leaves it as it is."""
        return str(self)


_REMOTE: Final = nh3.Cleaner(
    tags=_REMOTE_TAGS,
    clean_content_tags=_SILENT,
    attributes={
        "a": {"href", "translate", "hreflang"},
        "abbr": {"title"},
        "span": {"translate", "lang", "dir"},
        "p": {"lang", "dir"},
        "ol": {"start", "reversed"},
        "li": {"value"},
    },
    allowed_classes=_CLASSES,
    link_rel=LINK_REL,
    url_schemes={"http", "https"},
    url_relative="deny",
)
# Python's own HTML parser takes quadratic time on broken tags (a minute for 200 KB of `<a href=`):
# it only ever sees what this one has put in order.
_ORDERLY: Final = nh3.Cleaner(
    tags=_REMOTE_TAGS | _BLOCKS,
    clean_content_tags=_SILENT,
    attributes={
        "a": {"href", "class", "rel", "translate", "hreflang"},
        "span": {"class", "translate", "lang", "dir"},
        "p": {"class", "lang", "dir"},
        "abbr": {"title"},
        "ol": {"start", "reversed"},
        "li": {"value"},
    },
    link_rel=None,
    url_relative="pass_through",
)
# What we write ourselves keeps rel="tag" on hashtags, which the remote cleaner overwrites.
_OWN: Final = nh3.Cleaner(
    tags=_OWN_TAGS,
    clean_content_tags=_SILENT,
    attributes={"a": {"href", "translate"}, "span": {"translate"}},
    tag_attribute_values={"a": {"rel": {"tag", LINK_REL, f"me {LINK_REL}"}}},
    allowed_classes=_CLASSES,
    link_rel=None,
    url_schemes={"http", "https"},
    url_relative="deny",
)


def clean(html: str) -> SafeHtml:
    """Return HTML from elsewhere with everything but harmless text markup taken away.

    Links keep http and https only and get rel="nofollow noopener noreferrer"; headings become
    bold paragraphs, so that a post cannot disturb a page's outline. Never raises.
    """
    return SafeHtml.stored(_REMOTE.clean(_tamed(_bounded(html))))


def clean_own(html: str) -> SafeHtml:
    """Return HTML that our own code put together, by a narrower list than `clean`."""
    return SafeHtml.stored(_OWN.clean(html.replace("\x00", "")))


def _bounded(html: str) -> str:
    html = html[:MAX_HTML].replace("\x00", "")
    if html.count("<") <= MAX_TAGS:
        return html
    place = -1
    for _ in range(MAX_TAGS):
        place = html.index("<", place + 1)
    return html[:place]


def _tamed(html: str) -> str:
    """Return HTML without headings and without absurd nesting; most comes back untouched."""
    lowered = html.lower()
    has_headings = any(f"<{name}" in lowered for name in _HEADINGS)
    if not has_headings and html.count("<") <= _MAX_DEPTH:
        return html
    soup = parsed(html)
    if any(depth > _MAX_DEPTH for depth in _depths(soup)):
        return plain_text(html)  # a tower of tags holds no text worth its markup
    for heading in soup.find_all(_HEADINGS):
        heading.name = "p"
        strong = soup.new_tag("strong")
        strong.extend(list(heading.contents))
        heading.append(strong)
    return str(soup)


def _depths(soup: BeautifulSoup) -> Iterator[int]:
    # The depth of a tag is its parent's plus one: a look-up, not a walk up for every tag.
    depths: dict[int, int] = {id(soup): 0}
    for element in soup.descendants:
        if isinstance(element, Tag):
            depth = depths.get(id(element.parent), 0) + 1
            depths[id(element)] = depth
            yield depth


def parsed(html: str) -> BeautifulSoup:
    """Return the tree of some HTML, at most `MAX_HTML` characters of it. Never raises.

    Holds text markup and blocks only: no scripts, forms or pictures.
    """
    orderly = _ORDERLY.clean(_bounded(html))
    with warnings.catch_warnings():
        # Text that looks like a file name or an address is text here, and not a mistake.
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        return BeautifulSoup(orderly, "html.parser")


def plain_text(html: str, *, max_length: int = 100_000) -> str:
    """Return the text of HTML: blocks on lines of their own, `<br>` as a line break.

    Scripts and styles are left out; runs of white space inside a line become one space, and
    there is at most one empty line in a row.
    """
    lines = [""]
    for event, element in _walk(parsed(html)):
        if not isinstance(element, Tag):
            lines[-1] += str(element).replace("\n", " ")
        elif element.name == "br":
            lines += [""] if event == "start" else []
        elif element.name == "p":
            lines += ["", ""]
        elif element.name in _BLOCKS and lines[-1].strip():
            lines += [""]
    return _tidied(lines)[:max_length]


def _walk(soup: BeautifulSoup) -> Iterator[tuple[str, PageElement]]:
    """Yield every element in order, tags twice (start and end); comments are left out."""
    waiting: list[tuple[str, PageElement]] = [("start", child) for child in reversed(soup.contents)]
    while waiting:
        event, element = waiting.pop()
        if isinstance(element, Tag):
            yield event, element
            if event == "start":
                waiting.append(("end", element))
                waiting.extend(("start", child) for child in reversed(element.contents))
        elif isinstance(element, NavigableString) and not isinstance(element, PreformattedString):
            yield event, element


def _tidied(lines: list[str]) -> str:
    """Return lines with single spaces, and at most one empty line in a row."""
    tidy: list[str] = []
    for line in lines:
        words = " ".join(line.split())
        if words or (tidy and tidy[-1]):
            tidy.append(words)
    return "\n".join(tidy).strip()
