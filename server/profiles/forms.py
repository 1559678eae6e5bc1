"""The form of a profile: what was typed, what stood there before, and what can be chosen.

Whatever is wrong, everything that was typed is shown again. Codes of long vocabularies are picked
as the room of vocabularies does it, which works without a script, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from server.people.model import PersonKind
from server.platform.http.parameters import Parameters
from server.platform.i18n import Message, say
from server.platform.work import Reading
from server.profiles.fields import Field
from server.profiles.model import Audience
from server.profiles.queries import OwnAnswer
from server.profiles.rules import up_to
from server.profiles.service import Answered
from server.profiles.shapes import (
    DAYS,
    SKILLS,
    Grid,
    Hours,
    Line,
    Many,
    One,
    Terms,
    Text,
    Tongues,
    Words,
)
from server.vocabularies import queries as vocabularies
from server.vocabularies.forms import Picked, picked, shown

AUDIENCE_WORDS: Final[Mapping[Audience, Message]] = {
    Audience.PRIVATE: say("Only me and the staff who help me"),
    Audience.MATCHED: say("People I am matched with"),
    Audience.MEMBERS: say("Members of this place"),
    Audience.PARTNERS: say("Members of partner organisations, too"),
    Audience.PUBLIC: say("Everybody"),
}
_ROWS_TO_ADD: Final = 2
_LONGEST: Final = 4_000
_CONTROLS: Final[Mapping[type, str]] = {
    Line: "line",
    Text: "text",
    One: "one",
    Many: "many",
    Words: "words",
    Tongues: "tongues",
    Grid: "grid",
    Hours: "hours",
}
_ENDS: Final = ("from", "to", "from2", "to2")


@dataclass(frozen=True, slots=True)
class Choosable:
    """A code of a short list that can be chosen."""

    code: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One field on a page of the form."""

    field: Field
    control: str
    typed: Any
    audience: Audience
    audiences: tuple[tuple[str, Message], ...]
    terms: tuple[Choosable, ...] = ()
    pick: Picked | None = None
    faults: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What somebody sent of one page: typed values, audiences, and the state of each picker."""

    typed: Mapping[str, Any]
    audiences: Mapping[str, Audience]
    picks: Mapping[str, Picked]

    @property
    def is_asking(self) -> bool:
        """Tell whether somebody pressed a search button: nothing is to be kept yet."""
        return any(pick.asked for pick in self.picks.values())

    @property
    def faults(self) -> dict[str, list[Message]]:
        """What is wrong with the pickers."""
        return {name: list(pick.faults) for name, pick in self.picks.items() if pick.faults}

    def answers(self) -> dict[str, Answered]:
        """Return what is to be kept."""
        return {
            name: Answered(value, self.audiences.get(name)) for name, value in self.typed.items()
        }


def read_sheet(
    r: Reading,
    sent: Parameters,
    fields: Sequence[Field],
    kept: Mapping[str, OwnAnswer],
    language: str,
) -> Sheet:
    """Return what was sent for these fields. Raises Invalid for what no form sends."""
    chosen = sent.part("audience") or Parameters({})
    audiences: dict[str, Audience] = {}
    for field in fields:
        audience = chosen.choice(field.name, list(Audience))
        if audience is not None:
            audiences[field.name] = Audience(audience)
    picks = {
        field.name: picked(
            r,
            sent,
            field.name,
            field.shape.scheme,
            [language, *r.site.languages],
            many=True,
            most=field.shape.most,
            kept=kept[field.name].value if field.name in kept else (),
        )
        for field in fields
        if isinstance(field.shape, Terms) and not field.shape.listed
    }
    typed = {
        field.name: list(picks[field.name].codes) if field.name in picks else _typed(sent, field)
        for field in fields
    }
    return Sheet(typed, audiences, picks)


def _typed(sent: Parameters, field: Field) -> Any:  # noqa: ANN401 - JSON
    name = field.name
    match field.shape:
        case Many() | Grid() | Terms():
            return sent.texts(name, most=60, max_length=200)
        case Tongues():
            return [_row(row) for row in sent.items(name, most=20)]
        case Hours():
            days = sent.part(name) or Parameters({})
            return {day: _spans(days.part(day)) for day in DAYS}
        case _:
            return sent.text(name, max_length=_LONGEST) or ""


def _row(row: Parameters) -> dict[str, Any]:
    skills = row.part("skills") or Parameters({})
    return {
        "language": row.text("language", max_length=40) or "",
        "level": row.text("level", max_length=10) or "",
        "skills": {skill: skills.text(skill, max_length=10) or "" for skill in SKILLS},
    }


def _spans(day: Parameters | None) -> list[list[str]]:
    ends = [(day.text(end, max_length=10) or "") if day else "" for end in _ENDS]
    return [ends[:2], ends[2:]]


def questions(
    r: Reading,
    kind: PersonKind,
    fields: Sequence[Field],
    kept: Mapping[str, OwnAnswer],
    language: str,
    *,
    sheet: Sheet | None = None,
    faults: Mapping[str, Sequence[Message]] | None = None,
) -> list[Question]:
    """Return the questions of a page: with what was typed, or else with what was kept."""
    return [
        _question(r, kind, field, kept.get(field.name), language, sheet, (faults or {}))
        for field in fields
    ]


def _question(
    r: Reading,
    kind: PersonKind,
    field: Field,
    kept: OwnAnswer | None,
    language: str,
    sheet: Sheet | None,
    faults: Mapping[str, Sequence[Message]],
) -> Question:
    typed = sheet.typed.get(field.name) if sheet else _as_typed(field, kept)
    audience = kept.audience if kept else field.starts[kind]
    if sheet is not None:
        audience = sheet.audiences.get(field.name, audience)
    return Question(
        field=field,
        control=_control(field),
        typed=_with_room(field, typed),
        audience=audience,
        audiences=tuple((one.value, AUDIENCE_WORDS[one]) for one in up_to(field.widest[kind])),
        terms=_terms(r, field, typed, language),
        pick=_pick(r, field, typed, language, sheet),
        faults=tuple(faults.get(field.name, ())),
    )


def _control(field: Field) -> str:
    if isinstance(field.shape, Terms):
        if not field.shape.listed:
            return "terms"
        return "one_term" if field.shape.most == 1 else "many_terms"
    return _CONTROLS[type(field.shape)]


def _as_typed(field: Field, kept: OwnAnswer | None) -> Any:  # noqa: ANN401 - JSON
    """Return a kept value in the form in which it is typed."""
    if kept is None:
        return {} if isinstance(field.shape, Hours) else ""
    if isinstance(field.shape, Words):
        return "\n".join(kept.value)
    return kept.value


def _with_room(field: Field, typed: Any) -> Any:  # noqa: ANN401 - JSON
    """Add empty rows to languages, and the two spans of each day to hours."""
    if isinstance(field.shape, Tongues):
        rows = [
            {"skills": {}, **row} for row in typed or () if row.get("language") or row.get("level")
        ]
        more = min(_ROWS_TO_ADD if rows else _ROWS_TO_ADD + 1, field.shape.most - len(rows))
        return [*rows, *({"language": "", "level": "", "skills": {}} for _ in range(more))]
    if isinstance(field.shape, Hours):
        return {day: [*(typed or {}).get(day, ()), ["", ""], ["", ""]][:2] for day in DAYS}
    return typed


def _terms(r: Reading, field: Field, typed: Any, language: str) -> tuple[Choosable, ...]:  # noqa: ANN401 - JSON
    """Return the whole of a short list, or the languages to choose from."""
    if isinstance(field.shape, Tongues):
        return _languages(r, typed, language)
    if not isinstance(field.shape, Terms) or not field.shape.listed:
        return ()
    scheme = field.shape.scheme
    found = vocabularies.terms(r, scheme, vocabularies.children(r, scheme), language)
    return tuple(Choosable(term.code, term.label, term.code in (typed or ())) for term in found)


def _pick(
    r: Reading,
    field: Field,
    typed: Any,  # noqa: ANN401 - JSON
    language: str,
    sheet: Sheet | None,
) -> Picked | None:
    if not isinstance(field.shape, Terms) or field.shape.listed:
        return None
    if sheet is not None:
        return sheet.picks[field.name]
    return shown(r, field.shape.scheme, typed or (), language)


def _languages(r: Reading, typed: Any, language: str) -> tuple[Choosable, ...]:  # noqa: ANN401 - JSON
    chosen = [row["language"] for row in typed or () if row.get("language")]
    codes = dict.fromkeys([*vocabularies.children(r, "language"), *chosen])
    known = vocabularies.terms(r, "language", codes, language)
    named = sorted(known, key=lambda term: term.label.casefold())
    return tuple(Choosable(term.code, term.label, False) for term in named)
