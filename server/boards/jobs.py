"""What boards do in the background: alerts, and entries that are missing."""

from datetime import timedelta
from typing import Final

from server.boards import alerts
from server.boards.reactions import TELL_AT_ONCE
from server.boards.service import list_missing
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring

TELL_DUE: Final = "boards.tell_due"
LIST_MISSING: Final = "boards.list_missing"


async def _list_missing(instance: Instance, job: Job) -> None:
    """List what was published before there were boards; nothing to do on most days."""
    del job
    while await instance.work(list_missing):
        continue


JOB_KINDS: Final = (
    one_by_one(TELL_AT_ONCE, alerts.tell_at_once),
    one_by_one(TELL_DUE, alerts.tell_due),
    one_by_one(LIST_MISSING, _list_missing),
)

RECURRING: Final = (
    Recurring(TELL_DUE, timedelta(minutes=15)),
    Recurring(LIST_MISSING, timedelta(hours=6)),
)
