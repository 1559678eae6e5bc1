"""Who runs a unit of work: one writer and a few readers for SQLite, a pool for PostgreSQL.

A unit of work is a synchronous function of a Session. On SQLite it hops once to the writer thread
and runs there at full speed; units that wait while a commit is under way share the next one (group
commit), so that a flood costs one disk flush per group. A unit may be run a second time, when a
neighbour of it raised or a transaction lost a race: whatever it changes is in its session. On
PostgreSQL it runs through SQLAlchemy's `run_sync` over asyncpg. `tests/benchmarks` compares both
ways on SQLite.
"""

import asyncio
import queue
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session

from server.platform.errors import Unavailable
from server.platform.storage.engines import is_sqlite, postgresql_engine, sqlite_engine

T = TypeVar("T")
_GROUP = 64
_TRIES = 5
_RETRIED_STATES = {"40001", "40P01"}  # serialization failure, deadlock detected
# What a row points to was deleted, or the same row inserted, between our look and our write: a
# second look finds that. A fault of ours would last, so it is not tried for long.
_LOST_RACES = {"23503", "23505"}  # foreign key violation, unique violation
_RACE_TRIES = 2
_TOOK_TOO_LONG = "57014"  # our own statement_timeout ended it: the server has too much to do
_READERS = 2  # more reader threads make it slower: they share one interpreter lock


class Runner(Protocol):
    """Runs units of work, each in one transaction; commits when it returns, else rolls back."""

    async def write(self, unit: Callable[[Session], T]) -> T:
        """Run a unit that may change things."""
        ...

    async def read(self, unit: Callable[[Session], T]) -> T:
        """Run a unit that only reads."""
        ...

    async def close(self) -> None:
        """Finish what is in hand and close the connections."""
        ...


def runner_for(url: str, pool_size: int) -> Runner:
    """Return the runner that fits the database."""
    return SqliteRunner(url) if is_sqlite(url) else PostgresqlRunner(url, pool_size)


@dataclass(slots=True)
class _Unit:
    run: Callable[[Session], Any]
    done: Future[Any]


_Answer = tuple[Any, BaseException | None]
_Run = Callable[[Connection, _Unit], _Answer]


class SqliteRunner:
    """One writer thread, two reader threads, group commit."""

    def __init__(self, url: str) -> None:
        self._writing = sqlite_engine(url, writes=True)
        self._reading = sqlite_engine(url, writes=False)
        self._waiting: queue.SimpleQueue[_Unit | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="read")
        self._writer = threading.Thread(target=self._write_groups, name="write", daemon=True)
        self._writer.start()

    async def write(self, unit: Callable[[Session], T]) -> T:
        """Run a unit on the writer thread; it may share its commit with others."""
        done: Future[T] = Future()
        self._waiting.put(_Unit(unit, done))
        # Not cancelled with the caller: what was begun is finished and answered by the database.
        return await asyncio.wrap_future(done)

    async def read(self, unit: Callable[[Session], T]) -> T:
        """Run a unit on a reader thread."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, unit)

    async def close(self) -> None:
        """Let the writer finish its queue, then close."""
        self._waiting.put(None)
        await asyncio.get_running_loop().run_in_executor(None, self._writer.join)
        self._readers.shutdown(wait=True)
        self._writing.dispose()
        self._reading.dispose()

    def _read(self, unit: Callable[[Session], T]) -> T:
        with Session(self._reading, expire_on_commit=False) as session:
            return unit(session)

    def _write_groups(self) -> None:
        stopping = False
        while not stopping:
            first = self._waiting.get()
            if first is None:
                break
            group = [first]
            while len(group) < _GROUP and not self._waiting.empty():
                unit = self._waiting.get()
                if unit is None:
                    stopping = True
                    break
                group.append(unit)
            self._write_group([unit for unit in group if unit.done.set_running_or_notify_cancel()])

    def _write_group(self, group: list[_Unit]) -> None:
        """Run the units in one transaction and answer each after the commit.

        A savepoint costs as much as a short unit, so they get one each only when one of them has
        raised: then all are run again, and that one fails alone.
        """
        try:
            try:
                answers = self._committed(group, _run_plainly)
            except _Raised as raised:
                if len(group) == 1:
                    group[0].done.set_exception(raised.error)
                    return
                answers = self._committed(group, _run_in_savepoint)
        except BaseException as error:  # noqa: BLE001 - every waiting caller must be told
            failure = Unavailable() if isinstance(error, OperationalError) else error
            failure.__cause__ = error if failure is not error else failure.__cause__
            for unit in group:
                unit.done.set_exception(failure)
            return
        for unit, (result, its_error) in zip(group, answers, strict=True):
            if its_error is None:
                unit.done.set_result(result)
            else:
                unit.done.set_exception(its_error)

    def _committed(self, group: Sequence[_Unit], run: _Run) -> list[_Answer]:
        with _begun(self._writing) as connection:
            answers = [run(connection, unit) for unit in group]
            connection.commit()
            return answers


def _begun(engine: Engine) -> Connection:
    """Return a connection with a begun transaction; waits for another process's lock."""
    for attempt in range(_TRIES):
        connection = engine.connect()
        try:
            connection.begin()
        except OperationalError:
            connection.close()
            if attempt == _TRIES - 1:
                raise
            time.sleep(random.uniform(0.02, 0.2))  # noqa: S311 - jitter, not a secret
        else:
            return connection
    raise AssertionError("unreachable: the last try returns or raises")


