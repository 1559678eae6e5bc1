"""Which filters a post matches: a pure decision over its text.

Keywords are plain text, never patterns. A whole word counts its borders only where the keyword
begins or ends with a letter or digit ("#tag" has no border at its hash). Source: Mastodon's
guidelines for filters.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

CONTEXTS: Final = ("home", "notifications", "public", "thread", "account")
ACTIONS: Final = ("warn", "hide", "blur")
MAX_TITLE: Final = 200
MAX_KEYWORD: Final = 200
MAX_FILTERS: Final = 100
MAX_KEYWORDS: Final = 200
MAX_POSTS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word or phrase."""

    id: int
    keyword: str
    whole_word: bool


@dataclass(frozen=True, slots=True)
class SinglePost:
    """One post that was filtered by hand."""

    id: int
    post_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A filter with everything in it."""

    id: int
    title: str
    contexts: tuple[str, ...]
    action: str
    expires_at: datetime | None
    keywords: tuple[Keyword, ...]
    posts: tuple[SinglePost, ...]

    def is_in_force(self, now: datetime) -> bool:
        """Tell whether its term is not over."""
        return self.expires_at is None or self.expires_at > now


@dataclass(frozen=True, slots=True)
class Match:
    """A filter and what of it was found in a post."""

    filter: Filter
    keywords: tuple[str, ...]
    posts: tuple[int, ...]


def pattern_of(keyword: str, *, whole_word: bool) -> re.Pattern[str]:
    """Return what finds a keyword, whatever its case."""
    text = re.escape(keyword)
    if whole_word:
        text = (r"\b" if _is_of_word(keyword[:1]) else "") + text
        text += r"\b" if _is_of_word(keyword[-1:]) else ""
    return re.compile(text, re.IGNORECASE)


def _is_of_word(character: str) -> bool:
    return bool(re.fullmatch(r"\w", character))


@dataclass(frozen=True, slots=True)
class Filters:
    """All filters of one person, ready to look for their words."""

    filters: tuple[Filter, ...] = ()
    patterns: dict[int, re.Pattern[str]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, filters: Iterable[Filter]) -> "Filters":
        """Prepare filters."""
        found = tuple(filters)
        patterns = {
            one.id: pattern_of(one.keyword, whole_word=one.whole_word)
            for each in found
            for one in each.keywords
        }
        return cls(found, patterns)

    def in_force(self, now: datetime) -> "Filters":
        """Return the filters whose term is not over."""
        if all(one.is_in_force(now) for one in self.filters):
            return self
        return Filters(tuple(f for f in self.filters if f.is_in_force(now)), self.patterns)

    def matches(self, post_ids: Sequence[int], text: str) -> list[Match]:
        """Return what matches a post; `post_ids` are its own and, for a boost, the original's."""
        found = []
        for one in self.filters:
            words = tuple(
                word.keyword for word in one.keywords if self.patterns[word.id].search(text)
            )
            single = tuple(post.post_id for post in one.posts if post.post_id in post_ids)
            if words or single:
                found.append(Match(one, words, single))
        return found


NO_FILTERS: Final = Filters()


def hides(matches: Iterable[Match], context: str) -> bool:
    """Tell whether a post is left out of a place altogether."""
    return any(m.filter.action == "hide" and context in m.filter.contexts for m in matches)
