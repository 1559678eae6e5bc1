"""Loading imported vocabularies into the tables, in batches, each in a unit of work of its own.

An import has a number that every row it names is stamped with. When all files are read, what the
import did not name is retired. An import that is broken off leaves what it has loaded; the next one
finishes the work.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update

from server.platform.work import Work
from server.vocabularies.esco import Named
from server.vocabularies.folding import folded
from server.vocabularies.model import (
    VocabularyConcept,
    VocabularyImport,
    VocabularyLabel,
    VocabularyLink,
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a batch of concepts goes."""

    import_id: int
    scheme: str
    language: str
    is_group: bool = False


def begin_import(w: Work, source: str, languages: Sequence[str]) -> int:
    """Note that an import begins; return its number."""
    begun = VocabularyImport(
        id=w.new_id(), source=source[:200], languages=list(languages), counts={}, started_at=w.now
    )
    w.session.add(begun)
    return begun.id


def store_concepts(w: Work, to: Target, named: Sequence[Named]) -> None:
    """Add or update concepts and replace their words in one language."""
    by_code = {one.code: one for one in named}
    ids = _ids(w, to.scheme, by_code)
    new = [one for code, one in by_code.items() if code not in ids]
    rows = [
        {
            "id": w.new_id(), "scheme": to.scheme, "code": one.code, "parent": one.parent,
            "is_group": to.is_group, "retired": False, "import_id": to.import_id,
        }
        for one in new
    ]  # fmt: skip
    _stamp(w, to.import_id, list(ids.values()))
    _set_parents(w, ids, {code: one.parent for code, one in by_code.items() if one.parent})
    if rows:
        w.session.execute(insert(VocabularyConcept), rows)
    ids |= {str(row["code"]): int(str(row["id"])) for row in rows}
    _replace_labels(w, to.language, [(ids[code], one) for code, one in by_code.items()])


def _stamp(w: Work, import_id: int, ids: Sequence[int]) -> None:
    if ids:
        w.session.execute(
            update(VocabularyConcept)
            .where(VocabularyConcept.id.in_(ids))
            .values(import_id=import_id, retired=False)
            .execution_options(synchronize_session=False)
        )


def _replace_labels(w: Work, language: str, named: Sequence[tuple[int, Named]]) -> None:
    w.session.execute(
        delete(VocabularyLabel)
        .where(
            VocabularyLabel.concept_id.in_([one for one, _ in named]),
            VocabularyLabel.language == language,
        )
        .execution_options(synchronize_session=False)
    )
    rows = [
        {
            "id": w.new_id(), "concept_id": concept_id, "language": language, "text": text,
            "folded": folded(text), "preferred": text == one.label,
        }
        for concept_id, one in named
        for text in (one.label, *one.others)
    ]  # fmt: skip
    if rows:
        w.session.execute(insert(VocabularyLabel), rows)


def store_parents(w: Work, scheme: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Say what stands above concepts; of several broader ones the first is kept."""
    above: dict[str, str] = {}
    for code, parent in pairs:
        above.setdefault(code, parent)
    _set_parents(w, _ids(w, scheme, above), above)


def _set_parents(w: Work, ids: Mapping[str, int], above: Mapping[str, str]) -> None:
    rows = [{"id": ids[code], "parent": parent} for code, parent in above.items() if code in ids]
    if rows:
        w.session.execute(update(VocabularyConcept), rows)


def store_links(w: Work, import_id: int, links: Sequence[tuple[str, str, bool]]) -> None:
    """Say which skills occupations need; links to what is not known are passed over."""
    occupations = _ids(w, "esco_occupation", {one for one, _, _ in links})
    skills = _ids(w, "esco_skill", {one for _, one, _ in links})
    known = {
        (occupations[one], skills[other]): essential
        for one, other, essential in links
        if one in occupations and other in skills
    }
    if not known:
        return
    w.session.execute(
        delete(VocabularyLink)
        .where(
            VocabularyLink.occupation_id.in_({one for one, _ in known}),
            VocabularyLink.import_id != import_id,
        )
        .execution_options(synchronize_session=False)
    )
    stored = {
        (one, other)
        for one, other in w.session.execute(
            select(VocabularyLink.occupation_id, VocabularyLink.skill_id).where(
                VocabularyLink.occupation_id.in_({one for one, _ in known})
            )
        )
    }
    rows = [
        {"occupation_id": one, "skill_id": other, "essential": essential, "import_id": import_id}
        for (one, other), essential in known.items()
        if (one, other) not in stored
    ]
    if rows:
        w.session.execute(insert(VocabularyLink), rows)


def finish_import(
    w: Work, import_id: int, *, whole: Iterable[str], with_links: bool
) -> dict[str, int]:
    """Retire what this import did not name in the schemes it was `whole` in; return the counts.

    A retired concept keeps its label and loses its other words and links.
    """
    gone = (
        VocabularyConcept.scheme.in_(list(whole)),
        VocabularyConcept.import_id != import_id,
    )
    ids = select(VocabularyConcept.id).where(*gone)
    for statement in (
        delete(VocabularyLabel).where(
            VocabularyLabel.concept_id.in_(ids), VocabularyLabel.preferred.is_(False)
        ),
        delete(VocabularyLink).where(
            VocabularyLink.occupation_id.in_(ids) | VocabularyLink.skill_id.in_(ids)
        ),
        update(VocabularyConcept).where(*gone).values(retired=True),
    ):
        w.session.execute(statement.execution_options(synchronize_session=False))
    if with_links:
        w.session.execute(delete(VocabularyLink).where(VocabularyLink.import_id != import_id))
    counts = _counts(w)
    done = w.session.get_one(VocabularyImport, import_id)
    done.counts, done.finished_at = counts, w.now
    return counts


def _counts(w: Work) -> dict[str, int]:
    rows = w.session.execute(
        select(VocabularyConcept.scheme, func.count())
        .where(VocabularyConcept.retired.is_(False), VocabularyConcept.is_group.is_(False))
        .group_by(VocabularyConcept.scheme)
    )
    counts = {str(scheme): int(count) for scheme, count in rows}
    links = w.session.scalar(select(func.count()).select_from(VocabularyLink)) or 0
    return {**counts, "links": links}


def _ids(w: Work, scheme: str, codes: Iterable[str]) -> dict[str, int]:
    wanted = list(codes)
    rows = w.session.execute(
        select(VocabularyConcept.code, VocabularyConcept.id).where(
            VocabularyConcept.scheme == scheme, VocabularyConcept.code.in_(wanted)
        )
    )
    return {str(code): int(number) for code, number in rows}
