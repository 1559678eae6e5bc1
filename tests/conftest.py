"""What all tests share: real database files, a clock that is set, and nothing beyond loopback."""

import asyncio
import os
import shutil
import socket
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from activitypub.fetching.guard import ssl_context
from server.federation.keys import new_keys
from server.platform.storage import engines

POSTGRES = os.environ.get("MESHWORK_TEST_POSTGRES", "")

# The same examples each time, so that a run says something about the change and not about luck;
# `HYPOTHESIS_PROFILE=explore` looks for new ones. Times depend on the machine and decide nothing.
hypothesis.settings.register_profile(
    "steady",
    derandomize=True,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile("explore", deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        default="sqlite",
        choices=["sqlite", "postgres"],
        help="the database that the suite runs on (postgres: MESHWORK_TEST_POSTGRES names it)",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database") == "postgres":
        _keep_what_touches_a_database(config, items)
    missing = {
        "postgres": None if POSTGRES else "MESHWORK_TEST_POSTGRES names no server",
        "chromium": None if shutil.which("chromium") else "chromium is not installed",
        "node": None if shutil.which("node") else "Node.js is not installed",
    }
    if os.environ.get("CI"):
        return  # there everything must run
    for item in items:
        for marker, reason in missing.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


_DATABASES = frozenset({"database_url", "new_database", "template"})
"""The fixtures that a test's database comes from, whatever else stands between."""


def _keep_what_touches_a_database(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what another database cannot change; SQLite's run has it."""
    without = [
        item
        for item in items
        if _DATABASES.isdisjoint(getattr(item, "fixturenames", ()))
        and not item.get_closest_marker("postgres")
    ]
    if without:
        config.hook.pytest_deselected(items=without)
        left_out = set(without)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection beyond this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            assert host.startswith("127.") or host in {"::1", "localhost"}, f"connection to {host}"
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """Let SQLite hand its pages to the operating system and go on.

    A power cut cannot be tested here, and waiting for the disk is a quarter of the suite's time.
    Programs that tests start of their own are not touched by this.
    """
    hurried = tuple(
        "PRAGMA synchronous=OFF" if pragma.startswith("PRAGMA synchronous") else pragma
        for pragma in engines._PRAGMAS
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "_PRAGMAS", hurried)
        yield


@pytest.fixture(scope="session", autouse=True)
def dear_things_made_once() -> Iterator[None]:
    """Give all instances of a test process the same own keys, TLS contexts and compiled statements.

    Each start of an instance makes them; thousands of starts in a run need no others.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.federation.wire.new_keys", cache(new_keys))
        patch.setattr("server.federation.wire.ssl_context", cache(ssl_context))
        patch.setattr(engines, "create_engine", _knowing_statements(create_engine))
        patch.setattr(engines, "create_async_engine", _knowing_statements(create_async_engine))
        yield


def _knowing_statements(make: Callable[..., Any]) -> Callable[..., Any]:
    """Let all engines of a maker share what the first one learned: compiled statements.

    They belong to an engine and its dialect; a test with an engine of its own compiles each
    statement again, which is a third of its time.
    """
    first: list[Engine] = []

    def made(*args: Any, **wishes: Any) -> Any:
        engine = make(*args, **wishes)
        if "json_serializer" not in wishes:  # migrations have engines of another kind
            return engine
        inner = getattr(engine, "sync_engine", engine)
        first.append(inner)
        inner.dialect = inner.pool._dialect = first[0].dialect
        inner._compiled_cache = first[0]._compiled_cache
        del first[1:]
        return engine

    return made


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an SQLite file with every table; each test gets a copy."""
    from server.features import FEATURES  # noqa: F401 - loads every table
    from server.platform.storage.base import Base

    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str]:
    """Give the address of a PostgreSQL database with every table, one for each test process."""
    from server.features import FEATURES  # noqa: F401 - loads every table
    from server.platform.storage.base import Base

    name = f"meshwork_test_{uuid.uuid4().hex[:12]}"

    async def make() -> None:
        await _administer(f'CREATE DATABASE "{name}"')
        engine = create_async_engine(f"{POSTGRES}/{name}")
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        await engine.dispose()

    _run_apart(make)
    yield f"{POSTGRES}/{name}"
    _run_apart(lambda: _administer(f'DROP DATABASE "{name}" WITH (FORCE)'))


async def _empty(url: str) -> None:
    """Delete every row; quicker than a new database for each test.

    TRUNCATE of all tables makes each of their files and indexes anew, which takes longer than most
    tests; few tables of a test hold anything.
    """
    from server.platform.storage.base import Base

    tables = Base.metadata.sorted_tables
    held = " UNION ALL ".join(
        f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM \"{table.name}\")" for table in tables
    )
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        filled = set((await connection.execute(text(held))).scalars())
        for table in reversed(tables):  # whoever points to others goes first
            if table.name in filled:
                await connection.execute(text(f'DELETE FROM "{table.name}"'))
    await engine.dispose()


def _run_apart(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run something asynchronous from a fixture that a running loop asked for."""
    with ThreadPoolExecutor(1) as apart:
        apart.submit(lambda: asyncio.run(work())).result()


async def _administer(statement: str) -> None:
    engine = create_async_engine(f"{POSTGRES}/postgres", isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Give the address of a fresh database with every table."""
    if request.config.getoption("--database") == "sqlite":
        path = tmp_path / "test.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    url = request.getfixturevalue("postgres_database")
    yield url
    await _empty(url)


@pytest.fixture
async def instance(database_url: str, tmp_path: Path) -> AsyncIterator[Any]:
    """Give a running instance at https://ours.example with a clock that is set."""
    from tests.support.instances import running_instance

    async with running_instance(database_url, tmp_path) as started:
        yield started
