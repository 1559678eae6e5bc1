"""Schema changes: Alembic, forward only, one linear history, on both databases.

The models' metadata is given by the caller, because the engine does not know the features. Alembic
is imported only where the schema is changed: a server that runs asks for revisions alone, and has
no use for the 13 MB.
"""

from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, String, column, inspect, select, table
from sqlalchemy.ext.asyncio import AsyncEngine

from server.platform.storage.base import Base
from server.platform.storage.engines import migration_engine

_SCRIPTS = Path(__file__).parent / "migrations"
# Alembic's own table, with the one row that says where this database stands.
_VERSION = table("alembic_version", column("version_num", String()))


class SchemaTooNew(Exception):
    """The database was made by a newer version of this program."""


def newest() -> str | None:
    """Return the newest revision this program knows: the files' names begin with theirs."""
    return max(_known(), default=None)


@cache
def _known() -> frozenset[str]:
    return frozenset(
        path.name.partition("_")[0] for path in (_SCRIPTS / "versions").glob("[0-9]*_*.py")
    )


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the database, or None when it is empty."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.scalar(select(_VERSION.c.version_num))


def _upgrade(connection: Connection) -> None:
    from alembic import command

    current = revision_of(connection)
    if current is not None and current not in _known():
        raise SchemaTooNew(current)
    command.upgrade(_config(connection), "head")


def _config(connection: Connection) -> Any:  # noqa: ANN401 - Alembic's, which is not imported here
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = Base.metadata
    return config


async def upgrade(url: str) -> None:
    """Bring the database to the newest schema. Raises SchemaTooNew; changes nothing then."""
    engine = migration_engine(url)
    if isinstance(engine, AsyncEngine):
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade)
        await engine.dispose()
        return
    _upgrade_sqlite(engine)


def _upgrade_sqlite(engine: Engine) -> None:
    with engine.begin() as connection:
        _upgrade(connection)
    engine.dispose()


async def current(url: str) -> str | None:
    """Return the revision that the database has."""
    engine = migration_engine(url)
    if isinstance(engine, AsyncEngine):
        async with engine.connect() as connection:
            found = await connection.run_sync(revision_of)
        await engine.dispose()
        return found
    with engine.connect() as connection:
        found = revision_of(connection)
    engine.dispose()
    return found


def write_revision(connection: Connection, message: str) -> None:
    """Write a new migration from the difference to the models, for developers."""
    from alembic import command

    command.revision(_config(connection), message=message, autogenerate=True)
