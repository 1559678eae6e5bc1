"""What coaching does by itself: it asks, notices silence, and deletes what is old."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, select, update

from server.coaching.checking import make_check_ins
from server.coaching.model import (
    CaseNote,
    CheckIn,
    Obstacle,
    Reference,
    StaffTask,
    Story,
    Survey,
)
from server.coaching.silences import follow_silences
from server.coaching.surveys import make_surveys
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring
from server.platform.storage.old import Old, count_old, delete_old
from server.platform.work import Reading, Work
from server.programmes.model import Participation

FOLLOW: Final = "coaching.follow"
FORGET: Final = "coaching.forget"
NOTES_KEPT: Final = timedelta(days=90)
KEPT: Final = timedelta(days=730)
CASES_KEPT: Final = timedelta(days=365)
STORIES_WAIT: Final = timedelta(days=60)


def follow_up(w: Work) -> None:
    """Ask whoever is to be asked today, and look for matches that are silent."""
    make_check_ins(w)
    make_surveys(w)
    follow_silences(w)


def forget_old(w: Work) -> int:
    """Delete what is over its time; return how many rows.

    The words of check-ins after 90 days, check-ins and surveys after 24 months, tasks 90 days after
    they were done, cases twelve months after the participation ended.
    """
    w.session.execute(update(CheckIn).where(_with_old_words(w.now)).values(note_sealed=None))
    return delete_old(w.session, _old_at(w.now))


def too_old(r: Reading, at: datetime) -> int:
    """Return how many rows `forget_old` would delete, or take the words from, at a moment."""
    return count_old(r.session, [*_old_at(at), (CheckIn, _with_old_words(at))])


def _with_old_words(at: datetime) -> ColumnElement[bool]:
    return and_(CheckIn.answered_at < at - NOTES_KEPT, CheckIn.note_sealed.is_not(None))


def _old_at(at: datetime) -> list[Old]:
    over = select(Participation.id).where(Participation.ended_at < at - CASES_KEPT)
    waited = and_(Story.published_at.is_(None), Story.created_at < at - STORIES_WAIT)
    return [
        (CheckIn, CheckIn.asked_at < at - KEPT),
        (Survey, Survey.asked_at < at - KEPT),
        (StaffTask, StaffTask.done_at < at - NOTES_KEPT),
        (Story, waited),
        *((one, one.participation_id.in_(over)) for one in (CaseNote, Reference, Obstacle)),
    ]


async def _follow(instance: Instance, _: Job) -> None:
    await instance.work(follow_up)


async def _forget(instance: Instance, _: Job) -> None:
    await instance.work(forget_old)


JOB_KINDS: Final = (one_by_one(FOLLOW, _follow), one_by_one(FORGET, _forget))
RECURRING: Final = (
    Recurring(FOLLOW, timedelta(hours=6)),
    Recurring(FORGET, timedelta(days=1)),
)
