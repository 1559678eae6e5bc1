"""Cleaning up after closed reports."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete

from server.moderation.model import Report
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.work import Work

KEPT: Final = timedelta(days=365)


def _forget_closed(w: Work) -> None:
    w.session.execute(delete(Report).where(Report.closed_at < w.now - KEPT))


async def forget_closed(instance: Instance, job: Job) -> None:
    """Delete reports that were closed a year ago."""
    del job
    await instance.work(_forget_closed)
