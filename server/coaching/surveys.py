"""Surveys at the start, in the middle and at the end of a participation.

The answers are sealed under the person's key. Nobody reads them one by one: `queries` opens them
to count them together.
"""

import json
from collections.abc import Mapping
from typing import Final

from sqlalchemy import select

from server.coaching.checking import AnsweredAlready, TermOver
from server.coaching.model import Moment, Survey
from server.coaching.rules import SURVEY_WITHIN, Course, Question, asked_at, surveys_due
from server.coaching.sealed import SURVEY, sealed_text
from server.notifications.service import inform
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import Message, say
from server.platform.work import Reading, Work
from server.programmes.model import (
    Participation,
    ParticipationState,
    Programme,
    ProgrammeState,
    Role,
)

ASKED: Final = "coaching_survey"
_STATES: Final = (ParticipationState.ACCEPTED, ParticipationState.FINISHED)
_ROLES: Final = (Role.TALENT, Role.MENTOR)


def make_surveys(w: Work) -> int:
    """Ask everybody whose moment has come, each moment once; return how many were asked."""
    rows = w.session.execute(
        select(Participation, Programme)
        .join(Programme, Programme.id == Participation.programme_id)
        .where(Participation.state.in_(_STATES), Participation.role.in_(_ROLES))
        .order_by(Participation.id)
    ).all()
    due = [
        (part, moment)
        for part, programme in rows
        for moment in surveys_due(_course(w, part, programme), w.now)
    ]
    ids = [part.id for part, _ in due]
    known = {
        (part_id, Moment(moment))
        for part_id, moment in w.session.execute(
            select(Survey.participation_id, Survey.moment).where(Survey.participation_id.in_(ids))
        )
    }
    wanted = [(part, moment) for part, moment in due if (part.id, moment) not in known]
    for part, moment in wanted:
        _ask(w, part, moment)
    return len(wanted)


def _course(r: Reading, part: Participation, programme: Programme) -> Course:
    closing = programme.closed_at
    if programme.state == ProgrammeState.CLOSING:
        closing = r.now
    return Course(
        accepted_at=part.accepted_at,
        ended_at=part.ended_at,
        starts_on=programme.starts_on,
        ends_on=programme.ends_on,
        closing_since=closing,
    )


def _ask(w: Work, part: Participation, moment: Moment) -> None:
    made = Survey(
        id=w.new_id(),
        programme_id=part.programme_id,
        participation_id=part.id,
        person_id=part.person_id,
        moment=moment,
        asked_at=w.now,
    )
    w.session.add(made)
    w.session.flush()
    inform(w, part.person_id, ASKED, {"id": str(made.id)})


def own_survey(r: Reading, survey_id: int, person_id: int, *, alone: bool = False) -> Survey:
    """Return a survey of somebody. Raises NotFound for everybody else's.

    With `alone` no other transaction can answer it at the same time.
    """
    found = r.session.get(Survey, survey_id, with_for_update=alone, populate_existing=alone)
    if found is None or found.person_id != person_id:
        raise NotFound
    return found


def answer_survey(
    w: Work, survey_id: int, person_id: int, answers: Mapping[str, int | None]
) -> None:
    """Write the answers down, once, within 60 days.

    Raises NotFound for somebody else's, AnsweredAlready, TermOver, Invalid for a question without
    an answer, or with one that there is not.
    """
    row = own_survey(w, survey_id, person_id, alone=True)
    if row.answered_at is not None:
        raise AnsweredAlready
    if w.now > row.asked_at + SURVEY_WITHIN:
        raise TermOver
    given, faults = {}, {}
    for question in asked_at(Moment(row.moment)):
        value = answers.get(question.name)
        if value is None or not question.least <= value <= question.most:
            faults[question.name] = [_fault(question, value)]
        else:
            given[question.name] = value
    if faults:
        raise Invalid(details=faults)
    row.answered_at = w.now
    row.answers_sealed = sealed_text(w, person_id, json.dumps(given), SURVEY)
    w.session.flush()


def _fault(question: Question, value: int | None) -> tuple[str, Message]:
    if value is None:
        return "ERR_BLANK", say("can't be blank")
    least, most = question.least, question.most
    return "ERR_INVALID", say("must be between %(least)s and %(most)s", least=least, most=most)
