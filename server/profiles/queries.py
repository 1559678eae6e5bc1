"""Reads of profiles: what a viewer may see of somebody, and nothing else.

`profile_of` and `cards_of` are the only ways from stored answers to a page: they give out
`VisibleAnswer`s, which nobody else makes. An answer that may not be seen is not even opened.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import select

from server.people.cards import PersonRow
from server.people.model import PersonKind
from server.people.queries import people_by_ids, person_by_id, person_of
from server.people.rules import HOUSE, Viewer
from server.people.sealing import open_for
from server.platform.i18n import Message
from server.platform.work import Reading
from server.profiles.fields import BY_NAME, FIELDS, ON_LISTS, Field
from server.profiles.model import Audience, ProfileAnswer, Verification
from server.profiles.rules import Standing, may_see_answer, viewer_with
from server.profiles.shapes import Line, Many, Terms, Text, Words
from server.profiles.standing import standings_of
from server.profiles.words import Said, in_words, link_of

_ORDER: Mapping[str, int] = {field.name: place for place, field in enumerate(FIELDS)}

_NUTS_2: Final = 4
"""Letters of a code for a province."""
_WORD: Final = re.compile(r"\w{3,}")
_REACHES: Final = re.compile(r"@|://|www\.|\w\.(com|org|net|eu|be|fi|fr|de|nl)\b|(\d[ ./-]?){6}")


@dataclass(frozen=True, slots=True)
class VisibleAnswer:
    """An answer that a viewer may see, in words. Only this module makes one."""

    field: str
    label: Message
    sign: str
    texts: tuple[Said, ...]
    link: str | None
    audience: Audience
    flows: bool = False
    """Whether the texts are short words that stand in one line."""


@dataclass(frozen=True, slots=True)
class VerifiedMark:
    """That staff checked an organisation, and what they looked at."""

    checked: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """What a viewer with a standing sees of somebody."""

    person: PersonRow
    standing: Standing
    answers: tuple[VisibleAnswer, ...]
    verified: VerifiedMark | None


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An answer as its owner gave it: the clean value, opened, and its audience."""

    value: Any
    audience: Audience


def profile_of(r: Reading, viewer: Viewer, person_id: int, language: str = "en") -> Profile:
    """Return somebody with the answers that a viewer may see, in a language.

    Raises NotFound when the viewer may not know of the person.
    """
    person = person_of(r, viewer, person_id)
    return _profile(r, person, standings_of(r, viewer, [person_id])[person_id], language)


def profile_as(
    r: Reading, standing: Standing, person_id: int, language: str = "en"
) -> Profile | None:
    """Return what somebody with a standing would see; None when the person is not found at all.

    The same decisions as in `profile_of`, for nobody in particular: for "View as", and for other
    servers.
    """
    person = person_by_id(r, viewer_with(standing, person_id), person_id)
    return None if person is None else _profile(r, person, standing, language)


def cards_of(
    r: Reading, viewer: Viewer, ids: Collection[int], language: str = "en"
) -> dict[int, tuple[VisibleAnswer, ...]]:
    """Return the few answers that a list shows of each of these people, as the viewer may see.

    People whom the viewer may not see are left out.
    """
    people = people_by_ids(r, viewer, ids)
    standings = standings_of(r, viewer, people)
    rows = r.session.scalars(
        select(ProfileAnswer).where(
            ProfileAnswer.person_id.in_(people), ProfileAnswer.field.in_(ON_LISTS)
        )
    ).all()
    return {
        person_id: _visible(
            r,
            person,
            standings[person_id],
            [row for row in rows if row.person_id == person_id],
            language,
        )
        for person_id, person in people.items()
    }


