"""What happens to meetings by the clock: reminders, proposals that lapse, and what is deleted."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update

from server.matching.model import Match
from server.matching.rules import ENDED, NEVER_BEGUN
from server.meetings import telling
from server.meetings.model import MeetAgain, Meeting, MeetingState, PairItem, Side
from server.meetings.rules import (
    AGAIN_KEPT,
    DATES_KEPT,
    DAY_BEFORE,
    HOUR_BEFORE,
    UNDECIDED,
    WORDS_KEPT,
    due_reminder,
    moment_on,
)
from server.meetings.service import call_off, set_moments
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring
from server.platform.storage.old import Old, count_old, delete_old
from server.platform.work import Reading, Work

REMIND: Final = "meetings.remind"
TIDY: Final = "meetings.tidy"
_HAPPENED: Final = func.coalesce(Meeting.ends_at, Meeting.created_at)
_WORDS: Final = (Meeting.place_sealed, Meeting.first_note_sealed, Meeting.second_note_sealed)


def remind(w: Work) -> None:
    """Remind both sides of every meeting of the next day, once a day and once an hour before."""
    coming = w.session.scalars(
        select(Meeting)
        .where(
            Meeting.state == MeetingState.CONFIRMED,
            Meeting.starts_at > w.now,
            Meeting.starts_at <= w.now + DAY_BEFORE,
        )
        .order_by(Meeting.id)
        .with_for_update()
    ).all()
    for meeting in coming:
        if meeting.starts_at is None:
            continue
        due = due_reminder(
            meeting.starts_at, meeting.reminded_day_at, meeting.reminded_hour_at, w.now
        )
        if due is None:
            continue
        meeting.reminded_day_at = meeting.reminded_day_at or w.now
        if due == HOUR_BEFORE:
            meeting.reminded_hour_at = w.now
        for side in Side:
            telling.tell(w, meeting, side, telling.SOON if due == HOUR_BEFORE else telling.TOMORROW)
    w.session.flush()


def lapse(w: Work) -> None:
    """Call off the proposals whose last time has passed."""
    waiting = w.session.scalars(select(Meeting).where(Meeting.state.in_(UNDECIDED))).all()
    for meeting in waiting:
        moments = [moment_on(text, meeting.zone) for text in meeting.times]
        if all(one is None or one <= w.now for one in moments):
            call_off(w, meeting)


def keep_wall_times(w: Work) -> None:
    """Work the moments out again, for countries that change their rules of summer time."""
    coming = w.session.scalars(
        select(Meeting).where(Meeting.state == MeetingState.CONFIRMED, Meeting.starts_at > w.now)
    ).all()
    for meeting in coming:
        moment = moment_on(meeting.starts_local or "", meeting.zone)
        if moment is not None and moment != meeting.starts_at:
            set_moments(meeting, moment)
    w.session.flush()


def forget_old(w: Work) -> None:
    """Delete words 90 days after the match, dates after 24 months, answers after six."""
    w.session.execute(
        update(Meeting).where(_with_old_words(w.now)).values(dict.fromkeys(_WORDS)),
        execution_options={"synchronize_session": False},
    )
    delete_old(w.session, _old_at(w.now))


def too_old(r: Reading, at: datetime) -> int:
    """Return how many rows `forget_old` would delete, or take the words from, at a moment."""
    return count_old(r.session, [*_old_at(at), (Meeting, _with_old_words(at))])


def _ended_before(at: datetime) -> Select[int]:
    ended_at = func.coalesce(Match.closed_at, Match.state_at)
    return select(Match.id).where(Match.state.in_(ENDED | NEVER_BEGUN), ended_at <= at - WORDS_KEPT)


def _with_old_words(at: datetime) -> ColumnElement[bool]:
    alone = Meeting.match_id.is_(None) & (at - WORDS_KEPT >= _HAPPENED)
    return and_(
        or_(Meeting.match_id.in_(_ended_before(at)), alone),
        or_(*(one.is_not(None) for one in _WORDS)),
    )


def _old_at(at: datetime) -> list[Old]:
    return [
        (PairItem, PairItem.match_id.in_(_ended_before(at))),
        (Meeting, at - DATES_KEPT >= _HAPPENED),
        (MeetAgain, MeetAgain.answered_at <= at - AGAIN_KEPT),
    ]


async def _remind(instance: Instance, _: Job) -> None:
    await instance.work(remind)


async def _tidy(instance: Instance, _: Job) -> None:
    for step in (lapse, keep_wall_times, forget_old):
        await instance.work(step)


JOB_KINDS: Final = (one_by_one(REMIND, _remind), one_by_one(TIDY, _tidy))
RECURRING: Final = (
    Recurring(REMIND, timedelta(minutes=5)),
    Recurring(TIDY, timedelta(hours=6)),
)
