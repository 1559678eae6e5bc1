"""Schema changes: Alembic, forward only, one linear history, on both databases.

The models' metadata is given by the caller, because the engine does not know the features.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from server.platform.storage.base import Base
from server.platform.storage.engines import migration_engine

_SCRIPTS = Path(__file__).parent / "migrations"


class SchemaTooNew(Exception):
    """The database was made by a newer version of this program."""


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = Base.metadata
    return config


def newest() -> str | None:
    """Return the newest revision this program knows."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return ScriptDirectory.from_config(config).get_current_head()


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the database, or None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    current = revision_of(connection)
    if current is not None and current not in known:
        raise SchemaTooNew(current)
    command.upgrade(_config(connection), "head")


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return ScriptDirectory.from_config(config)


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
    command.revision(_config(connection), message=message, autogenerate=True)
