"""Languages of the world as a vocabulary: codes of BCP 47, names by CLDR through Babel.

Babel holds the names in every language we speak. A small file adds what CLDR lacks (Kurmanji) and
what many newcomers call their language themselves, so that `العربية` is found on a Dutch page.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError

from server.platform.work import Reading
from server.vocabularies.catalogue import rows_of
from server.vocabularies.folding import closeness, folded
from server.vocabularies.terms import SOURCE, Match

# CLDR files these languages under other codes.
_ALIASES: Final = {"prs": "fa_AF"}
_NO_LANGUAGE: Final = frozenset({"mul", "und", "zxx", "root"})
_LONGEST: Final = 3
"""Codes of languages have two or three letters; longer keys of CLDR are regional forms."""


class Tongues:
    """The languages, with those of many newcomers and of our regions before rare ones."""

    def labels(self, r: Reading, codes: Sequence[str], tags: Sequence[str]) -> Mapping[str, str]:
        """Return the name of each language, of a regional form that of the language."""
        del r
        named = {code: _first_name(code, tags) for code in codes}
        return {code: name for code, name in named.items() if name is not None}

    def parents(self, r: Reading, codes: Sequence[str]) -> Mapping[str, str]:
        """Return nothing: the list is flat."""
        del r, codes
        return {}

    def children(self, r: Reading, code: str | None) -> Sequence[str]:
        """Return the languages that are offered before anybody typed."""
        del r
        return list(_own_names()) if code is None else []

    def has(self, r: Reading, code: str) -> bool:
        """Tell whether CLDR knows a language of this code, in small letters."""
        del r
        return code in _names(SOURCE)

    def matches(self, r: Reading, wanted: str, tags: Sequence[str], limit: int) -> Sequence[Match]:
        """Return the best matches by name in these languages, own name or code."""
        del r
        best: dict[str, Match] = {}
        for place, words, code in _candidates(tags):
            fit = 0 if code == wanted else closeness(words, wanted)
            if fit is not None:
                rare = 0 if code in _own_names() else 1000
                match = Match(fit, place, rare + len(words), code)
                best[code] = min(match, best.get(code, match))
        return sorted(best.values())[:limit]


def _candidates(tags: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    for place, tag in enumerate(tags):
        for words, code in _folded(tag):
            yield place, words, code
    for words, code in _folded(None):
        yield len(tags), words, code


@lru_cache(maxsize=16)
def _folded(tag: str | None) -> Sequence[tuple[str, str]]:
    """Return the names in one language as they are compared, or the languages' own names."""
    names = _own_names() if tag is None else _names(tag)
    return [(folded(name), code) for code, name in names.items()]


def _first_name(code: str, tags: Sequence[str]) -> str | None:
    base = code.partition("-")[0].lower()
    for tag in tags:
        name = _names(tag).get(base)
        if name is not None:
            return name
    return None


@lru_cache(maxsize=16)
def _names(tag: str) -> Mapping[str, str]:
    """Return the names of languages in one language; none when CLDR does not know it."""
    try:
        locale = Locale.parse(_ALIASES.get(tag, tag.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return {}
    known = locale.languages
    names = {
        code: str(name)
        for code, name in known.items()
        if len(code) <= _LONGEST and code not in _NO_LANGUAGE
    }
    names |= {code: str(known[key]) for code, key in _ALIASES.items() if key in known}
    return names | {
        row["code"]: row[tag] for row in _rows() if row.get(tag) and row["code"] not in names
    }


@cache
def _rows() -> list[dict[str, str]]:
    return rows_of("language")


@cache
def _own_names() -> Mapping[str, str]:
    return {row["code"]: row["own"] for row in _rows()}
