"""Reading a cohort: everybody of a programme who may be paired, in a fixed number of questions.

`gathered` asks the database, `Gathered.cohort` opens and sorts out what came, which needs no
database and may run off the event loop. Nothing but the fields of `facts.READ` is ever opened.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, Select, func, select

from server.federation.model import Actor
from server.matching.model import Match, MatchState, PairBan
from server.matching.rules import OPEN_STATES
from server.matching.suggesting.answers import NewAnswers, new_answers
from server.matching.suggesting.keeping import KeptFacts
from server.matching.suggesting.plans import Cohort
from server.matching.suggesting.signals import Floors, Other, OtherKind, Talent
from server.people.model import Block, Person, PersonKind
from server.platform.errors import NotFound
from server.platform.work import Reading
from server.privacy.model import Consent
from server.privacy.texts import MATCHING
from server.profiles.model import Verification
from server.programmes.model import Participation, ParticipationState, Role
from server.programmes.queries import ProgrammeRow, programme, weights_of
from server.programmes.rules import FLOORS, INSIDE, MATCHED_IN, SIGNALS, THRESHOLD

_ASKED: Final = OPEN_STATES - {MatchState.DRAFT}
"""Matches that somebody knows of and that are not over."""
_MENTORS: Final = frozenset({OtherKind.MENTOR})
_HOSTS: Final = frozenset({OtherKind.EMPLOYER, OtherKind.ORGANISATION})


@dataclass(frozen=True, slots=True)
class _Ties:
    """Who must not be paired, who is already, and how many each other has."""

    banned: Mapping[int, set[int]]
    paired: Mapping[int, set[int]]
    matched: frozenset[int]
    """Participations of talents with a match of this kind."""
    load: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What the database says about a cohort, answers still sealed."""

    programme: ProgrammeRow
    role: Role
    parts: Sequence[Row[Any]]
    agreed: frozenset[int]
    verified: frozenset[int]
    answers: NewAnswers
    ties: _Ties
    weights: Mapping[str, int]
    weights_version: int
    floors: Mapping[str, Any]
    threshold: int
    now: datetime

    def cohort(self) -> Cohort:
        """Open what is new and sort everybody; the former cohort itself when nothing changed."""
        kept = self.answers.facts({row.person_id: PersonKind(row.kind) for row in self.parts})
        source = self._source()
        return self.answers.unchanged(kept, source) or self._made(kept, source)

    def _source(self) -> object:
        """Return everything but the answers that a cohort is made of, to be compared."""
        return (
            self.programme, self.role, self.parts, self.agreed, self.verified, self.ties,
            self.weights, self.weights_version, self.floors, self.threshold, self.now,
        )  # fmt: skip

    def _made(self, kept: Mapping[int, KeptFacts], source: object) -> Cohort:
        talents, others = [], []
        for row in self.parts:
            facts = kept[row.person_id].facts
            if row.role == Role.TALENT:
                talents.append(self._talent(row, facts))
            else:
                others.append(self._other(row, facts))
        made = Cohort(
            programme_id=self.programme.id,
            role=self.role,
            talents=tuple(talents),
            others=tuple(others),
            weights=self.weights,
            weights_version=self.weights_version,
            floors=Floors.of(self.floors),
            threshold=self.threshold,
            now=self.now,
        )
        return self.answers.keep(kept, source, made)

    def _common(self, row: Row[Any]) -> dict[str, Any]:
        is_person = row.kind in MATCHING.kinds
        return {
            "part_id": row.id,
            "person_id": row.person_id,
            # Organisations take part by their own act; only people are asked for consent.
            "has_consented": row.person_id in self.agreed or not is_person,
            "is_paused": row.state == ParticipationState.PAUSED or row.suspended_at is not None,
            "by_hand": row.by_hand,
        }

    def _talent(self, row: Row[Any], facts: Mapping[str, Any]) -> Talent:
        return Talent(
            **self._common(row),
            **facts,
            waiting_since=row.applied_at,
            has_match=row.id in self.ties.matched,
            banned=frozenset(self.ties.banned.get(row.person_id, ())),
            paired=frozenset(self.ties.paired.get(row.person_id, ())),
        )

    def _other(self, row: Row[Any], facts: Mapping[str, Any]) -> Other:
        kind = OtherKind(row.kind)
        return Other(
            **self._common(row),
            **facts,
            kind=kind,
            capacity=row.capacity,
            load=self.ties.load.get(row.id, 0),
            is_available=self._has_time(row.available_until),
            is_verified=kind is OtherKind.MENTOR or row.person_id in self.verified,
        )

    def _has_time(self, until: date | None) -> bool:
        today = self.now.date()
        begins = max(today, self.programme.starts_on or today)
        return self.programme.state in MATCHED_IN and (until is None or until >= begins)


