"""Database engines for both databases, set up so that they behave alike.

SQLite runs in WAL mode with `synchronous=FULL`, because an answered request must survive a power
cut; writers begin with BEGIN IMMEDIATE, because a transaction that reads first and writes later
fails with "database is locked" however long it would wait.
"""

from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool, QueuePool, SingletonThreadPool

# GoToSocial found that busy_timeout must come first: setting WAL itself can meet a lock.
_PRAGMAS = (
    "PRAGMA busy_timeout=5000",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-16384",
)


def to_json(value: object) -> str:
    """Return JSON text for a column."""
    return orjson.dumps(value).decode()


def is_sqlite(url: str) -> bool:
    """Say whether the address names an SQLite database."""
    return make_url(url).get_backend_name() == "sqlite"


def sqlite_path(url: str) -> Path:
    """Return the file of an SQLite address."""
    return Path(make_url(url).database or "meshwork.sqlite")


def sqlite_engine(url: str, *, writes: bool) -> Engine:
    """Return a synchronous engine; the writing one begins every transaction as the one writer."""
    path = sqlite_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        json_serializer=to_json,
        json_deserializer=orjson.loads,
        poolclass=SingletonThreadPool if writes else QueuePool,
        connect_args={"check_same_thread": False, "timeout": 5.0},
    )
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's type
        connection.isolation_level = None  # transactions are begun below, not by the driver
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        if not writes:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begun(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's type
        connection.exec_driver_sql(begin)

    return engine


def postgresql_engine(url: str, pool_size: int) -> AsyncEngine:
    """Return the asynchronous engine for PostgreSQL; a statement may take ten seconds."""
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        json_serializer=to_json,
        json_deserializer=orjson.loads,
        connect_args={"server_settings": {"statement_timeout": "10000", "timezone": "UTC"}},
    )


def migration_engine(url: str) -> Engine | AsyncEngine:
    """Return an engine for schema changes, without the limits that requests have."""
    if is_sqlite(url):
        path = sqlite_path(url)
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            URL.create("sqlite+pysqlite", database=str(path)), poolclass=NullPool
        )

        @event.listens_for(engine, "connect")
        def _connected(connection: Any, _record: object) -> None:  # noqa: ANN401 - driver's type
            connection.isolation_level = None
            connection.execute("PRAGMA busy_timeout=30000")
            connection.execute("PRAGMA journal_mode=WAL")

        @event.listens_for(engine, "begin")
        def _begun(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's type
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine
    return create_async_engine(url, poolclass=NullPool)
