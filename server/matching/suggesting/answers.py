"""Opening the profile answers of many people at once, and nothing but the fields asked for."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Row, select

from server.people.model import PersonKey
from server.people.sealing import keys_of, open_all
from server.platform.secrets import SecretsError, Vault, WrappedKey
from server.platform.work import Reading
from server.profiles.model import ProfileAnswer
from server.profiles.queries import sealed_as

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SealedAnswers:
    """Answers as they are stored, with what opens them."""

    rows: Sequence[Row[Any]]
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


def sealed_answers(
    r: Reading,
    fields: Collection[str],
    whose: Sequence[int] | Any,  # noqa: ANN401 - ids or a query for them
) -> SealedAnswers:
    """Return the answers to some fields of these people, not opened yet."""
    rows = r.session.execute(
        select(
            ProfileAnswer.person_id, ProfileAnswer.field, ProfileAnswer.value, ProfileAnswer.sealed
        ).where(ProfileAnswer.field.in_(fields), ProfileAnswer.person_id.in_(whose))
    ).all()
    theirs: ColumnElement[bool] = PersonKey.person_id.in_(whose)
    return SealedAnswers(rows, keys_of(r, theirs), r.vault)


def given(r: Reading, fields: Collection[str], whose: Any) -> set[tuple[int, str]]:  # noqa: ANN401 - as above
    """Return which of these people answered which field, without opening it."""
    rows = r.session.execute(
        select(ProfileAnswer.person_id, ProfileAnswer.field).where(
            ProfileAnswer.field.in_(fields), ProfileAnswer.person_id.in_(whose)
        )
    )
    return {(person_id, field) for person_id, field in rows}
