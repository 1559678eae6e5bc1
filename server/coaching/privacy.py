"""What coaching holds about a person, given out and erased on request (GDPR art. 15, 17, 20)."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import delete, or_, select, update

from server.coaching.cases import openings_of
from server.coaching.model import (
    CaseNote,
    CheckIn,
    Obstacle,
    Reference,
    Silence,
    StaffTask,
    Story,
    Survey,
)
from server.coaching.sealed import CHECK_IN, NOTE, SURVEY, TASK, opened_json, opened_text
from server.coaching.stories import stories_of
from server.matching.model import Match
from server.platform.feature import PersonalData
from server.platform.work import Reading, Work

_OWN: Final = (CheckIn, Survey, CaseNote, Reference, Obstacle, Story, StaffTask)


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return everything: also the notes of the staff about this person, with their words."""
    return {
        "check_ins": _check_ins(r, person_id),
        "surveys": _surveys(r, person_id),
        "case_notes": [
            {
                "at": one.created_at.isoformat(),
                "text": opened_text(r, person_id, one.text_sealed, NOTE),
                "hand_over": one.hands_over,
            }
            for one in _rows(r, CaseNote, person_id)
        ],
        "case_opened": [
            {"at": one.at.isoformat(), "role": one.role, "purpose": one.purpose}
            for one in openings_of(r, person_id)
        ],
        "references": [
            {"service": one.service, "on": one.referred_on.isoformat(), "result": one.result}
            for one in _rows(r, Reference, person_id)
        ],
        "obstacles": [
            {"code": one.code, "at": one.noted_at.isoformat()}
            for one in r.session.scalars(
                select(Obstacle).where(Obstacle.person_id == person_id).order_by(Obstacle.code)
            )
        ],
        "tasks_about_you": [
            {
                "kind": str(one.kind),
                "text": opened_text(r, person_id, one.text_sealed, TASK),
                "at": one.created_at.isoformat(),
                "done_at": one.done_at.isoformat() if one.done_at else None,
            }
            for one in _rows(r, StaffTask, person_id)
        ],
        "stories": [
            {
                "called": one.called,
                "text": one.text,
                "link": one.link,
                "language": one.language,
                "published": one.is_published,
                "at": one.at.isoformat(),
            }
            for one in stories_of(r, person_id)
        ],
    }


def _check_ins(r: Reading, person_id: int) -> list[dict[str, Any]]:
    return [
        {
            "week": one.week,
            "asked_at": one.asked_at.isoformat(),
            "answered_at": one.answered_at.isoformat() if one.answered_at else None,
            "met": one.met,
            "useful": str(one.useful) if one.useful else None,
            "wants_help": one.wants_help,
            "note": opened_text(r, person_id, one.note_sealed, CHECK_IN),
        }
        for one in _rows(r, CheckIn, person_id)
    ]


def _surveys(r: Reading, person_id: int) -> list[dict[str, Any]]:
    return [
        {
            "moment": str(one.moment),
            "asked_at": one.asked_at.isoformat(),
            "answered_at": one.answered_at.isoformat() if one.answered_at else None,
            "answers": opened_json(r, person_id, one.answers_sealed, SURVEY),
        }
        for one in _rows(r, Survey, person_id)
    ]


def _rows(r: Reading, table: Any, person_id: int) -> list[Any]:  # noqa: ANN401 - any table here
    wanted = select(table).where(table.person_id == person_id).order_by(table.id)
    return list(r.session.scalars(wanted))


def erase(w: Work, person_id: int) -> None:
    """Delete everything about somebody; what they wrote about others as staff stays unsigned."""
    matches = select(Match.id).where(or_(Match.talent_id == person_id, Match.other_id == person_id))
    w.session.execute(
        delete(Silence).where(Silence.match_id.in_(matches)),
        execution_options={"synchronize_session": False},
    )
    w.session.execute(
        update(StaffTask)
        .where(StaffTask.match_id.in_(matches), StaffTask.done_at.is_(None))
        .values(done_at=w.now),
        execution_options={"synchronize_session": False},
    )
    for table in _OWN:
        w.session.execute(
            delete(table).where(table.person_id == person_id),
            execution_options={"synchronize_session": False},
        )


PERSONAL_DATA: Final = PersonalData(export=export, erase=erase)
