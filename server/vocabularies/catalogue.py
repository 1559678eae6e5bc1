"""Shipped vocabularies: tab-separated files of this room, read when they are first needed.

A file has a column `code`, one column for each language, and `parent` where the code itself does
not say what stands above it. Lines that begin with # are for people. What is read stays in memory
for as long as the process runs; all files together take a few megabytes, and only those that
somebody asks for are read.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from server.platform.work import Reading
from server.vocabularies.folding import closeness, folded
from server.vocabularies.terms import Match

LANGUAGES: Final = ("en", "nl", "fr", "de", "fi", "sv", "ar", "uk", "fa")
"""The languages of which every shipped file has every label."""

_WORDS: Final = {"isco-08": "isco-08-words"}
"""Files with further words, by commas, that people type for the codes of a file."""

_NOT_LANGUAGES: Final = frozenset({"code", "parent"})


class Damaged(Exception):
    """A shipped file does not have the shape it must have; the program is not whole."""


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a shipped file as column → value. Raises Damaged."""
    text = files("server.vocabularies").joinpath(f"catalogues/{name}.tsv").read_text("utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]
    heads, rows = lines[0], lines[1:]
    for number, row in enumerate(rows, 1):
        if len(row) != len(heads):
            raise Damaged(f"{name}.tsv, row {number}: {len(row)} columns, not {len(heads)}")
    return [dict(zip(heads, row, strict=True)) for row in rows]


class Catalogue:
    """One or several shipped files as one vocabulary; later files add rows."""

    def __init__(self, *names: str) -> None:
        rows = [row for name in names for row in rows_of(name)]
        self._labels = {row["code"]: _labels(row) for row in rows}
        self._parents = {row["code"]: row["parent"] for row in rows if row.get("parent")}
        if not any("parent" in row for row in rows):
            self._parents = _prefixes(list(self._labels))
        self._names = names
        self._twins = _twins(self._labels, self._parents)
        self._words: dict[str, list[tuple[str, str]]] = {}

    @property
    def codes(self) -> Sequence[str]:
        """Every code, in the order of the files."""
        return list(self._labels)

    def label(self, code: str, language: str) -> str | None:
        """Return a label in exactly one language, or None."""
        return self._labels.get(code, {}).get(language)

    def labels(self, r: Reading, codes: Sequence[str], tags: Sequence[str]) -> Mapping[str, str]:
        """Return the label of each known code in the first of the languages that has one."""
        del r
        found = {}
        for code in codes:
            known = self._labels.get(code, {})
            said = next((known[tag] for tag in tags if tag in known), None)
            if said is not None:
                found[code] = said
        return found

    def parents(self, r: Reading, codes: Sequence[str]) -> Mapping[str, str]:
        """Return the code above each known code that has one."""
        del r
        return {code: self._parents[code] for code in codes if code in self._parents}

    def children(self, r: Reading, code: str | None) -> Sequence[str]:
        """Return the codes right below a code, or at the top, in the order of the files."""
        del r
        return [one for one in self._labels if self._parents.get(one) == code]

    def has(self, r: Reading, code: str) -> bool:
        """Tell whether this is a code."""
        del r
        return code in self._labels

    def matches(self, r: Reading, wanted: str, tags: Sequence[str], limit: int) -> Sequence[Match]:
        """Return the best matches by label in these languages, or by the code itself."""
        del r
        best: dict[str, Match] = {}
        for place, tag in enumerate(tags):
            for words, code in self._folded(tag):
                fit = closeness(words, wanted)
                if fit is not None:
                    match = Match(fit, place, len(words), code)
                    best[code] = min(match, best.get(code, match))
        for code in self._labels:
            if code.casefold() == wanted:
                best[code] = Match(0, 0, 0, code)
        return sorted(best.values())[:limit]

    def _folded(self, tag: str) -> list[tuple[str, str]]:
        """Return the folded labels of one language, made once."""
        if tag not in LANGUAGES:
            return []
        if tag not in self._words:
            labels = [(known[tag], code) for code, known in self._labels.items() if tag in known]
            said = [*labels, *_further_words(self._names, tag)]
            self._words[tag] = [
                (folded(one), code) for one, code in said if code not in self._twins
            ]
        return self._words[tag]


@cache
def catalogue(*names: str) -> Catalogue:
    """Return the vocabulary of shipped files, read once. Raises Damaged."""
    return Catalogue(*names)


def _further_words(names: Sequence[str], tag: str) -> list[tuple[str, str]]:
    """Return the words beside labels that a language has, each with its code."""
    rows = [row for name in names if name in _WORDS for row in rows_of(_WORDS[name])]
    return [
        (word, row["code"])
        for row in rows
        for word in row[tag].replace("،", ",").split(",")
        if word.strip()
    ]


def _labels(row: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in row.items() if value and name not in _NOT_LANGUAGES}


def _twins(labels: Mapping[str, Mapping[str, str]], parents: Mapping[str, str]) -> frozenset[str]:
    """Return the codes whose only child is the same under another code (DE3 and DE30, Berlin).

    They are not offered: the child says the same and is the finer one.
    """
    below: dict[str, list[str]] = {}
    for code, parent in parents.items():
        below.setdefault(parent, []).append(code)
    return frozenset(
        one for one, inner in below.items() if len(inner) == 1 and labels[one] == labels[inner[0]]
    )


def _prefixes(codes: Sequence[str]) -> dict[str, str]:
    """Return for each code the longest other code it begins with."""
    parents: dict[str, str] = {}
    for before, code in pairwise(sorted(codes)):
        above: str | None = before
        while above is not None and not code.startswith(above):
            above = parents.get(above)
        if above is not None:
            parents[code] = above
    return parents
