"""Reading what is counted: a few set-based reads, whatever the number of people.

Rows that are there give facts; rows that had to go (an erasure, the end of a period of keeping)
left theirs in `Counted`. Days are those of the instance's own time zone.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, fields, replace
from datetime import date, datetime, tzinfo
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func, select

from server.matching.model import Match, MatchEvent, MatchState, Side
from server.meetings.model import Meeting, MeetingState
from server.platform.work import Reading
from server.programmes.model import Participation, Programme, ProgrammeKind
from server.reports.model import Counted
from server.reports.rules import MatchFacts, PartFacts, Period

PART, MATCH, ANSWER = "participation", "match", "answer"
Facts = TypeVar("Facts", PartFacts, MatchFacts)
_REFUSED = {MatchState.DECLINED, MatchState.EXPIRED, MatchState.WITHDRAWN}


def part_facts(r: Reading, ids: Collection[int], zone: tzinfo) -> list[PartFacts]:
    """Return the facts of every participation of some programmes."""
    live = parts_where(r, zone, [Participation.programme_id.in_(ids)])
    return _with_kept(live, kept_facts(r, ids, PART, PartFacts))


def match_facts(r: Reading, ids: Collection[int], zone: tzinfo) -> list[MatchFacts]:
    """Return the facts of every match of some programmes."""
    live = matches_where(r, zone, [Match.programme_id.in_(ids)])
    kept = {one.id: one for one in kept_facts(r, ids, MATCH, MatchFacts)}
    whole = [
        # A match that lost its people by age still belongs to the same funnel.
        replace(
            one, part_id=kept[one.id].part_id, meetings=max(one.meetings, kept[one.id].meetings)
        )
        if one.part_id is None and one.id in kept
        else one
        for one in live
    ]
    return _with_kept(whole, kept.values())


def _with_kept(live: list[Facts], kept: Iterable[Facts]) -> list[Facts]:
    known: set[int] = {one.id for one in live}
    gone = [one for one in kept if one.id not in known]
    return live + gone


def parts_where(r: Reading, zone: tzinfo, where: list[ColumnElement[bool]]) -> list[PartFacts]:
    """Return the facts of the participations that are there and meet some conditions."""
    rows = r.session.execute(
        select(
            Participation.id,
            Participation.programme_id,
            Programme.kind,
            Participation.role,
            Participation.state,
            Participation.applied_at,
            Participation.accepted_at,
            Participation.ended_at,
            Participation.outcome,
        )
        .join(Programme, Programme.id == Participation.programme_id)
        .where(*where)
        .order_by(Participation.id)
    )
    return [
        PartFacts(
            id=one.id,
            programme_id=one.programme_id,
            is_coaching=one.kind == ProgrammeKind.COACHING,
            role=str(one.role),
            state=str(one.state),
            applied=_day(one.applied_at, zone),
            accepted=_day_or_none(one.accepted_at, zone),
            ended=_day_or_none(one.ended_at, zone),
            outcome=one.outcome,
        )
        for one in rows
    ]


def matches_where(r: Reading, zone: tzinfo, where: list[ColumnElement[bool]]) -> list[MatchFacts]:
    """Return the facts of the matches that are there and meet some conditions."""
    rows = r.session.execute(
        select(
            Match.id,
            Match.programme_id,
            Programme.kind,
            Match.talent_part_id,
            Match.state,
            Match.state_at,
            Match.closed_at,
            Match.outcome,
        )
        .join(Programme, Programme.id == Match.programme_id)
        .where(*where)
        .order_by(Match.id)
    ).all()
    if not rows:
        return []
    firsts, refusers = _changes(r, where)
    met = _meetings_by_match(r, where)
    return [
        _match(one, firsts.get(one.id, {}), refusers.get(one.id), met.get(one.id, 0), zone)
        for one in rows
    ]


def _changes(
    r: Reading, where: list[ColumnElement[bool]]
) -> tuple[dict[int, dict[str, datetime]], dict[int, str]]:
    """Return when each match first came into each state, and by which side it came to nothing."""
    rows = r.session.execute(
        select(MatchEvent.match_id, MatchEvent.state, MatchEvent.by, func.min(MatchEvent.at))
        .join(Match, Match.id == MatchEvent.match_id)
        .where(*where)
        .group_by(MatchEvent.match_id, MatchEvent.state, MatchEvent.by)
    )
    firsts: dict[int, dict[str, datetime]] = {}
    refusers: dict[int, str] = {}
    for match_id, state, by, at in rows:
        known = firsts.setdefault(match_id, {})
        known[str(state)] = min(at, known.get(str(state), at))
        if state in _REFUSED:
            refusers[match_id] = _refusal(str(state), str(by))
    return firsts, refusers


def _refusal(state: str, by: str) -> str:
    if state == MatchState.DECLINED:
        return "talent" if by == Side.TALENT else "other"
    return state


def _meetings_by_match(r: Reading, where: list[ColumnElement[bool]]) -> dict[int, int]:
    rows = r.session.execute(
        select(Meeting.match_id, func.count())
        .join(Match, Match.id == Meeting.match_id)
        .where(Meeting.state == MeetingState.DONE, *where)
        .group_by(Meeting.match_id)
    )
    return {match_id: count for match_id, count in rows if match_id is not None}


def _match(
    row: Any,  # noqa: ANN401 - the columns selected above
    firsts: Mapping[str, datetime],
    refuser: str | None,
    met: int,
    zone: tzinfo,
) -> MatchFacts:
    def first(state: MatchState) -> date | None:
        return _day_or_none(firsts.get(state), zone)

    came_to_nothing = row.state in _REFUSED and first(MatchState.BOTH_CONSENTED) is None
    return MatchFacts(
        id=row.id,
        programme_id=row.programme_id,
        is_coaching=row.kind == ProgrammeKind.COACHING,
        part_id=row.talent_part_id,
        proposed=first(MatchState.PROPOSED),
        both=first(MatchState.BOTH_CONSENTED),
        met=first(MatchState.FIRST_MEETING),
        meetings=met,
        closed=_day_or_none(row.closed_at, zone),
        outcome=row.outcome,
        refusal=refuser if came_to_nothing and firsts.get(MatchState.PROPOSED) else None,
        refused=_day(row.state_at, zone) if came_to_nothing else None,
    )


def meetings_by_mode(
    r: Reading, ids: Collection[int], period: Period, zone: tzinfo
) -> Mapping[str, int]:
    """Count the meetings that took place within a period, of pairs and with staff, by mode."""
    first = datetime.combine(period.since, datetime.min.time(), zone)
    last = datetime.combine(period.until, datetime.max.time(), zone)
    rows = r.session.execute(
        select(Meeting.mode, func.count())
        .where(
            Meeting.state == MeetingState.DONE,
            Meeting.starts_at.between(first, last),
            Meeting.programme_id.in_(ids),
        )
        .group_by(Meeting.mode)
    )
    return {str(mode): count for mode, count in rows}


def kept_facts(r: Reading, ids: Collection[int], kind: str, made: type[Facts]) -> list[Facts]:
    """Return what was kept of rows that are gone or will be."""
    rows = r.session.scalars(
        select(Counted.facts)
        .where(Counted.kind == kind, Counted.programme_id.in_(ids))
        .order_by(Counted.source_id)
    )
    return [facts_of(one, made) for one in rows]


def as_kept(facts: PartFacts | MatchFacts) -> dict[str, Any]:
    """Return facts as JSON keeps them: days as ISO 8601."""
    told = asdict(facts)
    return {name: v.isoformat() if isinstance(v, date) else v for name, v in told.items()}


def facts_of(told: Mapping[str, Any], made: type[Facts]) -> Facts:
    """Return kept facts as they were."""
    days = {one.name for one in fields(made) if "date" in str(one.type)}
    read: dict[str, Any] = {
        name: date.fromisoformat(value) if name in days and value is not None else value
        for name, value in told.items()
    }
    return made(**read)


def _day(at: datetime, zone: tzinfo) -> date:
    return at.astimezone(zone).date()


def _day_or_none(at: datetime | None, zone: tzinfo) -> date | None:
    return None if at is None else _day(at, zone)
