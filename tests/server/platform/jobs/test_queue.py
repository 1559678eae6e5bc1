"""The job queue on a real database: leases, order, uniqueness, breakers, giving up."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from server.platform.clock import SetClock
from server.platform.instance import Instance
from server.platform.jobs import hosts, queue
from server.platform.jobs.model import DEAD, Job, JobHost, JobRequest, JobRow
from server.platform.jobs.outcomes import Done, Failed, GivenUp, Outcome
from server.platform.work import Work


def _later(instance: Instance, span: timedelta) -> None:
    assert isinstance(instance.clock, SetClock)
    instance.clock.move(span)


async def _add(instance: Instance, *requests: JobRequest) -> None:
    await instance.work(lambda w: w.enqueue(*requests))


async def _claim(instance: Instance, **wishes: object) -> tuple[int, list[Job]]:
    return await instance.work(
        lambda w: queue.claim(w.session, w.now, kinds=["test"], limit=10, **wishes)  # type: ignore[arg-type]  # test's keywords
    )


async def _finish(instance: Instance, lease: int, ends: Sequence[tuple[Job, Outcome]]) -> None:
    def unit(w: Work) -> None:
        queue.finish(w.session, w.now, [(job, lease, end) for job, end in ends])
        hosts.note_outcomes(w.session, w.now, ends)

    await instance.work(unit)


async def test_a_claimed_job_is_not_claimed_again_until_its_lease_ends(instance: Instance):
    await _add(instance, JobRequest(kind="test"))
    _, first = await _claim(instance)
    _, second = await _claim(instance)
    _later(instance, queue.LEASE + timedelta(seconds=1))
    _, third = await _claim(instance)

    assert len(first) == 1
    assert second == []
    assert [job.id for job in third] == [job.id for job in first]
    assert third[0].attempts == 2


async def test_a_done_job_is_gone_and_a_lost_lease_changes_nothing(instance: Instance):
    await _add(instance, JobRequest(kind="test"))
    lease, jobs = await _claim(instance)
    await _finish(instance, lease + 1, [(jobs[0], Done())])
    assert await instance.read(lambda r: len(r.session.scalars(select(JobRow)).all())) == 1

    await _finish(instance, lease, [(jobs[0], Done())])
    assert await instance.read(lambda r: len(r.session.scalars(select(JobRow)).all())) == 0


async def test_jobs_with_one_order_key_run_one_after_the_other(instance: Instance):
    await _add(
        instance,
        *(JobRequest(kind="test", payload={"n": n}, order_key="object@host") for n in range(3)),
        JobRequest(kind="test", payload={"n": 9}, order_key="other@host"),
    )
    seen = []
    for _ in range(3):
        lease, jobs = await _claim(instance)
        seen.append([job.payload["n"] for job in jobs])
        await _finish(instance, lease, [(job, Done()) for job in jobs])

    assert seen == [[0, 9], [1], [2]]


async def test_a_dead_job_does_not_hold_up_its_order(instance: Instance):
    await _add(instance, *(JobRequest(kind="test", order_key="k") for _ in range(2)))
    lease, jobs = await _claim(instance)
    await _finish(instance, lease, [(jobs[0], GivenUp("never"))])
    _, rest = await _claim(instance)

    assert len(rest) == 1
    dead = await instance.read(lambda r: r.session.scalars(select(JobRow.state)).all())
    assert sorted(dead) == [DEAD, "ready"]


async def test_a_unique_key_is_one_job_while_it_waits(instance: Instance):
    await _add(instance, JobRequest(kind="test", unique_key="u"))
    await _add(instance, JobRequest(kind="test", unique_key="u"))
    lease, jobs = await _claim(instance)
    assert len(jobs) == 1
    await _finish(instance, lease, [(jobs[0], Done())])
    await _add(instance, JobRequest(kind="test", unique_key="u"))

    assert len((await _claim(instance))[1]) == 1


async def test_ten_failures_running_shut_a_host_and_an_answer_opens_it(instance: Instance):
    await _add(instance, *(JobRequest(kind="test", host="slow.example") for _ in range(11)))
    lease, jobs = await _claim(instance)
    await _finish(instance, lease, [(job, Failed("timeout", host_failed=True)) for job in jobs])
    _, left = await _claim(instance)
    assert left == []

    _later(instance, timedelta(minutes=6))
    lease, probe = await _claim(instance)
    assert len(probe) == 1
    assert (await _claim(instance))[1] == []
    await _finish(instance, lease, [(probe[0], Done(host_ok=True))])
    row = await instance.read(lambda r: r.session.get(JobHost, "slow.example"))
    assert row is not None
    assert (row.failures, row.closed_until) == (0, None)


async def test_seven_days_of_failure_make_a_host_unavailable(instance: Instance):
    def fail(w: Work) -> None:
        job = Job(
            id=1, kind="test", payload={}, attempts=1, created_at=w.now,
            host="gone.example", order_key=None,
        )  # fmt: skip
        hosts.note_outcomes(w.session, w.now, [(job, Failed("refused", host_failed=True))] * 10)

    await instance.work(fail)
    _later(instance, timedelta(days=7, hours=1))
    await instance.work(fail)

    states = await instance.read(lambda r: hosts.states(r.session))
    assert states["gone.example"].unavailable


async def test_a_failed_job_waits_and_is_given_up_after_a_week(instance: Instance):
    await _add(instance, JobRequest(kind="test"))
    for _ in range(40):
        lease, jobs = await _claim(instance)
        if jobs:
            await _finish(instance, lease, [(jobs[0], Failed("no"))])
        _later(instance, timedelta(hours=27))
    rows = await instance.read(lambda r: r.session.scalars(select(JobRow)).all())

    assert [row.state for row in rows] == [DEAD]
    assert await instance.work(lambda w: queue.requeue_dead(w.session, w.now)) == 1
    assert len((await _claim(instance))[1]) == 1


async def test_the_depth_tells_counts_and_age(instance: Instance):
    await _add(instance, JobRequest(kind="test"))
    _later(instance, timedelta(seconds=30))
    depth = await instance.read(lambda r: queue.depth(r.session, r.now))

    assert depth["jobs"] == [{"state": "ready", "kind": "test", "count": 1}]
    assert depth["oldest_seconds"] == 30
