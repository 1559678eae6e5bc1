"""Taking a database as it is at one moment while it is used, and putting it back.

SQLite: its online backup. PostgreSQL: `pg_dump` and `pg_restore`, which have to be installed.
"""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Final

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine

from server.cli.common import Failed
from server.cli.progress import Advance
from server.platform.storage.engines import migration_engine

_PAGES_AT_ONCE: Final = 2_000
_RESERVE: Final = 0.05
"""How much of a disk stays free: a full one stops the instance."""


def require_room(folder: Path, needed: int) -> None:
    """Raise Failed unless a folder has room for so many bytes and five per cent stay free."""
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    if usage.free - needed < usage.total * _RESERVE:
        raise Failed(
            f"not enough room in {folder}: {needed // 2**20} MiB are needed,"
            f" {usage.free // 2**20} MiB are free and 5 % of the disk have to stay so"
        )


def dump_sqlite(source: Path, target: Path, advance: Advance) -> None:
    """Copy an SQLite database that may be in use, as it is at one moment, and check the copy.

    A read transaction is held meanwhile: writers go on and the copy does not start over.
    """
    origin = sqlite3.connect(f"file:{source}?mode=ro", uri=True, isolation_level=None)
    copy = sqlite3.connect(target)
    page_bytes = int(origin.execute("PRAGMA page_size").fetchone()[0])
    left_before: list[int] = []

    def told(status: int, left: int, total: int) -> None:
        del status
        advance(((left_before[-1] if left_before else total) - left) * page_bytes)
        left_before[:] = [left]

    try:
        origin.execute("BEGIN")
        origin.execute("SELECT count(*) FROM sqlite_master").fetchone()
        origin.backup(copy, pages=_PAGES_AT_ONCE, progress=told)
        copy.execute("PRAGMA journal_mode=DELETE")
        verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
    finally:
        copy.close()
        origin.close()
    if verdict != "ok":
        raise Failed(f"the database is damaged ({verdict}); nothing was backed up")


def single_file(path: Path) -> None:
    """Bring an SQLite database that nobody uses into its one file. Raises Failed if it is used."""
    connection = sqlite3.connect(path, timeout=1.0, isolation_level=None)
    try:
        mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise Failed("the database is in use; stop the server and the workers first") from error
    finally:
        connection.close()
    if mode != "delete":
        raise Failed("the database is in use; stop the server and the workers first")


def has_tables(path: Path) -> bool:
    """Say whether there is an SQLite database with anything in it."""
    if not path.exists() or path.stat().st_size == 0:
        return False
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]) > 0
    except sqlite3.DatabaseError:
        return True  # whatever it is, it is not nothing
    finally:
        connection.close()


async def postgresql_facts(url: str) -> tuple[int, bool, int]:
    """Return size in bytes, whether there are tables, and how many others are connected."""
    engine = migration_engine(url)
    if not isinstance(engine, AsyncEngine):
        raise TypeError(url)
    async with engine.connect() as connection:
        size = await connection.scalar(text("SELECT pg_database_size(current_database())"))
        tables = await connection.scalar(
            text("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")
        )
        others = await connection.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        )
    await engine.dispose()
    return int(size or 0), bool(tables), int(others or 0)


def dump_postgresql(url: str, target: Path) -> None:
    """Write a dump of a PostgreSQL database that may be in use. Raises Failed."""
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def restore_postgresql(url: str, dump: Path) -> None:
    """Put a dump in place of what a PostgreSQL database holds, in one transaction."""
    database = make_url(url).database or ""
    _run(
        "pg_restore", url, "--clean", "--if-exists", "--no-owner", "--no-privileges",
        "--single-transaction", "--exit-on-error", f"--dbname={database}", str(dump),
    )  # fmt: skip


def _run(program: str, url: str, *arguments: str) -> None:
    """Run a tool of PostgreSQL; the password goes by the environment, which others cannot see."""
    found = shutil.which(program)
    if found is None:
        raise Failed(f"{program} is not installed; it comes with the client of PostgreSQL")
    address = make_url(url)
    host = address.query.get("host", address.host)
    environment = {
        **os.environ,
        "PGHOST": str(host or ""),
        "PGPORT": str(address.port or ""),
        "PGUSER": address.username or "",
        "PGPASSWORD": str(address.password or ""),
        "PGDATABASE": address.database or "",
    }
    wanted = {name: value for name, value in environment.items() if value}
    ran = subprocess.run(  # noqa: S603 - a program by its full path, arguments of our own
        [found, *arguments], env=wanted, capture_output=True, text=True, check=False
    )
    if ran.returncode != 0:
        told = ran.stderr.strip().splitlines() or ["no reason given"]
        raise Failed(f"{program} failed: {told[-1]}")
