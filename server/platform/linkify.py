"""What people type, read and shown: mentions, hashtags and links found in plain text.

`linkify_plain` writes the HTML that Mastodon writes, because clients parse its classes and spans;
`visible_length` counts as its clients count. Nothing here reads remote HTML: see `text`.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from linkify_it import LinkifyIt

from server.platform.text import LINK_REL, SafeHtml, clean_own

URL_LENGTH: Final = 23
"""How many characters a link counts, however long it is (Mastodon's rule)."""

MAX_TAG: Final = 100
_SHOWN_OF_URL: Final = 30

# Bounded repeats only: the time is linear in the text. `=` and `/` before the sign mean that it
# is part of an address.
_MENTION: Final = re.compile(
    r"(?<![=/\w@])@(?P<name>[a-z0-9_](?:[a-z0-9_.-]{0,62}[a-z0-9_])?)"
    r"(?:@(?P<host>\w(?:[\w.-]{0,251}\w)?(?::\d{4,5})?))?",
    re.IGNORECASE,
)
_PARAGRAPHS: Final = re.compile(r"\n[ \t]*\n\s*")
_JOINERS: Final = "_\u00b7\u30fb\u200c"  # underscore, middle dots, and the non-joiner of Persian
_ZERO_WIDTH_JOINER: Final = "\u200d"


@dataclass(frozen=True, slots=True)
class Mention:
    """`@name` or `@name@host` at a place in a text; `host` is None for people here."""

    start: int
    end: int
    name: str
    host: str | None

    @property
    def acct(self) -> str:
        """The name as it is looked up: lower case, `name` or `name@host`."""
        return f"{self.name}@{self.host}".lower() if self.host else self.name.lower()


@dataclass(frozen=True, slots=True)
class Hashtag:
    """`#name` at a place in a text, the name as it was typed."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Link:
    """An http or https address at a place in a text."""

    start: int
    end: int
    url: str


Found = Mention | Hashtag | Link


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Somebody a mention was found to mean: their page and the name that is shown."""

    url: str
    name: str


def found_in(text: str) -> list[Found]:
    """Return everything that becomes a link, in order and without overlaps; links win."""
    candidates: list[Found] = [*_links(text), *_mentions(text), *_hashtags(text)]
    found: list[Found] = []
    covered = [(one.start, one.end) for one in candidates if isinstance(one, Link)]
    for one in sorted(candidates, key=lambda one: one.start):
        is_free = not found or one.start >= found[-1].end
        if isinstance(one, Link) or (is_free and not _inside(one, covered)):
            found.append(one)
    return found


def _inside(one: Found, covered: list[tuple[int, int]]) -> bool:
    """Tell whether something begins or ends inside a link; links are in order and apart.

    Only the last link before a place can hold it, so a text full of both takes no quadratic time.
    """
    around_start = bisect_right(covered, one.start, key=lambda link: link[0]) - 1
    around_end = bisect_left(covered, one.end, key=lambda link: link[0]) - 1
    return (around_start >= 0 and one.start < covered[around_start][1]) or (
        around_end >= 0 and one.end <= covered[around_end][1]
    )


@cache
def _finder() -> LinkifyIt:
    finder = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    for other in ("ftp:", "//", "mailto:"):
        finder.add(other, None)
    return finder


def _links(text: str) -> Iterator[Link]:
    for match in _finder().match(text) or ():
        if _is_web_address(match.url):
            yield Link(match.index, match.last_index, match.raw)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        # Somebody's name and password in an address only serve to hide its host.
        return (
            parts.scheme.lower() in {"http", "https"}
            and bool(parts.hostname)
            and not (parts.username or parts.password)
        )
    except ValueError:
        return False


def _mentions(text: str) -> Iterator[Mention]:
    for match in _MENTION.finditer(text):
        yield Mention(match.start(), match.end(), match["name"], match["host"])


def _hashtags(text: str) -> Iterator[Hashtag]:
    # By hand: `\w` leaves out the vowel signs that Hindi, Thai and Arabic words are written with.
    place = 0
    while (place := _next_sign(text, place)) >= 0:
        end = place + 1
        while end < len(text) and _is_tag_letter(text[end]):
            end += 1
        name = text[place + 1 : end].rstrip(_JOINERS[1:])
        before = text[place - 1] if place else " "
        if is_tag_name(name) and not (before in "/&#＃)" or _is_tag_letter(before)):
            yield Hashtag(place, place + 1 + len(name), name)
        place = end


def _next_sign(text: str, place: int) -> int:
    ahead = [at for at in (text.find("#", place), text.find("＃", place)) if at >= 0]
    return min(ahead, default=-1)


def _is_tag_letter(letter: str) -> bool:
    return letter.isalnum() or letter in _JOINERS or unicodedata.category(letter).startswith("M")


def is_tag_name(name: str) -> bool:
    """Tell whether a text is the name of a hashtag: letters in it, and not too long."""
    return (
        0 < len(name) <= MAX_TAG
        and all(_is_tag_letter(letter) for letter in name)
        and any(letter.isalpha() for letter in name)
    )


def tag_key(name: str) -> str:
    """Return the form under which tags are the same: `#Vacature` and `#vacature` are one."""
    return unicodedata.normalize("NFKC", name).casefold()


def tags_in(text: str) -> list[str]:
    """Return the names of the hashtags in a text as typed, each once by its key, in order."""
    names = [one.name for one in found_in(text) if isinstance(one, Hashtag)]
    by_key: dict[str, str] = {}
    for name in names:
        by_key.setdefault(tag_key(name), name)
    return list(by_key.values())


def mentions_in(text: str) -> list[Mention]:
    """Return the mentions in a text, each account once, in order."""
    by_acct: dict[str, Mention] = {}
    for one in found_in(text):
        if isinstance(one, Mention):
            by_acct.setdefault(one.acct, one)
    return list(by_acct.values())


def linkify_plain(
    text: str,
    mentions: Mapping[str, Mentioned],
    tag_url: Callable[[str], str],
) -> SafeHtml:
    """Return plain text as HTML: paragraphs, line breaks, and links in Mastodon's shape.

    `mentions` maps `acct` (lower case, with the host for people elsewhere) to who was found; a
    mention of nobody stays text. `tag_url` gives the page of a tag by its key.
    """
    even = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not even:
        return clean_own("")
    paragraphs = (_inline(part, mentions, tag_url) for part in _PARAGRAPHS.split(even))
    return clean_own("".join(f"<p>{part}</p>" for part in paragraphs))


def _inline(text: str, mentions: Mapping[str, Mentioned], tag_url: Callable[[str], str]) -> str:
    pieces: list[str] = []
    place = 0
    for one in found_in(text):
        pieces.append(_escaped(text[place : one.start]))
        place = one.end
        match one:
            case Link(url=url):
                pieces.append(link_html(url))
            case Hashtag(name=name):
                pieces.append(_tag_html(name, tag_url(tag_key(name))))
            case Mention():
                meant = mentions.get(one.acct)
                typed = _escaped(text[one.start : one.end])
                pieces.append(_mention_html(meant) if meant else typed)
    pieces.append(_escaped(text[place:]))
    return "".join(pieces)


def _escaped(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _mention_html(meant: Mentioned) -> str:
    return (
        f'<span class="h-card" translate="no"><a href="{html.escape(meant.url)}" '
        f'class="u-url mention">@<span>{html.escape(meant.name)}</span></a></span>'
    )


def _tag_html(name: str, url: str) -> str:
    return (
        f'<a href="{html.escape(url)}" class="mention hashtag" rel="tag">'
        f"#<span>{html.escape(name)}</span></a>"
    )


def link_html(url: str, *, rel: str = LINK_REL) -> str:
    """Return a link that shows the beginning of its address; the host is always shown whole.

    The invisible spans hold the rest, so that copying gives the address. A host that is cut off
    could pass for another one (Mastodon's CVE-2023-36462).
    """
    scheme = url.partition("//")[0] + "//"
    prefix = scheme + ("www." if url[len(scheme) :].lower().startswith("www.") else "")
    rest = url[len(prefix) :]
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    shown = rest[: max(_SHOWN_OF_URL, len(host))]
    hidden = rest[len(shown) :]
    ellipsis = ' class="ellipsis"' if hidden else ""
    return (
        f'<a href="{html.escape(url)}" rel="{rel}" translate="no">'
        f'<span class="invisible">{html.escape(prefix)}</span>'
        f"<span{ellipsis}>{html.escape(shown)}</span>"
        f'<span class="invisible">{html.escape(hidden)}</span></a>'
    )


def visible_length(text: str) -> int:
    """Return how long a text counts: a link is 23, a mention counts without its host.

    Characters are counted as people see them, approximately: accents, joined emoji and their
    variants belong to the letter before them.
    """
    length = 0
    place = 0
    for one in found_in(text):
        length += _letters(text[place : one.start])
        place = one.end
        match one:
            case Link():
                length += URL_LENGTH
            case Mention(name=name):
                length += 1 + len(name)
            case Hashtag(name=name):
                length += 1 + _letters(name)
    return length + _letters(text[place:])


def _letters(text: str) -> int:
    count = 0
    before = ""
    for letter in text:
        extends = (
            _ZERO_WIDTH_JOINER in {before, letter}
            or unicodedata.category(letter) in {"Mn", "Me"}
            or "\U0001f3fb" <= letter <= "\U0001f3ff"
        )
        count += not extends
        before = letter
    return count
