"""The case of a person: what it holds, opened for a reason, each time written down.

Notes are read by the coach in charge and the coordinators of the programme (`sight`). The person
sees that notes exist, everything else about them, and who opened the case, when and why.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from server.activity_log.queries import about_person
from server.activity_log.service import record
from server.coaching.colleagues import Colleague, called, colleagues
from server.coaching.model import CaseNote, CheckIn, Obstacle, Reference, Story, Useful
from server.coaching.rules import READING
from server.coaching.sealed import CHECK_IN, NOTE, opened_text
from server.coaching.sight import Sight, in_sight, part_ids_in_sight, sight_of
from server.people.cards import PersonRow
from server.people.queries import people_by_ids, person_of
from server.people.rules import HOUSE
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import Message, say
from server.platform.work import Reading, Work
from server.profiles.looking import ROLE_WORDS
from server.profiles.service import PURPOSES
from server.programmes.queries import ParticipationRow, ProgrammeRow, participation, programme

READ: Final = "read_case"
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note, opened, with what its writer is called."""

    id: int
    text: str
    by: str
    hands_over: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class CheckInRow:
    """An answered check-in, opened."""

    week: int
    at: datetime
    met: bool
    useful: Useful
    wants_help: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything that is kept of one participation, for whoever may see it."""

    person: PersonRow
    part: ParticipationRow
    programme: ProgrammeRow
    role: str
    others: tuple[Sight, ...]
    """Other participations of the person that the reader may open."""
    coach: str
    notes: tuple[NoteRow, ...]
    references: tuple[Reference, ...]
    obstacles: frozenset[str]
    check_ins: tuple[CheckInRow, ...]
    stories: tuple[Story, ...]
    colleagues: tuple[Colleague, ...]


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list: who, in which programme, and who is in charge."""

    part: ParticipationRow
    person: PersonRow
    programme: ProgrammeRow
    coach: str


def register(
    r: Reading, login_id: int, roles: Collection[str], *, before: int | None, limit: int
) -> list[CaseLine]:
    """Return the cases that a login may open, the newest first; nothing of what is in them."""
    ids = part_ids_in_sight(r, login_id, roles, before=before, limit=limit)
    parts = [participation(r, one) for one in ids]
    people = people_by_ids(r, HOUSE, {one.person_id for one in parts})
    return [
        CaseLine(
            part,
            people[part.person_id],
            programme(r, part.programme_id),
            called(r, part.login_id),
        )
        for part in parts
        if part.person_id in people
    ]


def whose(r: Reading, login_id: int, roles: Collection[str], person_id: int) -> PersonRow:
    """Return the person of a case that a login may open, before it is. Raises NotFound."""
    in_sight(r, login_id, roles, person_id)
    return person_of(r, HOUSE, person_id)


def open_case(
    w: Work,
    login_id: int,
    roles: Collection[str],
    person_id: int,
    *,
    purpose: str,
    part_id: int | None = None,
) -> Case:
    """Open somebody's case for a reason, and write down that it was opened.

    Raises NotFound for who is not in one's care, Invalid without a reason.
    """
    sights = in_sight(w, login_id, roles, person_id)
    if purpose not in READING:
        fault = say("Choose what you look for.")
        raise Invalid(details={"purpose": [("ERR_INCLUSION", fault)]})
    chosen = next((one for one in sights if part_id in {None, one.part.id}), None)
    if chosen is None:
        raise NotFound
    record(
        w,
        login_id=login_id,
        verb=READ,
        subject_type="person",
        subject_id=person_id,
        about={"purpose": purpose, "role": chosen.role},
    )
    return _case(w, chosen, tuple(one for one in sights if one is not chosen))


