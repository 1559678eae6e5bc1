"""Tables of imported vocabularies: what an ESCO distribution says, language by language.

They hold public reference data that the operator loads with `meshwork vocabulary import`; nothing
in them is about a person, everybody may read them, and a later import replaces them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.platform.storage.base import Base, BigId, Id, Json

# Compared letter by letter on both databases, so that a range finds what begins with some letters.
_ByLetter = String(500).with_variant(String(500, collation="C"), "postgresql")


class VocabularyImport(Base):
    """That the operator loaded a distribution: when, from what, how much. Kept as a record."""

    __tablename__ = "vocabulary_import"

    id: Mapped[Id]
    source: Mapped[str] = mapped_column(String(200))
    languages: Mapped[list[Any]] = mapped_column(Json, default=list)
    # {"esco_occupation": 3039, …}; empty while it is under way or when it was broken off.
    counts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class VocabularyConcept(Base):
    """One occupation, skill, group of skills or ISCO group of a distribution.

    Nobody's data. What a later distribution no longer has is kept as retired: it is not offered any
    more, and people and posts that chose it still get its label.
    """

    __tablename__ = "vocabulary_concept"

    id: Mapped[Id]
    scheme: Mapped[str] = mapped_column(String(20))
    # The URI of an ESCO concept, the number of an ISCO group.
    code: Mapped[str] = mapped_column(String(300))
    # The code above it; that of an occupation may be an ISCO group's URI.
    parent: Mapped[str | None] = mapped_column(String(300))
    # Groups of skills are shown above skills and cannot be chosen.
    is_group: Mapped[bool] = mapped_column(default=False)
    retired: Mapped[bool] = mapped_column(default=False)
    # The import that named it last.
    import_id: Mapped[int] = mapped_column(BigId)

    __table_args__ = (
        UniqueConstraint("scheme", "code"),
        Index("ix_vocabulary_concept_scheme_parent", "scheme", "parent"),
    )


class VocabularyLabel(Base):
    """What a concept is called in one language; the words beside the preferred one are for search.

    Nobody's data. Replaced by the next import of the language, deleted with the concept.
    """

    __tablename__ = "vocabulary_label"

    id: Mapped[Id]
    concept_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("vocabulary_concept.id", ondelete="CASCADE")
    )
    language: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(String(500))
    # As `folding.folded` writes it.
    folded: Mapped[str] = mapped_column(_ByLetter)
    preferred: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index("ix_vocabulary_label_concept_id_language", "concept_id", "language"),
        Index("ix_vocabulary_label_language_folded", "language", "folded"),
    )


class VocabularyLink(Base):
    """That an occupation needs a skill. Nobody's data; replaced by the next import."""

    __tablename__ = "vocabulary_link"

    occupation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("vocabulary_concept.id", ondelete="CASCADE"), primary_key=True
    )
    skill_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("vocabulary_concept.id", ondelete="CASCADE"), primary_key=True
    )
    essential: Mapped[bool] = mapped_column(default=False)
    import_id: Mapped[int] = mapped_column(BigId)

    __table_args__ = (Index("ix_vocabulary_link_skill_id", "skill_id"),)
