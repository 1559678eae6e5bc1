"""What happens to posts in the background: ends of dates and polls, retention, threads, tidying."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring
from server.platform.work import Work
from server.posts import closing, leaving, polls, threads

CLOSE_DUE: Final = "posts.close_due"
END_POLLS: Final = "posts.end_polls"
DELETE_RETAINED: Final = "posts.delete_retained"
DROP_OLD: Final = "posts.drop_old"


async def _until_none(instance: Instance, step: Callable[[Work], int]) -> None:
    """Run a unit that works through a list piece by piece, each in a transaction of its own."""
    while await instance.work(step):
        continue


async def close_due(instance: Instance, _: Job) -> None:
    """Expire the posts whose date has come."""
    await _until_none(instance, closing.close_due)


async def end_polls(instance: Instance, _: Job) -> None:
    """End the polls whose time has come."""
    await _until_none(instance, polls.end_polls)


async def delete_retained(instance: Instance, _: Job) -> None:
    """Delete the posts of a kind that closed 30 days ago."""
    await _until_none(instance, closing.delete_retained)


async def drop_old(instance: Instance, _: Job) -> None:
    """Delete old posts from elsewhere that nobody here has to do with."""
    await _until_none(instance, leaving.drop_old)


async def forget_host(instance: Instance, job: Job) -> None:
    """Delete what came from a blocked host."""
    while await instance.work(leaving.forget_host, str(job.payload["host"])):
        continue


async def send_counts(instance: Instance, job: Job) -> None:
    """Tell other servers how a poll stands."""
    await instance.work(polls.send_counts, int(job.payload["post"]))


JOB_KINDS: Final = (
    one_by_one(CLOSE_DUE, close_due),
    one_by_one(END_POLLS, end_polls),
    one_by_one(DELETE_RETAINED, delete_retained),
    one_by_one(DROP_OLD, drop_old),
    one_by_one(leaving.FORGET_HOST, forget_host),
    one_by_one(polls.SEND_COUNTS, send_counts),
    one_by_one(threads.FETCH_THREAD, threads.fetch_thread),
)

RECURRING: Final = (
    Recurring(CLOSE_DUE, timedelta(minutes=1)),
    Recurring(END_POLLS, timedelta(minutes=1)),
    Recurring(DELETE_RETAINED, timedelta(hours=1)),
    Recurring(DROP_OLD, timedelta(days=1)),
)
