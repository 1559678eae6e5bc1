"""What access tidies up in the background: whatever gives access no more."""

from datetime import timedelta
from typing import Final

from server.access import sessions, tickets
from server.access.oauth import service as oauth
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring
from server.platform.work import Work

SWEEP: Final = "access.sweep"


async def _sweep(instance: Instance, _: Job) -> None:
    await instance.work(sweep)


def sweep(w: Work) -> None:
    """Delete whatever gives access no more."""
    sessions.sweep(w)
    tickets.sweep(w)
    oauth.sweep(w)


JOB_KINDS: Final = (one_by_one(SWEEP, _sweep),)
RECURRING: Final = (Recurring(SWEEP, timedelta(hours=1)),)
