"""What happens to places and hands in the background: they are deleted when their time is over."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete

from server.participation.model import EventPlace, HandRaise
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring
from server.platform.work import Work

FORGET_OLD: Final = "participation.forget_old"


def forget_old(w: Work) -> None:
    """Delete the places and hands of what closed 30 days ago."""
    for table in (EventPlace, HandRaise):
        w.session.execute(
            delete(table).where(table.deleted_after.is_not(None), table.deleted_after <= w.now),
            execution_options={"synchronize_session": False},
        )


async def _forget_old(instance: Instance, _: Job) -> None:
    await instance.work(forget_old)


JOB_KINDS: Final = (one_by_one(FORGET_OLD, _forget_old),)
RECURRING: Final = (Recurring(FORGET_OLD, timedelta(hours=6)),)
