"""`meshwork init` and `meshwork migrate`: making an instance and renewing its schema."""

import argparse

from server.cli.common import Commands, Failed, command, opened, run_async, settings_of
from server.platform.secrets import load_vault
from server.platform.storage import migrate
from server.settings import Settings


def register(commands: Commands) -> None:
    """Add the commands."""
    command(
        commands,
        "init",
        init,
        about="Make the database, the instance key and the media folder; safe to repeat.",
        examples="meshwork init\nMESHWORK_INSTANCE__BASE_URL=https://work.example meshwork init",
    )
    command(
        commands,
        "migrate",
        run_migrations,
        about="Bring the database to the schema of this program; stop the server first.",
        examples="meshwork migrate",
    )


def init(asked: argparse.Namespace) -> None:
    """Make what an instance needs."""
    settings = settings_of(asked)
    run_async(make_instance(settings))
    print(f"Ready: {settings.instance.base_url}")
    print("Next: meshwork person create --help, then meshwork serve")


async def make_instance(settings: Settings) -> None:
    """Make database, key and media folder, and the actor that signs for the instance."""
    load_vault(settings.secrets.key_file)
    settings.media.root.mkdir(parents=True, exist_ok=True)
    await upgraded(settings)
    async with opened(settings):
        pass  # starting the features makes the instance actor


async def upgraded(settings: Settings) -> None:
    """Upgrade the schema. Raises Failed for a database of a newer program or out of reach."""
    try:
        await migrate.upgrade(settings.database.url)
    except migrate.SchemaTooNew as error:
        raise Failed("the database was made by a newer version of Meshwork") from error
    except OSError as error:
        raise Failed(f"cannot reach the database: {error}") from error


def run_migrations(asked: argparse.Namespace) -> None:
    """Upgrade the schema."""
    settings = settings_of(asked)
    run_async(upgraded(settings))
    print(f"The database has schema {migrate.newest()}")