class _Raised(Exception):
    """A unit raised, so nothing of its transaction is kept."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


def _run_plainly(connection: Connection, unit: _Unit) -> _Answer:
    with Session(
        connection, expire_on_commit=False, join_transaction_mode="rollback_only"
    ) as session:
        try:
            result = unit.run(session)
            session.commit()  # flushes; the transaction is the group's
        except OperationalError:
            raise  # the disk or the lock: nothing of this group can be kept
        except BaseException as error:
            raise _Raised(error) from error
        return result, None


def _run_in_savepoint(connection: Connection, unit: _Unit) -> _Answer:
    with Session(
        connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
    ) as session:
        try:
            result = unit.run(session)
            session.commit()
        except OperationalError:
            raise  # as above
        except BaseException as error:  # noqa: BLE001 - it belongs to the caller of this unit
            session.rollback()
            return None, error
        return result, None


class PostgresqlRunner:
    """A pool of connections; a transaction that lost a race is run again as a whole."""

    def __init__(self, url: str, pool_size: int) -> None:
        self._engine: AsyncEngine = postgresql_engine(url, pool_size)
        self._reading = self._engine.execution_options(postgresql_readonly=True)

    async def write(self, unit: Callable[[Session], T]) -> T:
        """Run a unit in a transaction, again after a deadlock or a lost connection."""
        return await self._run(self._engine, unit)

    async def read(self, unit: Callable[[Session], T]) -> T:
        """Run a unit in a read-only transaction."""
        return await self._run(self._reading, unit)

    async def close(self) -> None:
        """Close the pool."""
        await self._engine.dispose()

    async def _run(self, engine: AsyncEngine, unit: Callable[[Session], T]) -> T:
        for attempt in range(_TRIES):
            try:
                async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
                    return await session.run_sync(unit)
            except PoolTimeout as error:  # every connection is busy: more tries make it worse
                raise Unavailable from error
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) == _TOOK_TOO_LONG:
                    raise Unavailable from error
                if not _worth_another_try(error, attempt):
                    raise
                if attempt == _TRIES - 1:
                    raise Unavailable from error
            except (ConnectionError, TimeoutError) as error:
                if attempt == _TRIES - 1:
                    raise Unavailable from error
            await asyncio.sleep(random.uniform(0.05, 0.3) * (attempt + 1))  # noqa: S311 - jitter
        raise AssertionError("unreachable: the last try returns or raises")


def _worth_another_try(error: DBAPIError, attempt: int) -> bool:
    """Say whether the whole transaction may be run again: nothing of it was kept."""
    state = getattr(error.orig, "sqlstate", None)
    if state in _LOST_RACES:
        return attempt < _RACE_TRIES
    return bool(error.connection_invalidated) or state in _RETRIED_STATES
