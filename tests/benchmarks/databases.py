"""A fresh database with every table for one measurement, of either kind."""

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine

from server.features import FEATURES
from server.platform.storage.base import Base
from tests.benchmarks.goals import Setting

POSTGRES = os.environ.get("MESHWORK_TEST_POSTGRES", "")


def kinds() -> list[Literal["sqlite", "postgresql"]]:
    """Return the databases that can be measured here."""
    return ["sqlite", "postgresql"] if POSTGRES else ["sqlite"]


@asynccontextmanager
async def fresh_database(setting: Setting) -> AsyncIterator[str]:
    """Give the address of a database with every table of every feature; it is gone afterwards."""
    assert FEATURES, "the features' tables are loaded with them"
    name = f"meshwork_bench_{uuid.uuid4().hex[:12]}"
    if setting.database == "sqlite":
        path = setting.folder / f"{name}.sqlite"
        engine = create_engine(f"sqlite:///{path}")
        Base.metadata.create_all(engine)
        engine.dispose()
        yield f"sqlite+aiosqlite:///{path}"
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        return
    await _administer(f'CREATE DATABASE "{name}"')
    try:
        made = create_async_engine(f"{POSTGRES}/{name}")
        async with made.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        await made.dispose()
        yield f"{POSTGRES}/{name}"
    finally:
        await _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


async def _administer(statement: str) -> None:
    engine = create_async_engine(f"{POSTGRES}/postgres", isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


async def settle(url: str) -> None:
    """Let the planner know what a bulk insert brought, as autovacuum would in time."""
    if url.startswith("sqlite"):
        return
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text("ANALYZE"))
    await engine.dispose()
