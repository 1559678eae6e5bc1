"""The worker: claims jobs, runs them side by side, and writes their ends together.

Outcomes are collected while one write is under way and written with the next, like a group commit.
A job kind gets its claimed jobs as a batch, because deliveries sign and connect better together,
and reports each one's end by itself, so that a slow host holds up nobody.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from server.platform.jobs import hosts, queue
from server.platform.jobs.model import Job, JobRequest
from server.platform.jobs.outcomes import Done, Failed, GivenUp, Outcome
from server.platform.jobs.schedule import Recurring, due
from server.platform.work import Work

_log = structlog.get_logger("jobs")
Finish = Callable[[Job, Outcome], None]
# The first argument is the Instance; jobs know it, this module does not need to.
RunBatch = Callable[[Any, Sequence[Job], Finish], Awaitable[None]]
RunOne = Callable[[Any, Job], Awaitable[Outcome | None]]

_BATCH = 100
_PER_HOST = 50
_POLL_SECONDS = 1.0
_PARKED_AFTER = 5
_ENDS: Mapping[type[Outcome], str] = {Done: "done", Failed: "later", GivenUp: "dead"}


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job: its name and how a claimed batch of it is run."""

    name: str
    run: RunBatch


class Permanent(Exception):
    """Raised by a job that can never succeed; the text goes to the admin, without personal data."""


def one_by_one(name: str, run: RunOne) -> JobKind:
    """Return a job kind whose jobs are run each by itself; returning None means done."""

    async def each(instance: Any, jobs: Sequence[Job], finish: Finish) -> None:  # noqa: ANN401 - Instance
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(_run_one(instance, job, run, finish))

    return JobKind(name, each)


async def _run_one(instance: Any, job: Job, run: RunOne, finish: Finish) -> None:  # noqa: ANN401 - Instance
    finish(job, await ended(job, run(instance, job)))


async def ended(job: Job, running: Awaitable[Outcome | None]) -> Outcome:
    """Return how a job ended; a fault of ours is tried again and parked after five times."""
    try:
        return await running or Done()
    except Permanent as error:
        return GivenUp(str(error))
    except Exception as error:  # noqa: BLE001 - the job runner is one of the three places to catch
        _log.warning("job failed", kind=job.kind, error=type(error).__name__, exc_info=True)
        text = f"{type(error).__name__}"
        return GivenUp(text) if job.attempts >= _PARKED_AFTER else Failed(text)


