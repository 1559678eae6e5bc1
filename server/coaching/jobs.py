"""What coaching does by itself: it asks, notices silence, and deletes what is old."""

from datetime import timedelta
from typing import Final

from sqlalchemy import CursorResult, delete, select, update

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
from server.platform.work import Work
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
    w.session.execute(
        update(CheckIn)
        .where(CheckIn.answered_at < w.now - NOTES_KEPT, CheckIn.note_sealed.is_not(None))
        .values(note_sealed=None)
    )
    over = select(Participation.id).where(Participation.ended_at < w.now - CASES_KEPT)
    statements = [
        delete(CheckIn).where(CheckIn.asked_at < w.now - KEPT),
        delete(Survey).where(Survey.asked_at < w.now - KEPT),
        delete(StaffTask).where(StaffTask.done_at < w.now - NOTES_KEPT),
        delete(Story).where(Story.published_at.is_(None), Story.created_at < w.now - STORIES_WAIT),
        *(
            delete(table).where(table.participation_id.in_(over))
            for table in (CaseNote, Reference, Obstacle)
        ),
    ]
    gone = 0
    for one in statements:
        done = w.session.execute(one, execution_options={"synchronize_session": False})
        gone += done.rowcount if isinstance(done, CursorResult) else 0
    return gone


async def _follow(instance: Instance, _: Job) -> None:
    await instance.work(follow_up)


async def _forget(instance: Instance, _: Job) -> None:
    await instance.work(forget_old)


JOB_KINDS: Final = (one_by_one(FOLLOW, _follow), one_by_one(FORGET, _forget))
RECURRING: Final = (
    Recurring(FOLLOW, timedelta(hours=6)),
    Recurring(FORGET, timedelta(days=1)),
)