def cohort_of(r: Reading, programme_id: int, role: Role = Role.MENTOR) -> Cohort:
    """Return who may be paired in a programme: talents with mentors, or with hosts.

    Raises NotFound for no programme.
    """
    return gathered(r, programme_id, role).cohort()


def gathered(r: Reading, programme_id: int, role: Role = Role.MENTOR) -> Gathered:
    """Ask for everything about a cohort. Raises NotFound for no programme."""
    found = programme(r, programme_id)
    people = (
        select(Participation.person_id)
        .where(Participation.programme_id == programme_id)
        .where(Participation.role.in_((Role.TALENT, role)), Participation.state.in_(INSIDE))
    )
    weights, version, floors, threshold = _rules(r, programme_id)
    return Gathered(
        programme=found,
        role=role,
        parts=_parts(r, programme_id, role),
        agreed=_agreed(r, people),
        verified=frozenset(
            r.session.scalars(
                select(Verification.person_id).where(Verification.person_id.in_(people))
            )
        ),
        answers=new_answers(r, (programme_id, role), people),
        ties=_ties(r, programme_id, role, people),
        weights=weights,
        weights_version=version,
        floors=floors,
        threshold=threshold,
        # Whole hours, so that what was worked out holds for a while.
        now=r.now.replace(minute=0, second=0, microsecond=0),
    )


def _parts(r: Reading, programme_id: int, role: Role) -> Sequence[Row[Any]]:
    found: Sequence[Row[Any]] = r.session.execute(
        select(
            Participation.id,
            Participation.person_id,
            Participation.role,
            Participation.state,
            Participation.applied_at,
            Participation.capacity,
            Participation.available_until,
            Participation.by_hand,
            Person.kind,
            Actor.suspended_at,
        )
        .join(Person, Person.id == Participation.person_id)
        .join(Actor, Actor.id == Person.id)
        .where(Participation.programme_id == programme_id)
        .where(Participation.role.in_((Role.TALENT, role)), Participation.state.in_(INSIDE))
        .where(Person.kind.is_not(None))
    ).all()  # type: ignore[assignment] # its columns stand above
    return found


def _rules(r: Reading, programme_id: int) -> tuple[Mapping[str, int], int, Mapping[str, Any], int]:
    """Return what the programme has published last, or what is usual as version 0."""
    try:
        published = weights_of(r, programme_id)
    except NotFound:
        return SIGNALS, 0, FLOORS, THRESHOLD
    return published.weights, published.version, published.floors, published.threshold


def _agreed(r: Reading, people: Select[int]) -> frozenset[int]:
    """Return who has agreed to be matched: their last word, to a text that still counts."""
    last = (
        select(func.max(Consent.id))
        .where(Consent.purpose == MATCHING.name, Consent.person_id.in_(people))
        .group_by(Consent.person_id)
    )
    return frozenset(
        r.session.scalars(
            select(Consent.person_id).where(
                Consent.id.in_(last),
                Consent.given.is_(True),
                func.coalesce(Consent.version, 0) >= MATCHING.valid_from,
            )
        )
    )


def _ties(r: Reading, programme_id: int, role: Role, people: Select[int]) -> _Ties:
    kinds = _MENTORS if role is Role.MENTOR else _HOSTS
    paired: dict[int, set[int]] = defaultdict(set)
    matched, load = set(), Counter[int]()
    rows = r.session.execute(
        select(
            Match.talent_id, Match.other_id, Match.talent_part_id, Match.other_part_id,
            Match.other_kind, Match.state, Match.programme_id,
        ).where(
            Match.state.in_([*_ASKED, MatchState.DECLINED]),
            Match.talent_id.in_(people) | Match.other_id.in_(people),
        )
    )  # fmt: skip
    for row in rows:
        paired[row.talent_id].add(row.other_id)
        if row.state in _ASKED:
            load[row.other_part_id] += 1
            if row.programme_id == programme_id and row.other_kind in kinds:
                matched.add(row.talent_part_id)
    return _Ties(_banned(r, people), paired, frozenset(matched), load)


def _banned(r: Reading, people: Select[int]) -> dict[int, set[int]]:
    """Return with whom somebody must not be paired: by staff, and by a block of either."""
    found: dict[int, set[int]] = defaultdict(set)
    bans = select(PairBan.talent_id, PairBan.other_id).where(PairBan.talent_id.in_(people))
    for talent_id, other_id in r.session.execute(bans):
        found[talent_id].add(other_id)
    blocks = select(Block.blocker_id, Block.blocked_id).where(
        Block.blocker_id.in_(people), Block.blocked_id.in_(people)
    )
    for one, other in r.session.execute(blocks):
        found[one].add(other)
        found[other].add(one)
    return found