def _case(r: Reading, sight: Sight, others: tuple[Sight, ...]) -> Case:
    part = sight.part
    return Case(
        person=person_of(r, HOUSE, part.person_id),
        part=part,
        programme=programme(r, part.programme_id),
        role=sight.role,
        others=others,
        coach=called(r, part.login_id),
        notes=tuple(_notes(r, part)),
        references=tuple(references_of(r, part.person_id, part.id)),
        obstacles=frozenset(obstacles_of(r, part.person_id, part.id)),
        check_ins=tuple(_check_ins(r, part)),
        stories=tuple(
            r.session.scalars(
                select(Story)
                .where(Story.person_id == part.person_id, Story.participation_id == part.id)
                .order_by(Story.id.desc())
            )
        ),
        colleagues=tuple(colleagues(r, part.programme_id)),
    )


def _notes(r: Reading, part: ParticipationRow) -> list[NoteRow]:
    rows = r.session.scalars(
        select(CaseNote)
        .where(CaseNote.participation_id == part.id)
        .order_by(CaseNote.id.desc())
        .limit(_MOST)
    ).all()
    names = {login_id: called(r, login_id) for login_id in {one.login_id for one in rows}}
    return [
        NoteRow(
            one.id,
            opened_text(r, one.person_id, one.text_sealed, NOTE),
            names[one.login_id],
            one.hands_over,
            one.created_at,
        )
        for one in rows
    ]


def _check_ins(r: Reading, part: ParticipationRow) -> list[CheckInRow]:
    rows = r.session.scalars(
        select(CheckIn)
        .where(
            CheckIn.person_id == part.person_id,
            CheckIn.programme_id == part.programme_id,
            CheckIn.answered_at.is_not(None),
        )
        .order_by(CheckIn.id.desc())
        .limit(_MOST)
    )
    return [
        CheckInRow(
            one.week,
            one.answered_at or one.asked_at,
            bool(one.met),
            Useful(one.useful or Useful.NO),
            bool(one.wants_help),
            opened_text(r, one.person_id, one.note_sealed, CHECK_IN),
        )
        for one in rows
    ]


def references_of(r: Reading, person_id: int, part_id: int | None = None) -> list[Reference]:
    """Return to which services somebody was pointed, the newest first."""
    wanted = select(Reference).where(Reference.person_id == person_id)
    if part_id is not None:
        wanted = wanted.where(Reference.participation_id == part_id)
    return list(r.session.scalars(wanted.order_by(Reference.id.desc())))


def obstacles_of(r: Reading, person_id: int, part_id: int | None = None) -> list[str]:
    """Return the codes of what stands in somebody's way."""
    wanted = select(Obstacle.code).where(Obstacle.person_id == person_id).distinct()
    if part_id is not None:
        wanted = wanted.where(Obstacle.participation_id == part_id)
    return sorted(r.session.scalars(wanted))


@dataclass(frozen=True, slots=True)
class Opening:
    """That somebody of the staff opened the case: when, in which role and what for."""

    at: datetime
    role: str
    purpose: str

    @property
    def who(self) -> Message:
        """The role in words."""
        return ROLE_WORDS.get(self.role, say("Somebody of the staff"))

    @property
    def why(self) -> Message:
        """The reason in words."""
        return PURPOSES.get(self.purpose, say("No reason was written down"))


def openings_of(r: Reading, person_id: int) -> list[Opening]:
    """Return each time somebody's case was opened, the latest first."""
    found = [
        Opening(one.created_at, str(one.about.get("role")), str(one.about.get("purpose")))
        for one in about_person(r, person_id)
        if one.verb == READ
    ]
    return found[::-1]


def note_days(r: Reading, person_id: int) -> list[date]:
    """Return the days on which staff wrote about somebody: that notes exist, not their words."""
    rows = select(CaseNote.created_at).where(CaseNote.person_id == person_id)
    return [at.date() for at in r.session.scalars(rows.order_by(CaseNote.id.desc()))]


__all__ = [
    "Case", "CaseLine", "Opening", "note_days", "obstacles_of", "open_case", "openings_of",
    "references_of", "register", "sight_of", "whose",
]  # fmt: skip
