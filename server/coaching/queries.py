"""What reports count of coaching: check-ins, surveys, the register. No names, no words.

`since` is included, `until` is not. Small numbers are hidden by whoever shows them, not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, or_, select

from server.coaching.model import CheckIn, Moment, Obstacle, Survey, Useful
from server.coaching.rules import QUESTIONS
from server.coaching.sealed import SURVEY, opened_json
from server.platform.work import Reading
from server.programmes.model import Participation, ParticipationState, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInCounts:
    """How many check-ins were asked in a period, and what was answered."""

    asked: int
    answered: int
    met: int
    useful: int
    a_little: int
    wants_help: int


def check_ins_counted(
    r: Reading, programme_id: int | None, since: datetime, until: datetime
) -> CheckInCounts:
    """Count the check-ins that were asked in a period, of one programme or of all."""
    wanted: Select[Any] = select(
        func.count(),
        func.count(CheckIn.answered_at),
        _sum(CheckIn.met.is_(True)),
        _sum(CheckIn.useful == Useful.YES),
        _sum(CheckIn.useful == Useful.A_LITTLE),
        _sum(CheckIn.wants_help.is_(True)),
    ).where(CheckIn.asked_at >= since, CheckIn.asked_at < until)
    if programme_id is not None:
        wanted = wanted.where(CheckIn.programme_id == programme_id)
    asked, answered, met, useful, a_little, helps = r.session.execute(wanted).one()
    return CheckInCounts(
        asked=asked,
        answered=answered,
        met=met or 0,
        useful=useful or 0,
        a_little=a_little or 0,
        wants_help=helps or 0,
    )


def _sum(condition: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's expressions
    return func.sum(case((condition, 1), else_=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveySums:
    """The surveys of one moment, together: how many answered, and the sum for each question.

    `again` sums the yeses to "would you go on?". `answered_each` says how many answered a question.
    """

    asked: int
    answered: int
    sums: Mapping[str, int]
    answered_each: Mapping[str, int]

    def mean(self, question: str) -> float | None:
        """Return the mean of a question; None when nobody answered it."""
        count = self.answered_each.get(question, 0)
        return self.sums[question] / count if count else None


def surveys_summed(
    r: Reading, programme_id: int | None, since: datetime, until: datetime
) -> dict[Moment, SurveySums]:
    """Open and add up the surveys that were asked in a period, by moment.

    What an erased person answered cannot be opened any more and counts no longer.
    """
    wanted = select(Survey).where(Survey.asked_at >= since, Survey.asked_at < until)
    if programme_id is not None:
        wanted = wanted.where(Survey.programme_id == programme_id)
    rows = r.session.scalars(wanted).all()
    answers = [
        (Moment(one.moment), opened_json(r, one.person_id, one.answers_sealed, SURVEY))
        for one in rows
    ]
    return {moment: _summed([given for at, given in answers if at is moment]) for moment in Moment}


def _summed(answers: list[dict[str, Any]]) -> SurveySums:
    names = [one.name for one in QUESTIONS]
    return SurveySums(
        asked=len(answers),
        answered=sum(1 for one in answers if one),
        sums={name: sum(int(one.get(name, 0)) for one in answers) for name in names},
        answered_each={name: sum(1 for one in answers if name in one) for name in names},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """One line of the coaching register: dates and codes of a participation, nobody's name."""

    programme_id: int
    role: Role
    state: ParticipationState
    started_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    obstacles: tuple[str, ...]


def register_rows(
    r: Reading, since: datetime, until: datetime, programme_id: int | None = None
) -> list[RegisterRow]:
    """Return who was coached at some time of a period: accepted before its end, not over before.

    In the order in which they were accepted.
    """
    wanted = select(Participation).where(
        Participation.accepted_at.is_not(None),
        Participation.accepted_at < until,
        or_(Participation.ended_at.is_(None), Participation.ended_at >= since),
    )
    if programme_id is not None:
        wanted = wanted.where(Participation.programme_id == programme_id)
    parts = r.session.scalars(wanted.order_by(Participation.accepted_at, Participation.id)).all()
    codes: dict[int, list[str]] = {}
    rows = r.session.execute(
        select(Obstacle.participation_id, Obstacle.code)
        .where(Obstacle.participation_id.in_(wanted.with_only_columns(Participation.id)))
        .order_by(Obstacle.code)
    )
    for part_id, code in rows:
        codes.setdefault(part_id, []).append(code)
    return [
        RegisterRow(
            programme_id=one.programme_id,
            role=Role(one.role),
            state=ParticipationState(one.state),
            started_at=one.accepted_at,
            ended_at=one.ended_at,
            outcome=one.outcome,
            obstacles=tuple(codes.get(one.id, ())),
        )
        for one in parts
    ]
