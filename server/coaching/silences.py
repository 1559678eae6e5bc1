"""Matches that fall silent: a task for the coordinators, then gentle notices, then a call.

Nobody is ever put out of a programme by it. The first sign of life ends it and its open tasks.
"""

from typing import Final

from sqlalchemy import delete, select

from server.coaching import tasks
from server.coaching.checking import CHECKED
from server.coaching.model import Silence, TaskKind
from server.coaching.rules import Step, is_silent, next_step
from server.coaching.signs import last_signs
from server.matching.model import Match
from server.notifications.service import inform
from server.platform.work import Work
from server.programmes.model import Programme

HOW_ARE_YOU: Final = "coaching_how_are_you"


def follow_silences(w: Work) -> None:
    """Look at every match that goes on: begin, step on or end its silence."""
    rows = w.session.execute(
        select(Match, Programme.silence_days)
        .join(Programme, Programme.id == Match.programme_id)
        .where(Match.state.in_(CHECKED), Match.talent_id.is_not(None))
        .order_by(Match.id)
    ).all()
    signs = last_signs(w, [match for match, _ in rows])
    known = {one.match_id: one for one in w.session.scalars(select(Silence))}
    for match, days in rows:
        silence = known.pop(match.id, None)
        if silence is not None and signs[match.id] > silence.last_sign_at:
            end_silence(w, match.id)
        elif silence is not None:
            _step_on(w, match, silence)
        elif is_silent(signs[match.id], w.now, days):
            w.session.add(
                Silence(
                    match_id=match.id,
                    last_sign_at=signs[match.id],
                    noticed_at=w.now,
                    step=Step.TASK,
                    step_at=w.now,
                )
            )
            tasks.alert(w, TaskKind.SILENCE, match.programme_id, match_id=match.id)
    for match_id in known:  # paused or over
        end_silence(w, match_id)


def _step_on(w: Work, match: Match, silence: Silence) -> None:
    step = next_step(Step(silence.step), silence.step_at, silence.noticed_at, w.now)
    if step is None:
        return
    silence.step, silence.step_at = step, w.now
    if step is Step.CALL:
        tasks.alert(w, TaskKind.CALL, match.programme_id, match_id=match.id)
        return
    for person_id in (match.talent_id, match.other_id):
        if person_id is not None:
            inform(w, person_id, HOW_ARE_YOU, {"match": str(match.id)})


def end_silence(w: Work, match_id: int) -> None:
    """Forget that a match was silent, and close what the staff had to do about it."""
    w.session.execute(delete(Silence).where(Silence.match_id == match_id))
    tasks.close_alerts(w, match_id, (TaskKind.SILENCE, TaskKind.CALL))
