"""What of matches is deleted when: terms of retention, and people who leave altogether."""

from functools import partial

from sqlalchemy import delete, or_, select, update

from server.matching.desk import keeping as desk
from server.matching.model import Decision, Match, MatchRun, PairBan
from server.matching.queries import open_matches_of
from server.matching.rules import (
    ENDED,
    KEPT_DECISIONS,
    KEPT_UNBEGUN,
    KEPT_WITH_PEOPLE,
    NEVER_BEGUN,
)
from server.matching.service import end_at_once
from server.matching.suggesting.keeping import forget
from server.people.writing import rows_changed
from server.platform.work import Work


def forget_old(w: Work) -> int:
    """Delete what never began after 90 days, and runs and decisions after 24 months."""
    desk.forget_old(w)
    for table in (Decision, MatchRun):
        w.session.execute(
            delete(table).where(table.at < w.now - KEPT_DECISIONS),
            execution_options={"synchronize_session": False},
        )
    gone = w.session.execute(
        delete(Match).where(Match.state.in_(NEVER_BEGUN), Match.state_at < w.now - KEPT_UNBEGUN),
        execution_options={"synchronize_session": False},
    )
    return rows_changed(gone)


def pseudonymise(w: Work) -> int:
    """Take the people out of what ended twelve months ago: a number for the reports stays."""
    changed = w.session.execute(
        update(Match)
        .where(
            Match.state.in_(ENDED),
            Match.closed_at < w.now - KEPT_WITH_PEOPLE,
            or_(
                Match.talent_id.is_not(None),
                Match.other_id.is_not(None),
                Match.talent_part_id.is_not(None),
                Match.other_part_id.is_not(None),
            ),
        )
        .values(
            talent_id=None, other_id=None, talent_part_id=None, other_part_id=None, explanation={}
        ),
        execution_options={"synchronize_session": False},
    )
    return rows_changed(changed)


def forget_person(w: Work, person_id: int) -> None:
    """End and delete every match of somebody who leaves; the others hear that it ended."""
    desk.forget_person(w, person_id)
    for row in open_matches_of(w, person_id):
        end_at_once(w, row.id, person_id)
    theirs = or_(Match.talent_id == person_id, Match.other_id == person_id)
    for match in w.session.scalars(select(Match).where(theirs)).all():
        w.session.delete(match)
    w.session.execute(
        delete(PairBan).where(or_(PairBan.talent_id == person_id, PairBan.other_id == person_id))
    )
    w.after_commit(partial(forget, w.vault))
    w.session.flush()
