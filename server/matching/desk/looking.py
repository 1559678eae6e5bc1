"""Looks of coordinators at cards: what they see before anything is proposed, and the trace of it.

A card holds the answers that the other side would see before consent, and the handle in place of a
name. Every look is written down with its purpose, and the person reads it in their settings.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from server.activity_log.model import LogEntry
from server.activity_log.service import record
from server.people.cards import PersonRow
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.platform.work import Reading, Work
from server.profiles.fields import FIELDS
from server.profiles.queries import VisibleAnswer, card_answers
from server.profiles.service import IN_CHARGE

PURPOSE: Final = "matching"
ON_LISTS: Final = ("goals",)
"""What the waiting list says of everybody on it."""
ON_CARDS: Final = tuple(one.name for one in FIELDS if one.on_card)
_AGAIN: Final = timedelta(days=1)
"""A list that is opened again within this time leaves one trace."""


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Somebody of the staff who looks: their login and their roles."""

    login_id: int
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Card:
    """What is seen of somebody before anything is proposed; no name, no way to reach them."""

    person_id: int
    handle: str
    answers: tuple[VisibleAnswer, ...]


def look_at_card(w: Work, by: Onlooker, person_id: int, language: str) -> Card:
    """Return the card of somebody here and write the look down. Raises NotFound."""
    person = person_of(w, HOUSE, person_id)
    answers = card_answers(w, person_id, language)
    _write_down(w, by, person_id, (one.field for one in answers))
    return Card(person_id, handle_of(person), answers)


def handle_of(person: PersonRow) -> str:
    """Return what somebody is called at the desk: a handle, which is no name."""
    return f"@{person.acct}"


def note_looks(w: Work, by: Onlooker, ids: Collection[int], fields: Iterable[str]) -> None:
    """Write down that a list showed these fields of these people, once a day for each."""
    names = tuple(fields)
    for person_id in unseen(w, by, ids):
        _write_down(w, by, person_id, names)


def unseen(r: Reading, by: Onlooker, ids: Collection[int]) -> list[int]:
    """Return those of these people at whom somebody of the staff has not looked within a day."""
    seen = set(
        r.session.scalars(
            select(LogEntry.subject_id).where(
                LogEntry.login_id == by.login_id,
                LogEntry.verb == "look_at_profile",
                LogEntry.subject_type == "person",
                LogEntry.subject_id.in_([str(one) for one in ids]),
                LogEntry.created_at > r.now - _AGAIN,
            )
        )
    )
    return [one for one in dict.fromkeys(ids) if str(one) not in seen]


def _write_down(w: Work, by: Onlooker, person_id: int, fields: Iterable[str]) -> None:
    record(
        w,
        login_id=by.login_id,
        verb="look_at_profile",
        subject_type="person",
        subject_id=person_id,
        about={
            "purpose": PURPOSE,
            "role": min(by.roles & IN_CHARGE, default=""),
            "fields": ",".join(fields),
        },
    )
