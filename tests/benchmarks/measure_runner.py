"""SQLite: our writer and reader threads against `run_sync` over aiosqlite.

The choice in `server/platform/storage/runners.py` rests on this: the same units of work, one at a
time and 32 at once, by CPU time. Nothing is measured on PostgreSQL, where there is one way only.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import event, insert, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from server.people.rules import Viewer
from server.platform.http.paging import Page
from server.platform.instance import Instance
from server.platform.jobs.model import JobHost
from server.platform.storage.engines import to_json
from server.platform.storage.runners import Runner, SqliteRunner
from server.platform.work import Reading
from server.posts.loading import post_rows
from server.timelines import queries as timelines
from tests.benchmarks.databases import fresh_database
from tests.benchmarks.goals import Goal, Setting, at_most, micro
from tests.benchmarks.installations import Place, running
from tests.benchmarks.readers import settle_reader
from tests.benchmarks.residents import now

T = TypeVar("T")
Unit = Callable[[Session], Any]
_POSTS = 1_000
_POOL = 3


class AiosqliteRunner:
    """Units of work through SQLAlchemy's asynchronous engine, one writer at a time."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(url, json_serializer=to_json, pool_size=_POOL)
        self._one_writer = asyncio.Lock()

        @event.listens_for(self._engine.sync_engine, "connect")
        def _connected(connection: Any, _record: object) -> None:
            connection.isolation_level = None
            cursor = connection.cursor()
            for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        @event.listens_for(self._engine.sync_engine, "begin")
        def _begun(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN")

    async def write(self, unit: Callable[[Session], T]) -> T:
        """Run a unit and commit."""
        async with self._one_writer, AsyncSession(self._engine) as session, session.begin():
            return await session.run_sync(unit)

    async def read(self, unit: Callable[[Session], T]) -> T:
        """Run a unit that only reads."""
        async with AsyncSession(self._engine) as session:
            return await session.run_sync(unit)

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.dispose()


async def measure(setting: Setting) -> Sequence[Goal]:
    """Measure writing a row, reading a row and reading a page of a home, both ways."""
    if setting.database != "sqlite":
        return []
    units = setting.count(400, 60)
    async with fresh_database(setting) as url:
        place = Place(database_url=url, folder=str(setting.folder))
        async with running(place) as instance:
            reader = await settle_reader(instance, _POSTS)
            page = _page_unit(instance, reader.person_id)
        goals = []
        for name, kind, unit in (
            ("writing one row", "write", _insert_row),
            ("reading one row", "read", _read_row),
            ("reading a page of 40 posts", "read", page),
        ):
            for at_once in (1, 32):
                size = units if unit is not page else units // 4
                goals.append(await _compared(url, name, kind, unit, size, at_once))
    return goals


async def _compared(url: str, name: str, kind: str, unit: Unit, units: int, at_once: int) -> Goal:
    ours, theirs = [], []
    for _ in range(3):
        async with _opened(SqliteRunner(url)) as runner:
            ours.append(await _cost(getattr(runner, kind), unit, units, at_once))
        async with _opened(AiosqliteRunner(url)) as runner:
            theirs.append(await _cost(getattr(runner, kind), unit, units, at_once))
    best, other = min(ours), min(theirs)
    return at_most(
        f"SQLite, {name}, {at_once} at once",
        best[0] / other[0],
        1,
        "× the CPU of aiosqlite",
        {
            "our threads": f"{micro(best[0])} CPU, {micro(best[1])} by the clock",
            "run_sync over aiosqlite": f"{micro(other[0])} CPU, {micro(other[1])} by the clock",
            "round": f"{units} units, best of 3",
        },
    )


@asynccontextmanager
async def _opened(runner: Runner) -> AsyncIterator[Runner]:
    try:
        yield runner
    finally:
        await runner.close()


async def _cost(
    run: Callable[[Unit], Awaitable[Any]], unit: Unit, units: int, at_once: int
) -> tuple[float, float]:
    """Return CPU and wall seconds of one unit."""
    await _run_all(run, unit, 20, at_once)
    began, used = time.perf_counter(), time.process_time()
    await _run_all(run, unit, units, at_once)
    cpu, wall = time.process_time() - used, time.perf_counter() - began
    return cpu / units, wall / units


async def _run_all(
    run: Callable[[Unit], Awaitable[Any]], unit: Unit, units: int, at_once: int
) -> None:
    left = iter(range(units))

    async def one_by_one() -> None:
        for _ in left:
            await run(unit)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(one_by_one())


_hosts = count()
_FIRST_HOST = "h0.example"


def _insert_row(session: Session) -> None:
    session.execute(
        insert(JobHost),
        {"host": f"h{next(_hosts)}.example", "changed_at": now(), "failures": 0},
    )


def _read_row(session: Session) -> object:
    return session.execute(
        select(JobHost.host, JobHost.failures).where(JobHost.host == _FIRST_HOST)
    ).first()


def _page_unit(instance: Instance, person_id: int) -> Unit:
    viewer = Viewer.member(person_id)

    def unit(session: Session) -> object:
        r = Reading(session=session, now=now(), site=instance.site, vault=instance.vault)
        return post_rows(r, viewer, timelines.home(r, viewer, Page(limit=40)))

    return unit
