"""Backup and restore with PostgreSQL's own tools."""

import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.conftest import POSTGRES
from tests.support.command_line import CommandLine, environment_for, make_person

pytestmark = pytest.mark.postgres


async def _administer(statement: str) -> None:
    engine = create_async_engine(f"{POSTGRES}/postgres", isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[CommandLine]:
    name = f"meshwork_backup_{uuid.uuid4().hex[:12]}"
    asyncio.run(_administer(f'CREATE DATABASE "{name}"'))
    environment = environment_for(tmp_path) | {"MESHWORK_DATABASE__URL": f"{POSTGRES}/{name}"}
    command = CommandLine(capsys, environment)
    command.did("init")
    yield command
    asyncio.run(_administer(f'DROP DATABASE "{name}" WITH (FORCE)'))


def test_the_erased_stay_erased_after_a_restore(run: CommandLine, tmp_path: Path):
    make_person(run, "ann")
    make_person(run, "bob")
    file = str(tmp_path / "backup.tar")
    run.did("backup", file)
    run.did("erase", "ann", "--yes")
    make_person(run, "carol")
    assert "--force replaces it" in run("restore", file).refusal
    said = run.did("restore", file, "--force")
    assert "Erased again: 1 of 1" in said
    handles = [line.split()[0] for line in run.did("person", "list").splitlines()[1:]]
    assert handles == ["bob"]


async def test_a_database_in_use_is_not_replaced(run: CommandLine, tmp_path: Path):
    file = str(tmp_path / "backup.tar")
    await asyncio.to_thread(run.did, "backup", file)
    engine = create_async_engine(run.environment["MESHWORK_DATABASE__URL"])
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
        ran = await asyncio.to_thread(run, "restore", file, "--force")
    await engine.dispose()
    assert "stop the server" in ran.refusal


def test_a_wrong_password_is_one_line_without_it(run: CommandLine, tmp_path: Path):
    run.environment["MESHWORK_DATABASE__URL"] = "postgresql+asyncpg://me:hunter2@127.0.0.1:1/none"
    refusal = run("backup", str(tmp_path / "b.tar")).refusal
    assert "cannot reach the database" in refusal
    assert "hunter2" not in refusal
