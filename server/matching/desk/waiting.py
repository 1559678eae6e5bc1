"""Who waits: accepted talents without a match, the longest waiting first, a page at a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, select
from sqlalchemy.orm import aliased

from server.matching.desk.looking import handle_of
from server.matching.model import Match, MatchState
from server.matching.rules import OPEN_STATES
from server.matching.suggesting.answers import given, sealed_answers
from server.people.queries import people_by_ids
from server.people.rules import HOUSE
from server.platform.i18n import Message, say
from server.platform.work import Reading
from server.privacy.model import Consent
from server.privacy.texts import MATCHING
from server.profiles.fields import BY_NAME
from server.programmes.model import Participation, ParticipationState, Role
from server.programmes.rules import INSIDE
from server.vocabularies.queries import labels

LENGTH: Final = 20
MOST_NEEDS: Final = 5
ASKED_FOR: Final = ("languages", "goals", "region", "availability", "occupations")
"""Without these little can be suggested; nobody has to give them."""
ONLY: Final[Mapping[str, Message]] = {
    "": say("All who wait"),
    "free": say("Not on the board"),
    "consent": say("No consent"),
    "paused": say("Paused"),
    "by_hand": say("By hand"),
}
_TAKEN: Final = OPEN_STATES - {MatchState.DRAFT}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody on the list: since when, what they look for, what is in the way, what is unknown."""

    person_id: int
    part_id: int
    handle: str
    days: int
    flags: tuple[Message, ...]
    needs: tuple[str, ...]
    missing: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """A page of the list, and where its neighbours are."""

    people: tuple[Waiting, ...]
    total: int
    page: int
    only: str

    @property
    def options(self) -> list[tuple[str, Message]]:
        """What the list can be narrowed to."""
        return list(ONLY.items())

    @property
    def before(self) -> int | None:
        """The number of the page before."""
        return self.page - 1 if self.page > 1 else None

    @property
    def after(self) -> int | None:
        """The number of the next page."""
        return self.page + 1 if self.page * LENGTH < self.total else None


def waiting_page(
    r: Reading, programme_id: int, language: str, only: str = "", page: int = 1
) -> WaitingPage:
    """Return a page of who waits in a programme, with what they look for in a few words."""
    which = _which(programme_id, only)
    total = r.session.scalar(select(func.count()).select_from(Participation).where(which)) or 0
    rows = r.session.execute(
        select(Participation, _agreed().label("agreed"))
        .where(which)
        .order_by(Participation.applied_at, Participation.id)
        .limit(LENGTH)
        .offset((page - 1) * LENGTH)
    ).all()
    ids = [row.Participation.person_id for row in rows]
    known = people_by_ids(r, HOUSE, ids)
    needs, told = _needs(r, ids, language), given(r, ASKED_FOR, ids)
    people = tuple(
        Waiting(
            person_id=part.person_id,
            part_id=part.id,
            handle=handle_of(known[part.person_id]),
            days=max(0, (r.now - part.applied_at).days),
            flags=_flags(part, agreed),
            needs=needs.get(part.person_id, ()),
            missing=tuple(
                BY_NAME[name].title for name in ASKED_FOR if (part.person_id, name) not in told
            ),
        )
        for part, agreed in rows
        if part.person_id in known
    )
    return WaitingPage(people, total, page, only)


def _needs(r: Reading, ids: Collection[int], language: str) -> dict[int, tuple[str, ...]]:
    """Return the goals of these people in words, five at most; nothing else is opened."""
    opened = sealed_answers(r, ["goals"], list(ids)).opened()
    goals = {one: list(told.get("goals") or ())[:MOST_NEEDS] for one, told in opened.items()}
    words = labels(r, "goal", {code for codes in goals.values() for code in codes}, language)
    return {one: tuple(words[code] for code in codes) for one, codes in goals.items()}


def waiting_counts(r: Reading, programmes: Collection[int]) -> dict[int, int]:
    """Return how many wait in each of these programmes."""
    rows = r.session.execute(
        select(Participation.programme_id, func.count())
        .where(Participation.programme_id.in_(programmes), _waits())
        .group_by(Participation.programme_id)
    )
    return {row[0]: row[1] for row in rows}


def _which(programme_id: int, only: str) -> ColumnElement[bool]:
    mine = and_(Participation.programme_id == programme_id, _waits())
    if only == "paused":
        return and_(mine, Participation.state == ParticipationState.PAUSED)
    if only == "by_hand":
        return and_(mine, Participation.by_hand)
    if only == "consent":
        return and_(mine, not_(_agreed()))
    if only == "free":
        return and_(mine, ~_matches(frozenset({MatchState.DRAFT})).exists())
    return mine


def _waits() -> ColumnElement[bool]:
    return and_(
        Participation.role == Role.TALENT,
        Participation.state.in_(INSIDE),
        ~_matches(_TAKEN).exists(),
    )


def _matches(states: frozenset[MatchState]) -> Select[int]:
    """Return the matches of a participation, by the person: for those there is an index."""
    return select(Match.id).where(
        Match.talent_id == Participation.person_id,
        Match.talent_part_id == Participation.id,
        Match.state.in_(states),
    )


def _agreed() -> ColumnElement[bool]:
    """Tell whether somebody's last word on being matched is a yes that counts."""
    given, later = aliased(Consent), aliased(Consent)
    return exists().where(
        given.person_id == Participation.person_id,
        given.purpose == MATCHING.name,
        given.given,
        given.version >= MATCHING.valid_from,
        ~exists().where(
            later.person_id == given.person_id,
            later.purpose == MATCHING.name,
            later.id > given.id,
        ),
    )


def _flags(part: Participation, agreed: bool) -> tuple[Message, ...]:  # noqa: FBT001 - a column
    found = {
        "consent": not agreed,
        "paused": part.state == ParticipationState.PAUSED,
        "by_hand": part.by_hand,
    }
    return tuple(ONLY[name] for name, holds in found.items() if holds)