class JobRunner:
    """Runs jobs until it is stopped."""

    def __init__(
        self,
        instance: Any,  # noqa: ANN401 - the Instance; it holds this runner
        kinds: Sequence[JobKind],
        recurring: Sequence[Recurring],
        *,
        parallel: int,
    ) -> None:
        self._instance = instance
        self._kinds: Mapping[str, JobKind] = {kind.name: kind for kind in kinds}
        self._recurring = tuple(recurring)
        self._parallel = parallel
        self._woken = asyncio.Event()
        self._ended = asyncio.Event()
        self._results: list[tuple[Job, int, Outcome]] = []
        self._under_way: dict[int, tuple[Job, int]] = {}
        self._batches: set[asyncio.Task[None]] = set()
        self._stopping = False

    def wake(self) -> None:
        """Look for work now."""
        self._woken.set()

    @property
    def idle(self) -> bool:
        """Say whether nothing is under way and nothing waits to be written."""
        return not self._under_way and not self._results

    async def run(self) -> None:
        """Claim, run and finish until `stop`."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._claim_until_stopped())
            group.create_task(self._write_until_stopped())

    async def stop(self, *, within: float) -> None:
        """Stop claiming, let what is under way finish for a while, give the rest back."""
        self._stopping = True
        self._woken.set()
        if self._batches:
            await asyncio.wait(set(self._batches), timeout=within)
        for task in self._batches:
            task.cancel()
        left: dict[int, list[int]] = {}
        for job, lease in self._under_way.values():
            left.setdefault(lease, []).append(job.id)
        if left:
            await self._instance.work(lambda w: queue.release(w.session, w.now, left))
        self._ended.set()

    async def run_until_empty(self, *, rounds: int = 1000) -> None:
        """Run everything that is ready now, and what comes of it; for tests and commands."""
        for _ in range(rounds):
            claimed = await self._claim()
            while self._batches:
                await asyncio.wait(set(self._batches))
            await self._write()
            if not claimed:
                return

    async def _claim_until_stopped(self) -> None:
        while not self._stopping:
            claimed = 0
            try:
                claimed = await self._claim()
            except Exception:  # noqa: BLE001 - the database may be away for a while
                _log.warning("cannot claim jobs", exc_info=True)
            if claimed < _BATCH or len(self._under_way) >= self._parallel:
                self._woken.clear()
                try:
                    async with asyncio.timeout(_POLL_SECONDS):
                        await self._woken.wait()
                except TimeoutError:
                    continue

    async def _claim(self) -> int:
        room = min(_BATCH, self._parallel - len(self._under_way))
        if room <= 0:
            return 0
        busy = Counter(job.host for job, _ in self._under_way.values() if job.host)
        busy_hosts = [host for host, count in busy.items() if count >= _PER_HOST]
        lease, jobs = await self._instance.work(self._claim_unit, room, busy_hosts)
        if self._stopping and jobs:  # the end came while the database was asked
            held = {lease: [job.id for job in jobs]}
            await self._instance.work(lambda w: queue.release(w.session, w.now, held))
            return 0
        by_kind: dict[str, list[Job]] = {}
        for job in jobs:
            self._under_way[job.id] = (job, lease)
            by_kind.setdefault(job.kind, []).append(job)
        for kind, batch in by_kind.items():
            task = asyncio.create_task(self._run_batch(self._kinds[kind], batch))
            self._batches.add(task)
            task.add_done_callback(self._batches.discard)
        return len(jobs)

    def _claim_unit(self, w: Work, room: int, busy_hosts: Sequence[str]) -> tuple[int, list[Job]]:
        for recurring in due(w.session, w.now, self._recurring):
            w.enqueue(JobRequest(kind=recurring.kind, unique_key=f"every:{recurring.kind}"))
        return queue.claim(
            w.session, w.now, kinds=self._kinds.keys(), limit=room, busy_hosts=busy_hosts
        )

    async def _run_batch(self, kind: JobKind, batch: Sequence[Job]) -> None:
        try:
            await kind.run(self._instance, batch, self._finish)
        except Exception as error:  # noqa: BLE001 - the job runner is one of the places to catch
            _log.warning("batch failed", kind=kind.name, error=type(error).__name__, exc_info=True)
            for job in batch:
                if job.id in self._under_way:
                    self._finish(job, Failed(type(error).__name__))

    def _finish(self, job: Job, outcome: Outcome) -> None:
        found = self._under_way.get(job.id)
        if found is not None:
            self._results.append((job, found[1], outcome))
            del self._under_way[job.id]
            self._instance.metrics.count_job(job.kind, _ENDS[type(outcome)])
            self._ended.set()
            if len(self._under_way) < self._parallel // 2:
                self._woken.set()

    async def _write_until_stopped(self) -> None:
        while not (self._stopping and self.idle and not self._batches):
            self._ended.clear()
            if not self._results:
                try:
                    async with asyncio.timeout(_POLL_SECONDS):
                        await self._ended.wait()
                except TimeoutError:
                    continue
            if self._stopping and not self._batches:
                self._under_way.clear()
            try:
                await self._write()
            except Exception:  # noqa: BLE001 - leases bring the jobs back if this goes on
                _log.warning("cannot write the ends of jobs", exc_info=True)
                await asyncio.sleep(_POLL_SECONDS)

    async def _write(self) -> None:
        results, self._results = self._results, []
        if not results:
            return

        def unit(w: Work) -> None:
            queue.finish(w.session, w.now, results)
            hosts.note_outcomes(w.session, w.now, [(job, end) for job, _, end in results])

        try:
            await self._instance.work(unit)
        except BaseException:
            self._results = results + self._results
            raise
        if any(job.order_key for job, _, _ in results):
            self._woken.set()  # the next of each order may go now
