"""Check-ins: both sides of a match are asked, each alone, in week 1, in week 4 and then regularly.

A job makes them; whoever is asked answers once, with three taps. A paused match is left alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from server.coaching import tasks
from server.coaching.model import CheckIn, TaskKind, Useful
from server.coaching.rules import ANSWERED_WITHIN, MOST_NOTE, week_due
from server.coaching.sealed import CHECK_IN, sealed_text
from server.matching.model import Match, MatchState
from server.notifications.service import inform
from server.platform.errors import Conflict, Invalid, NotFound
from server.platform.i18n import say
from server.platform.work import Reading, Work
from server.programmes.model import Participation, Programme

ASKED: Final = "coaching_check_in"
CHECKED: Final = frozenset({MatchState.BOTH_CONSENTED, MatchState.FIRST_MEETING, MatchState.ACTIVE})
"""The states in which the two are asked how it goes."""


class AnsweredAlready(Conflict):
    """Somebody answers a second time."""

    code = "answered_already"
    text = say("You have answered already.")


class TermOver(Conflict):
    """Somebody answers after the term."""

    code = "term_over"
    text = say("The time to answer is over.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answers: three taps and, if they like, some words."""

    met: bool
    useful: Useful
    wants_help: bool
    note: str = ""


def make_check_ins(w: Work) -> int:
    """Ask both sides of every match whose week has come; return how many were asked."""
    rows = w.session.execute(
        select(Match, Programme)
        .join(Programme, Programme.id == Match.programme_id)
        .where(Match.state.in_(CHECKED), Match.started_at.is_not(None))
        .order_by(Match.id)
    ).all()
    due = []
    for match, programme in rows:
        started = match.started_at or w.now
        week = week_due(started, w.now, programme.check_in_weeks, programme.check_in_every)
        if week is not None:
            due.append((match, week))
    known = _known(w, [match.id for match, _ in due])
    wanted = [
        (match, week, person_id)
        for match, week in due
        for person_id in (match.talent_id, match.other_id)
        if person_id is not None and (match.id, person_id, week) not in known
    ]
    for match, week, person_id in wanted:
        _ask(w, match, week, person_id)
    return len(wanted)


def _known(r: Reading, match_ids: Sequence[int]) -> set[tuple[int, int, int]]:
    rows = r.session.execute(
        select(CheckIn.match_id, CheckIn.person_id, CheckIn.week).where(
            CheckIn.match_id.in_(match_ids)
        )
    )
    return {(match_id, person_id, week) for match_id, person_id, week in rows}


def _ask(w: Work, match: Match, week: int, person_id: int) -> None:
    made = CheckIn(
        id=w.new_id(),
        programme_id=match.programme_id,
        match_id=match.id,
        person_id=person_id,
        week=week,
        asked_at=w.now,
    )
    w.session.add(made)
    w.session.flush()
    inform(w, person_id, ASKED, {"id": str(made.id)})


def own_check_in(r: Reading, check_in_id: int, person_id: int, *, alone: bool = False) -> CheckIn:
    """Return a check-in of somebody. Raises NotFound for everybody else's.

    With `alone` no other transaction can answer it at the same time.
    """
    found = r.session.get(CheckIn, check_in_id, with_for_update=alone, populate_existing=alone)
    if found is None or found.person_id != person_id:
        raise NotFound
    return found


def answer_check_in(w: Work, check_in_id: int, person_id: int, answer: Answer) -> None:
    """Write an answer down, once, within four weeks; who wants help gets a task for the staff.

    Raises NotFound for somebody else's, AnsweredAlready, TermOver, Invalid for too many words.
    """
    row = own_check_in(w, check_in_id, person_id, alone=True)
    if row.answered_at is not None:
        raise AnsweredAlready
    if w.now > row.asked_at + ANSWERED_WITHIN:
        raise TermOver
    if len(answer.note) > MOST_NOTE:
        raise Invalid(
            details={
                "note": [("ERR_TOO_LONG", say("is too long (at most %(most)s)", most=MOST_NOTE))]
            }
        )
    row.answered_at = w.now
    row.met, row.useful, row.wants_help = answer.met, answer.useful, answer.wants_help
    row.note_sealed = sealed_text(w, person_id, answer.note, CHECK_IN)
    w.session.flush()
    if answer.wants_help:
        tasks.alert(
            w,
            TaskKind.HELP,
            row.programme_id,
            person_id=person_id,
            match_id=row.match_id,
            login_id=_coach_of(w, row),
        )


def _coach_of(r: Reading, row: CheckIn) -> int | None:
    """Return the coach in charge of whoever answered; None leaves it to the coordinators."""
    return r.session.scalar(
        select(Participation.login_id)
        .where(
            Participation.person_id == row.person_id,
            Participation.programme_id == row.programme_id,
        )
        .order_by(Participation.id.desc())
        .limit(1)
    )