def card_answers(r: Reading, person_id: int, language: str = "en") -> tuple[VisibleAnswer, ...]:
    """Return what the proposed other side of a match reads before both have agreed.

    The fields marked `on_card` that the person does not keep private; the region no finer than a
    province (NUTS 2), and no free words in which a name, an address or a number may stand. Who may
    ask for it is decided by the room of matching.
    """
    person = person_of(r, HOUSE, person_id)
    rows = {row.field: row for row in _rows(r, person_id)}
    names = {person.username, person.display_name}
    if "name" in rows:
        names.add(str(_opened(r, rows["name"])))
    told = []
    for field in FIELDS:
        row = rows.get(field.name)
        if row is None or not field.on_card or not field.is_for(person.kind):
            continue
        value = _opened(r, row)
        is_free = isinstance(field.shape, Line | Text | Words)
        if Audience(row.audience) is Audience.PRIVATE or (is_free and _tells_who(value, names)):
            continue
        if isinstance(field.shape, Terms) and field.shape.scheme == "nuts":
            value = sorted({code[:_NUTS_2] for code in value})
        texts = in_words(r, field, value, language)
        flows = isinstance(field.shape, Many | Terms)
        told.append(
            VisibleAnswer(
                field.name, field.title, field.sign, texts, None, Audience(row.audience), flows
            )
        )
    return tuple(told)


def _tells_who(value: Any, names: Collection[str]) -> bool:  # noqa: ANN401 - JSON
    """Tell whether free words hold a name, an address, a link or a telephone number."""
    said = str(value)
    words = set(_WORD.findall(said.casefold()))
    named = {one for name in names for one in _WORD.findall(name.casefold())}
    return bool(words & named) or _REACHES.search(said) is not None


def verified_among(r: Reading, ids: Collection[int]) -> frozenset[int]:
    """Return which of these organisations staff have checked."""
    found = select(Verification.person_id).where(Verification.person_id.in_(ids))
    return frozenset(r.session.scalars(found))


def verified_mark(r: Reading, person_id: int) -> VerifiedMark | None:
    """Return the mark of an organisation that staff checked."""
    row = r.session.get(Verification, person_id)
    return None if row is None else VerifiedMark(tuple(row.checked), row.at)


def own_answers(r: Reading, person_id: int) -> dict[str, OwnAnswer]:
    """Return every answer of somebody as they gave it: for their own form and their own copy."""
    return {
        row.field: OwnAnswer(_opened(r, row), Audience(row.audience))
        for row in _rows(r, person_id)
        if row.field in BY_NAME
    }


def kind_of(r: Reading, person_id: int) -> PersonKind | None:
    """Return the kind of somebody here. Raises NotFound."""
    return person_of(r, Viewer.member(person_id), person_id).kind


def _profile(r: Reading, person: PersonRow, standing: Standing, language: str) -> Profile:
    answers = _visible(r, person, standing, _rows(r, person.id), language)
    return Profile(person, standing, answers, verified_mark(r, person.id))


def _visible(
    r: Reading,
    person: PersonRow,
    standing: Standing,
    rows: Sequence[ProfileAnswer],
    language: str,
) -> tuple[VisibleAnswer, ...]:
    """Return those of the rows that may be seen, opened and in words, in the order of the form."""
    seen = [
        (BY_NAME[row.field], row)
        for row in rows
        if row.field in BY_NAME
        and BY_NAME[row.field].is_for(person.kind)
        and may_see_answer(standing, Audience(row.audience), person.reach)
    ]
    seen.sort(key=lambda one: _ORDER[one[0].name])
    return tuple(_answer(r, field, row, language) for field, row in seen)


def _answer(r: Reading, field: Field, row: ProfileAnswer, language: str) -> VisibleAnswer:
    value = _opened(r, row)
    return VisibleAnswer(
        field=field.name,
        label=field.title,
        sign=field.sign,
        texts=in_words(r, field, value, language),
        link=link_of(field, value),
        audience=Audience(row.audience),
        flows=isinstance(field.shape, Many | Terms),
    )


def _rows(r: Reading, person_id: int) -> Sequence[ProfileAnswer]:
    return r.session.scalars(
        select(ProfileAnswer)
        .where(ProfileAnswer.person_id == person_id)
        .execution_options(populate_existing=True)
    ).all()


def _opened(r: Reading, row: ProfileAnswer) -> Any:  # noqa: ANN401 - JSON
    if row.sealed is None:
        return row.value
    return orjson.loads(open_for(r, row.person_id, row.sealed, sealed_as(row.field)))


def sealed_as(field: str) -> str:
    """Return what an answer is sealed as."""
    return f"answer {field}"
