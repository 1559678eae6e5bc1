"""How fairly a programme matches: by language, region, education, and gender where it was given.

Sums only, never a person. A group of fewer than five is hidden, and so is every count from one to
four; when only one group of a question would be hidden, the next smallest is hidden with it, so
that it cannot be worked out from the whole.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low
from typing import Final

from sqlalchemy import select

from server.matching.model import Match
from server.matching.rules import CONSENTED, ENDED
from server.matching.suggesting.answers import sealed_answers
from server.matching.suggesting.facts import Answers, facts_of
from server.matching.suggesting.signals import LEVEL_NUMBERS
from server.platform.work import Reading
from server.programmes.model import Participation, Role
from server.programmes.queries import programme

LEAST: Final = 5
DIMENSIONS: Final = ("language", "nuts3", "education", "gender")
EARLY: Final = frozenset({"no_contact", "mismatch", "withdrew_T", "withdrew_M"})
"""Outcomes of a match that ended before it could do what it was for."""
_NUTS3: Final = 5
_FIELDS: Final = {
    Role.TALENT: frozenset({"languages", "region", "education"}),
    Role.MENTOR: frozenset({"own_gender"}),
}


@dataclass(frozen=True, slots=True)
class Group:
    """The numbers of one group; None is hidden because too few people are behind it."""

    dimension: str
    """One of DIMENSIONS, or `all`."""
    code: str
    """Of the vocabulary `language`, `nuts`, `isced_level`; `woman`, `man` or `other`."""
    people: int | None
    matched: int | None
    match_rate: int | None
    """Per cent."""
    median_wait: int | None
    """Days until the first match, or until today for those who wait."""
    closed: int | None
    early: int | None
    early_rate: int | None


@dataclass(frozen=True, slots=True)
class Fairness:
    """How a programme matches all its talents, and each group of them (gender: of mentors)."""

    overall: Group
    groups: tuple[Group, ...]


@dataclass(slots=True)
class _Case:
    wait: int
    is_matched: bool = False
    closed: int = 0
    early: int = 0


def fairness(r: Reading, programme_id: int) -> Fairness:
    """Return how fairly a programme matches. Raises NotFound."""
    programme(r, programme_id)
    groups: list[Group] = []
    talents = _cases(r, programme_id, Role.TALENT)
    for role, cases in (
        (Role.TALENT, talents),
        (Role.MENTOR, _cases(r, programme_id, Role.MENTOR)),
    ):
        parted = _parted(r, programme_id, role, cases)
        for dimension in DIMENSIONS:
            groups += _groups(dimension, parted.get(dimension, {}))
    overall = _group("all", "all", talents.values(), is_hidden=len(talents) < LEAST)
    return Fairness(overall, tuple(groups))


def hidden_among(sizes: Mapping[str, int]) -> frozenset[str]:
    """Return which groups are hidden: the small ones, and one more when that is only one."""
    small = {code for code, size in sizes.items() if size < LEAST}
    rest = [code for code in sizes if code not in small]
    if len(small) == 1 and rest:
        small.add(min(rest, key=lambda code: (sizes[code], code)))
    return frozenset(small)


def _cases(r: Reading, programme_id: int, role: Role) -> dict[int, _Case]:
    """Return how it went for each person who was accepted as this."""
    cases: dict[int, _Case] = {}
    parts = r.session.execute(
        select(Participation.person_id, Participation.applied_at, Participation.ended_at).where(
            Participation.programme_id == programme_id,
            Participation.role == role,
            Participation.accepted_at.is_not(None),
        )
    )
    since: dict[int, datetime] = {}
    for person_id, applied_at, ended_at in parts:
        since[person_id] = min(applied_at, since.get(person_id, applied_at))
        cases[person_id] = _Case(_days(since[person_id], ended_at or r.now))
    side = Match.talent_id if role is Role.TALENT else Match.other_id
    matches = r.session.execute(
        select(side, Match.state, Match.outcome, Match.started_at, Match.created_at)
        .where(Match.programme_id == programme_id, side.is_not(None))
        .where(Match.state.in_(CONSENTED | ENDED))
        .order_by(Match.created_at, Match.id)
    )
    for whose, state, outcome, started_at, created_at in matches:
        if whose in cases:
            _count(cases[whose], since[whose], state, outcome, started_at or created_at)
    return cases


def _count(case: _Case, since: datetime, state: str, outcome: str | None, began: datetime) -> None:
    if not case.is_matched:
        case.is_matched, case.wait = True, _days(since, began)
    if state in ENDED:
        case.closed += 1
        case.early += int(outcome in EARLY)


def _parted(
    r: Reading, programme_id: int, role: Role, cases: Mapping[int, _Case]
) -> dict[str, dict[str, list[_Case]]]:
    """Return the cases by dimension and group; who gave no answer is in none."""
    people = select(Participation.person_id).where(
        Participation.programme_id == programme_id, Participation.role == role
    )
    found: dict[str, dict[str, list[_Case]]] = defaultdict(lambda: defaultdict(list))
    for person_id, answers in sealed_answers(r, _FIELDS[role], people).opened().items():
        if person_id in cases:
            for dimension, code in _groups_of(answers):
                found[dimension][code].append(cases[person_id])
    return found


def _groups_of(answers: Answers) -> set[tuple[str, str]]:
    facts = facts_of(answers)
    best = max((level for _, level in facts["languages"]), default=0)
    least = min(best, LEVEL_NUMBERS["native"])
    found = {("language", tag) for tag, level in facts["languages"] if level >= least}
    found |= {("nuts3", code) for code in facts["regions"] if len(code) == _NUTS3}
    found |= {("education", code) for code in answers.get("education") or ()}
    if answers.get("own_gender"):
        found.add(("gender", answers["own_gender"]))
    return found


def _groups(dimension: str, parted: Mapping[str, Collection[_Case]]) -> list[Group]:
    hidden = hidden_among({code: len(cases) for code, cases in parted.items()})
    return [
        _group(dimension, code, parted[code], is_hidden=code in hidden) for code in sorted(parted)
    ]


def _group(dimension: str, code: str, cases: Iterable[_Case], *, is_hidden: bool) -> Group:
    every = list(cases)
    if is_hidden:
        return Group(dimension, code, *(None,) * 7)
    matched = _shown(sum(case.is_matched for case in every))
    closed = _shown(sum(case.closed for case in every))
    early = _shown(sum(case.early for case in every))
    return Group(
        dimension,
        code,
        people=len(every),
        matched=matched,
        match_rate=_per_cent(matched, len(every)),
        median_wait=median_low(case.wait for case in every),
        closed=closed,
        early=early,
        early_rate=_per_cent(early, closed),
    )


def _shown(count: int) -> int | None:
    return None if 0 < count < LEAST else count


def _per_cent(part: int | None, whole: int | None) -> int | None:
    return None if part is None or not whole else (200 * part + whole) // (2 * whole)


def _days(since: datetime, until: datetime) -> int:
    return max((until - since).days, 0)
