"""What every vocabulary can answer, whatever it is made of: shipped files, tables or CLDR.

Codes are opaque here. A vocabulary is a forest: each code has at most one parent, and a parent may
be a code that is only shown, not chosen (the ISCO group above an ESCO occupation).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from server.platform.work import Reading

BETWEEN: Final = " › "
"""Stands between the labels of a path; Unicode mirrors it in text from right to left."""

SOURCE: Final = "en"
_PARENTS: Final[Mapping[str, str]] = {"prs": "fa", "nn": "nb", "kmr": "ku"}
"""Languages whose readers also read another that has more labels."""


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a vocabulary in the reader's language.

    `path` holds the labels from the top down to this one, joined with " › ".
    """

    scheme: str
    code: str
    label: str
    path: str

    @property
    def above(self) -> str:
        """The path without the term itself; empty at the top."""
        return self.path.removesuffix(self.label).removesuffix(BETWEEN)


class Match(NamedTuple):
    """A code that fits what somebody typed; the smallest come first."""

    closeness: int
    language: int
    length: int
    code: str


class Vocabulary(Protocol):
    """A scheme as a source of codes and labels. `tags` come most wanted first."""

    def labels(self, r: Reading, codes: Sequence[str], tags: Sequence[str]) -> Mapping[str, str]:
        """Return the label of each known code in the first of the languages that has one."""

    def parents(self, r: Reading, codes: Sequence[str]) -> Mapping[str, str]:
        """Return the code above each known code that has one."""

    def children(self, r: Reading, code: str | None) -> Sequence[str]:
        """Return the codes right below a code, or at the top."""

    def has(self, r: Reading, code: str) -> bool:
        """Tell whether a code may be chosen, or could once."""

    def matches(self, r: Reading, wanted: str, tags: Sequence[str], limit: int) -> Sequence[Match]:
        """Return the codes whose label in one of the languages fits a folded text."""


def with_parents(language: str) -> tuple[str, ...]:
    """Return a language tag and those its readers fall back to, English last, in lower case."""
    tags: list[str] = []
    tag = language.strip().replace("_", "-").lower()
    while tag:
        tags.append(tag)
        tag = _PARENTS.get(tag) or tag.rpartition("-")[0]
    return tuple(dict.fromkeys((*tags, SOURCE)))
