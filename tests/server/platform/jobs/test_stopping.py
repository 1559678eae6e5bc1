"""A worker that stops leaves nothing behind that another would have to wait for."""

import asyncio

from sqlalchemy import select

from server.platform.jobs.model import JobRequest, JobRow
from server.platform.jobs.outcomes import Done
from server.platform.jobs.runner import JobRunner, one_by_one


async def test_a_job_claimed_while_the_worker_stops_is_given_back_unharmed(instance):
    ran = []

    async def note(_, job):
        ran.append(job.id)
        return Done()

    runner = JobRunner(instance, [one_by_one("note", note)], (), parallel=10)
    await instance.work(lambda w: w.enqueue(JobRequest(kind="note")))
    working = asyncio.create_task(runner.run())
    await asyncio.sleep(0)  # it has begun to ask the database, and has no answer yet
    await runner.stop(within=5)
    await working

    left = await instance.read(
        lambda r: [(job.lease, job.attempts) for job in r.session.scalars(select(JobRow))]
    )
    assert (ran, left) == ([], [(None, 0)])


async def test_a_worker_that_runs_does_what_waits(instance):
    ran = []

    async def note(_, job):
        ran.append(job.kind)
        return Done()

    runner = JobRunner(instance, [one_by_one("note", note)], (), parallel=10)
    await instance.work(lambda w: w.enqueue(JobRequest(kind="note")))
    working = asyncio.create_task(runner.run())
    async with asyncio.timeout(10):
        while not ran:
            await asyncio.sleep(0.01)
    await runner.stop(within=5)
    await working

    left = await instance.read(lambda r: r.session.scalars(select(JobRow.id)).all())
    assert (ran, left) == (["note"], [])
