"""What journeys share: databases by the dozen, people with tokens, samples of the five kinds."""

import json
import re
import shutil
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import create_async_engine

from server.features import FEATURES  # noqa: F401 - loads every table
from server.platform.storage.base import Base
from tests.conftest import POSTGRES, _administer, _run_apart

NewDatabase = Callable[..., Awaitable[str]]
WRITTEN_ON = date(2026, 11, 23)
"""The day around which the samples' dates lie."""
SAMPLES = Path(__file__).parents[2] / "schemas" / "samples"


@pytest.fixture
def on_sqlite(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--database") == "sqlite")


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """Return the name of a PostgreSQL database with every table, from which others are copied."""
    name = f"meshwork_template_{uuid.uuid4().hex[:12]}"

    async def make() -> None:
        await _administer(f'CREATE DATABASE "{name}"')
        engine = create_async_engine(f"{POSTGRES}/{name}", poolclass=NullPool)
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        await engine.dispose()

    _run_apart(make)
    yield name
    _run_apart(lambda: _administer(f'DROP DATABASE "{name}"'))


@pytest.fixture
def template(request: pytest.FixtureRequest, on_sqlite: bool) -> Any:
    """Return the database with every table."""
    return request.getfixturevalue("sqlite_template" if on_sqlite else "postgres_template")


@pytest.fixture
async def new_database(
    template: Any, on_sqlite: bool, tmp_path: Path
) -> AsyncIterator[NewDatabase]:
    """Make databases of the suite's sort: with every table, or empty for `meshwork init`."""
    made: list[str] = []

    async def new(*, empty: bool = False) -> str:
        name = f"meshwork_test_{uuid.uuid4().hex[:12]}"
        if on_sqlite:
            path = tmp_path / f"{name}.sqlite"
            if not empty:
                shutil.copy(template, path)
            return f"sqlite+aiosqlite:///{path}"
        like = "" if empty else f' TEMPLATE "{template}"'
        await _administer(f'CREATE DATABASE "{name}"{like}')
        made.append(name)
        return f"{POSTGRES}/{name}"

    yield new
    for name in made:
        await _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture(scope="session")
def record_of() -> Callable[[str], dict[str, Any]]:
    """Return a record of a kind as its author would write it, with dates around today."""
    passed = datetime.now(UTC).date() - WRITTEN_ON

    def moved(day: re.Match[str]) -> str:
        return (date.fromisoformat(day[0]) + passed).isoformat()

    def read(kind: str) -> dict[str, Any]:
        text = (SAMPLES / kind / "valid-1.json").read_text("utf-8")
        record = json.loads(re.sub(r"\b20\d\d-\d\d-\d\d", moved, text))
        for added_by_the_server in ("identifier", "hiringOrganization"):
            record.pop(added_by_the_server, None)
        return record

    return read
