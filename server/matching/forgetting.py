"""What of matches is deleted when: terms of retention, and people who leave altogether."""

from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

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
from server.platform.storage.old import Old, count_old, delete_old
from server.platform.work import Reading, Work


def forget_old(w: Work) -> int:
    """Delete what never began after 90 days, and runs and decisions after 24 months."""
    desk.forget_old(w)
    delete_old(w.session, _numbers(w.now))
    return delete_old(w.session, [_never_begun(w.now)])


def too_old(r: Reading, at: datetime) -> int:
    """Return how many rows `forget_old` and `pseudonymise` would delete or empty at a moment."""
    found: list[Old] = [
        *desk.old_at(at),
        *_numbers(at),
        _never_begun(at),
        (Match, _ended_long_ago(at)),
    ]
    return count_old(r.session, found)


def _numbers(at: datetime) -> list[Old]:
    return [
        (Decision, Decision.at < at - KEPT_DECISIONS),
        (MatchRun, MatchRun.at < at - KEPT_DECISIONS),
    ]


def _never_begun(at: datetime) -> Old:
    return Match, and_(Match.state.in_(NEVER_BEGUN), Match.state_at < at - KEPT_UNBEGUN)


def _ended_long_ago(at: datetime) -> ColumnElement[bool]:
    """With a person or a participation in it still."""
    people = (Match.talent_id, Match.other_id, Match.talent_part_id, Match.other_part_id)
    return and_(
        Match.state.in_(ENDED),
        Match.closed_at < at - KEPT_WITH_PEOPLE,
        or_(*(one.is_not(None) for one in people)),
    )


def pseudonymise(w: Work) -> int:
    """Take the people out of what ended twelve months ago: a number for the reports stays."""
    changed = w.session.execute(
        update(Match)
        .where(_ended_long_ago(w.now))
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
