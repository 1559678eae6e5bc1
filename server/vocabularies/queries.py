"""Reading vocabularies: labels, searching, what is known, what stands below what.

Every function takes the scheme by name ("isco", "nuts", "language" …) and raises NotFound for one
that is none. A label that is missing in a language falls back to its parent language (nl-BE to nl,
prs to fa), then to English, then to the code itself, so that a page always has something to show.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import aliased

from server.platform.work import Reading
from server.vocabularies.catalogue import catalogue
from server.vocabularies.folding import folded
from server.vocabularies.model import VocabularyConcept, VocabularyLink
from server.vocabularies.occupations import isco_code, isco_uri
from server.vocabularies.schemes import Scheme, holds_any, scheme_of, vocabulary_of
from server.vocabularies.terms import BETWEEN, Term, with_parents

__all__ = [
    "MOST",
    "Scheme",
    "Term",
    "children",
    "help_of",
    "holds_any",
    "is_known",
    "isco_code",
    "isco_uri",
    "label",
    "labels",
    "search",
    "skills_for",
    "term",
    "terms",
]

MOST: Final = 50
"""No search returns more than this."""
_DEEPEST: Final = 12


def label(r: Reading, scheme: str, code: str, language: str) -> str:
    """Return the label of a code in a language; the code itself when nobody knows it."""
    return labels(r, scheme, [code], language)[code]


def labels(r: Reading, scheme: str, codes: Iterable[str], language: str) -> dict[str, str]:
    """Return the label of each code, in their order; the code itself for those unknown."""
    asked = list(dict.fromkeys(codes))
    known = vocabulary_of(scheme).labels(r, asked, with_parents(language))
    return {code: known.get(code, code) for code in asked}


def term(r: Reading, scheme: str, code: str, language: str) -> Term | None:
    """Return a code with its label and path, or None when it is not known."""
    found = terms(r, scheme, [code], language)
    return found[0] if found else None


def terms(r: Reading, scheme: str, codes: Iterable[str], language: str) -> list[Term]:
    """Return the codes with their labels and paths, in their order, without those unknown."""
    vocabulary, tags = vocabulary_of(scheme), with_parents(language)
    asked = list(dict.fromkeys(codes))
    above: dict[str, str] = {}
    layer: Sequence[str] = asked
    for _ in range(_DEEPEST):
        found = vocabulary.parents(r, layer)
        layer = [one for one in dict.fromkeys(found.values()) if one not in above]
        above.update(found)
        if not layer:
            break
    said = vocabulary.labels(r, list({**dict.fromkeys(asked), **_both(above)}), tags)
    return [_term(scheme, code, said, above) for code in asked if code in said]


def _both(above: dict[str, str]) -> dict[str, None]:
    return dict.fromkeys((*above, *above.values()))


def _term(scheme: str, code: str, names: Mapping[str, str], above: Mapping[str, str]) -> Term:
    line = [code]
    while line[-1] in above and len(line) <= _DEEPEST:
        line.append(above[line[-1]])
    path = [names[one] for one in reversed(line) if one in names]
    said_once = [one for one, _ in groupby(path)]  # Berlin is a country's part and its only part
    return Term(scheme, code, names[code], BETWEEN.join(said_once))


def is_known(r: Reading, scheme: str, code: str) -> bool:
    """Tell whether a code of the scheme may be kept; one that was withdrawn counts as known."""
    return vocabulary_of(scheme).has(r, code)


def children(r: Reading, scheme: str, code: str | None = None) -> list[str]:
    """Return the codes right below a code, or at the top of the scheme, in its own order."""
    return list(vocabulary_of(scheme).children(r, code))


def search(
    r: Reading, scheme: str, text: str, languages: Sequence[str], limit: int = 12
) -> list[Term]:
    """Return what fits a typed text, best first, in the first of the languages.

    Labels in any of `languages`, their parent languages and English match, without regard to
    accents, capitals and variants of Arabic letters; a code matches too. Without text it is the
    top of the scheme. At most `limit` (and never more than 50) come back.
    """
    most = max(0, min(limit, MOST))
    reader = languages[0] if languages else "en"
    wanted = folded(text)
    vocabulary = vocabulary_of(scheme)
    if not wanted:
        codes = list(vocabulary.children(r, None))[:most] if not text.strip() else []
        return terms(r, scheme, codes, reader)
    tags = dict.fromkeys(tag for one in (reader, *languages[1:]) for tag in with_parents(one)[:-1])
    tags["en"] = None
    found = vocabulary.matches(r, wanted, list(tags), most)
    return terms(r, scheme, [one.code for one in found], reader)


def help_of(scheme: str, code: str, language: str) -> str:
    """Return a line that explains a code to laypeople, or "" (only CEFR has them)."""
    if scheme_of(scheme) is not Scheme.CEFR:
        return ""
    explained = catalogue("cefr-can-do")
    said = (explained.label(code, tag) for tag in with_parents(language))
    return next((one for one in said if one), "")


def skills_for(r: Reading, occupation: str, limit: int = 20) -> list[str]:
    """Return the skills that an ESCO occupation needs, the essential ones first; none for ISCO."""
    above, needed = aliased(VocabularyConcept), aliased(VocabularyConcept)
    found = r.session.scalars(
        select(needed.code)
        .join(VocabularyLink, VocabularyLink.skill_id == needed.id)
        .join(above, above.id == VocabularyLink.occupation_id)
        .where(above.scheme == Scheme.ESCO_OCCUPATION, above.code == occupation)
        .where(needed.retired.is_(False))
        .order_by(VocabularyLink.essential.desc(), needed.code)
        .limit(limit)
    )
    return list(found)
