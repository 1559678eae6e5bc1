"""Vocabularies in the tables of this room, as an import left them; empty before the first one.

Searching is done in three steps, each only when the one before found too little: labels that begin
so (a range of an index), labels with such words, and labels that hold the letters anywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, func, literal, select

from server.platform.work import Reading
from server.vocabularies.folding import SHORTEST_INSIDE, closeness
from server.vocabularies.model import VocabularyConcept, VocabularyLabel
from server.vocabularies.terms import Match

_LAST_LETTER: Final = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Imported:
    """One scheme of the tables."""

    scheme: str

    def labels(self, r: Reading, codes: Sequence[str], tags: Sequence[str]) -> Mapping[str, str]:
        """Return the preferred labels; in any language when there is none in those wanted."""
        if not codes:
            return {}
        rows = r.session.execute(
            select(VocabularyConcept.code, VocabularyLabel.language, VocabularyLabel.text)
            .join(VocabularyLabel, VocabularyLabel.concept_id == VocabularyConcept.id)
            .where(self._is(codes), VocabularyLabel.preferred)
        )
        said: dict[str, dict[str, str]] = {}
        for code, language, text in rows:
            said.setdefault(code, {})[language] = text
        return {code: _chosen(by_language, tags) for code, by_language in said.items()}

    def labels_in(self, r: Reading, codes: Sequence[str], tags: Sequence[str]) -> Mapping[str, str]:
        """Return the preferred labels in just these languages, the first that has one."""
        rows = r.session.execute(
            select(VocabularyConcept.code, VocabularyLabel.language, VocabularyLabel.text)
            .join(VocabularyLabel, VocabularyLabel.concept_id == VocabularyConcept.id)
            .where(self._is(codes), VocabularyLabel.preferred, VocabularyLabel.language.in_(tags))
        )
        ordered = sorted(rows, key=lambda row: -tags.index(row[1]))
        return {code: text for code, _, text in ordered}

    def parents(self, r: Reading, codes: Sequence[str]) -> Mapping[str, str]:
        """Return the code above each known code that has one."""
        if not codes:
            return {}
        rows = r.session.execute(
            select(VocabularyConcept.code, VocabularyConcept.parent).where(
                self._is(codes), VocabularyConcept.parent.is_not(None)
            )
        )
        return {code: parent for code, parent in rows if parent is not None}

    def children(self, r: Reading, code: str | None) -> Sequence[str]:
        """Return the codes right below a code that may be chosen; thousands are at no top."""
        if code is None:
            return []
        return r.session.scalars(
            select(VocabularyConcept.code)
            .where(
                VocabularyConcept.scheme == self.scheme,
                VocabularyConcept.parent == code,
                VocabularyConcept.retired.is_(False),
            )
            .order_by(VocabularyConcept.code)
        ).all()

    def has(self, r: Reading, code: str) -> bool:
        """Tell whether a code may be chosen, or could in an earlier edition."""
        found = select(VocabularyConcept.id).where(
            self._is([code]), VocabularyConcept.is_group.is_(False)
        )
        return r.session.scalar(found) is not None

    def holds_any(self, r: Reading) -> bool:
        """Tell whether anything of this scheme was imported."""
        found = select(VocabularyConcept.id).where(VocabularyConcept.scheme == self.scheme)
        return r.session.scalar(found.limit(1)) is not None

    def matches(self, r: Reading, wanted: str, tags: Sequence[str], limit: int) -> Sequence[Match]:
        """Return the best matches among the labels in these languages."""
        best: dict[str, Match] = {}
        for fits in _steps(wanted):
            for code, language, folded, preferred in self._rows(r, fits, tags, limit * 4):
                fit = closeness(folded, wanted)
                if fit is not None:
                    place = tags.index(language) * 2 + (not preferred)
                    match = Match(fit, place, len(folded), code)
                    best[code] = min(match, best.get(code, match))
            if len(best) >= limit:
                break
        return sorted(best.values())[:limit]

    def _rows(
        self, r: Reading, fits: ColumnElement[bool], tags: Sequence[str], limit: int
    ) -> Sequence[tuple[str, str, str, bool]]:
        found = r.session.execute(
            select(
                VocabularyConcept.code,
                VocabularyLabel.language,
                VocabularyLabel.folded,
                VocabularyLabel.preferred,
            )
            .join(VocabularyLabel, VocabularyLabel.concept_id == VocabularyConcept.id)
            .where(
                VocabularyLabel.language.in_(tags),
                fits,
                VocabularyConcept.scheme == self.scheme,
                VocabularyConcept.retired.is_(False),
                VocabularyConcept.is_group.is_(False),
            )
            .order_by(func.length(VocabularyLabel.folded), VocabularyConcept.code)
            .limit(limit)
        )
        return [(code, language, folded, preferred) for code, language, folded, preferred in found]

    def _is(self, codes: Sequence[str]) -> ColumnElement[bool]:
        return and_(VocabularyConcept.scheme == self.scheme, VocabularyConcept.code.in_(codes))


def _steps(wanted: str) -> list[ColumnElement[bool]]:
    """Return the conditions to try, from the quick and close to the slow and distant."""
    folded, words = VocabularyLabel.folded, wanted.split()
    spaced = literal(" ").concat(folded)
    steps = [
        and_(folded >= wanted, folded < wanted + _LAST_LETTER),
        and_(*(spaced.contains(" " + one, autoescape=True) for one in words)),
    ]
    if len(wanted) >= SHORTEST_INSIDE:
        steps.append(and_(*(folded.contains(one, autoescape=True) for one in words)))
    return steps


def _chosen(by_language: Mapping[str, str], tags: Sequence[str]) -> str:
    for tag in tags:
        if tag in by_language:
            return by_language[tag]
    return next(iter(by_language.values()))
