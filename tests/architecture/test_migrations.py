"""Migrations: an empty database becomes exactly what the models say, on both databases."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from server.features import FEATURES  # noqa: F401 - loads every table
from server.platform.storage import migrate
from server.platform.storage.base import Base
from tests.conftest import POSTGRES, _administer


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


async def test_an_empty_sqlite_database_becomes_what_the_models_say(tmp_path: Path):
    path = tmp_path / "empty.sqlite"
    await migrate.upgrade(f"sqlite+aiosqlite:///{path}")

    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert _differences(connection) == []
    engine.dispose()
    assert await migrate.current(f"sqlite+aiosqlite:///{path}") == migrate.newest()


@pytest.mark.postgres
async def test_an_empty_postgresql_database_becomes_what_the_models_say():
    name = "meshwork_test_migrations"
    await _administer(f'DROP DATABASE IF EXISTS "{name}"')
    await _administer(f'CREATE DATABASE "{name}"')
    await migrate.upgrade(f"{POSTGRES}/{name}")

    engine = create_async_engine(f"{POSTGRES}/{name}")
    async with engine.connect() as connection:
        assert await connection.run_sync(_differences) == []
    await engine.dispose()
    await _administer(f'DROP DATABASE "{name}"')


async def test_upgrading_twice_changes_nothing(tmp_path: Path):
    url = f"sqlite+aiosqlite:///{tmp_path / 'twice.sqlite'}"
    await migrate.upgrade(url)
    await migrate.upgrade(url)

    assert await migrate.current(url) == migrate.newest()


async def test_a_newer_schema_is_refused(tmp_path: Path):
    path = tmp_path / "newer.sqlite"
    await migrate.upgrade(f"sqlite+aiosqlite:///{path}")
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'from the future'")
    engine.dispose()

    with pytest.raises(migrate.SchemaTooNew):
        await migrate.upgrade(f"sqlite+aiosqlite:///{path}")


def test_there_is_one_linear_history():
    versions = Path(migrate.__file__).parent / "migrations" / "versions"
    parents = [
        line
        for path in versions.glob("*.py")
        for line in path.read_text().splitlines()
        if line.startswith("down_revision")
    ]
    assert len(parents) == len(set(parents)) >= 1
