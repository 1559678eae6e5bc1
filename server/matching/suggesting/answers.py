"""Opening the profile answers of many people at once, and nothing but the fields asked for.

Whose answers have not changed since they were opened last is not opened again (`keeping`).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import Row, Select, func, select

from server.matching.suggesting.facts import FIELDS, READ, Answers, other_facts_of, talent_facts_of
from server.matching.suggesting.keeping import KeptFacts, Stamp, Which, memory_of
from server.matching.suggesting.plans import Cohort
from server.people.model import PersonKey, PersonKind
from server.people.sealing import keys_of, open_all
from server.platform.secrets import SecretsError, Vault, WrappedKey
from server.platform.work import Reading
from server.profiles.model import ProfileAnswer
from server.profiles.queries import sealed_as

_LEARNS: Final = "learning_aim"
"""Only whether there is an answer counts, so it is never opened."""
_NO_ANSWERS: Final[Stamp] = (0, datetime.min.replace(tzinfo=UTC))
_FEW: Final = 200
_SETTLES: Final = timedelta(minutes=1)
"""Longer than a transaction lasts: what it writes may bear a moment before others were read."""


@dataclass(frozen=True, slots=True)
class SealedAnswers:
    """Answers as they are stored, with what opens them."""

    rows: Sequence[Row[Any, Any, Any, Any]]
    keys: Mapping[int, WrappedKey]
    vault: Vault

    def opened(self) -> Mapping[int, Answers]:
        """Return the answers of each person by field.

        What cannot be opened counts as not given: a key that was destroyed ends what it sealed.
        """
        found: dict[int, dict[str, Any]] = defaultdict(dict)
        sealed: dict[int, list[tuple[str, bytes]]] = defaultdict(list)
        for row in self.rows:
            if row.sealed is None:
                found[row.person_id][row.field] = row.value
            else:
                sealed[row.person_id].append((row.field, row.sealed))
        for person_id, texts in sealed.items():
            found[person_id].update(self._opened(person_id, texts))
        return found

    def _opened(self, person_id: int, texts: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
        key = self.keys.get(person_id)
        if key is None:
            return {}
        pairs = [(text, sealed_as(field)) for field, text in texts]
        try:
            opened = open_all(self.vault, key, person_id, pairs)
        except SecretsError:
            return {}
        return {field: orjson.loads(text) for (field, _), text in zip(texts, opened, strict=True)}


@dataclass(frozen=True, slots=True)
class NewAnswers:
    """The answers of a cohort that have changed, and the facts of those that have not."""

    which: Which
    sealed: SealedAnswers
    learning: frozenset[int]
    stamps: Mapping[int, Stamp]
    kept: Mapping[int, KeptFacts]
    now: datetime

    def facts(self, kinds: Mapping[int, PersonKind]) -> dict[int, KeptFacts]:
        """Return the facts of these people, given the kind of each."""
        opened = self.sealed.opened()
        return {
            person_id: self.kept.get(person_id)
            or self._new(person_id, kind, opened.get(person_id, {}))
            for person_id, kind in kinds.items()
        }

    def unchanged(self, facts: Mapping[int, KeptFacts], source: object) -> Cohort | None:
        """Return the cohort that was made of these facts and this source before, if it is kept."""
        return memory_of(self.sealed.vault).unchanged(self.which, facts, source)

    def keep(self, facts: Mapping[int, KeptFacts], source: object, cohort: Cohort) -> Cohort:
        """Keep what was worked out, but not what was changed just now and may change unseen."""
        settled = {
            person_id: one for person_id, one in facts.items() if one.stamp[1] < self.now - _SETTLES
        }
        return memory_of(self.sealed.vault).keep(self.which, settled, source, cohort)

    def _new(self, person_id: int, kind: PersonKind, told: Answers) -> KeptFacts:
        answers = {name: value for name, value in told.items() if name in READ[kind]}
        if kind is PersonKind.TALENT:
            facts = {**talent_facts_of(answers), "learns": person_id in self.learning}
        else:
            facts = other_facts_of(answers)
        return KeptFacts(self.stamps.get(person_id, _NO_ANSWERS), facts)


def new_answers(r: Reading, which: Which, people: Select[int]) -> NewAnswers:
    """Return the facts of a cohort that are known, and the answers that have to be opened."""
    stamps = _stamps(r, people)
    former = memory_of(r.vault).facts_of(which)
    kept = {
        person_id: one
        for person_id, one in former.items()
        if stamps.get(person_id, _NO_ANSWERS) == one.stamp
    }
    changed = [person_id for person_id in stamps if person_id not in kept]
    whose = changed if len(changed) <= _FEW else people
    learning = {person_id for person_id, _ in given(r, [_LEARNS], whose)}
    return NewAnswers(
        which, sealed_answers(r, FIELDS, whose), frozenset(learning), stamps, kept, r.now
    )


def sealed_answers(
    r: Reading,
    fields: Collection[str],
    whose: Sequence[int] | Select[int],
) -> SealedAnswers:
    """Return the answers to some fields of these people, not opened yet."""
    answer = ProfileAnswer.__table__.c  # plain rows: there are tens of thousands
    rows = r.session.execute(
        select(answer.person_id, answer.field, answer.value, answer.sealed).where(
            answer.field.in_(fields), answer.person_id.in_(whose)
        )
    ).all()
    return SealedAnswers(rows, keys_of(r, PersonKey.person_id.in_(whose)), r.vault)


def _stamps(r: Reading, people: Select[int]) -> dict[int, Stamp]:
    answer = ProfileAnswer.__table__.c
    rows = r.session.execute(
        select(answer.person_id, func.count(), func.max(answer.updated_at))
        .where(answer.person_id.in_(people))
        .group_by(answer.person_id)
    )
    return {person_id: (count, latest) for person_id, count, latest in rows}


def given(
    r: Reading, fields: Collection[str], whose: Sequence[int] | Select[int]
) -> set[tuple[int, str]]:
    """Return which of these people answered which field, without opening it."""
    answer = ProfileAnswer.__table__.c
    rows = r.session.execute(
        select(answer.person_id, answer.field).where(
            answer.field.in_(fields), answer.person_id.in_(whose)
        )
    )
    return {(person_id, field) for person_id, field in rows}
