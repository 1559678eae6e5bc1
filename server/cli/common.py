"""What commands share: settings, a started instance, and failing with one line."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar

from server.features import FEATURES
from server.people.cards import PersonRow
from server.people.queries import person_by_handle
from server.people.rules import HOUSE
from server.platform.instance import Instance
from server.platform.log import LogStyle, set_up_log
from server.platform.storage import migrate
from server.platform.storage.engines import is_sqlite, sqlite_path
from server.settings import Settings, load

T = TypeVar("T")
Commands = Any
"""argparse's own type for a group of subcommands has no public name."""


class Failed(Exception):
    """A command could not do what was asked; the text is the one line that people read."""


def hint_settings(parser: argparse.ArgumentParser) -> None:
    """Let a parser take the settings file."""
    parser.add_argument(
        "--settings",
        type=Path,
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="TOML file of settings (or MESHWORK_SETTINGS)",
    )


def command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int | None],
    *,
    about: str,
    examples: str,
) -> argparse.ArgumentParser:
    """Add a command with its help and examples; return its parser."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=about,
        description=about,
        epilog="examples:\n" + "\n".join(f"  {line}" for line in examples.splitlines()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    hint_settings(parser)
    parser.set_defaults(run=run)
    return parser


def group(commands: Commands, name: str, about: str) -> Commands:
    """Add a command that only holds others; return what they are added to."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
    return parser.add_subparsers(title="commands", metavar="COMMAND", required=True)


def settings_of(asked: argparse.Namespace) -> Settings:
    """Return the settings that a command runs with."""
    return load(getattr(asked, "settings", None))


@asynccontextmanager
async def opened(
    settings: Settings, *, jobs: bool = False, log_level: str | None = None
) -> AsyncIterator[Instance]:
    """Start the instance for one command. Raises Failed when the database is not ready for it."""
    instance = await prepared(settings, log_level=log_level or "error")
    async with instance.running(jobs=jobs):
        yield instance


async def prepared(settings: Settings, *, log_level: str) -> Instance:
    """Return the instance, not started yet, once its database has the schema of this program."""
    await require_schema(settings)
    instance = Instance(settings, FEATURES)
    form: Literal["json", "console"] = "json" if settings.log.format == "json" else "console"
    set_up_log(LogStyle(log_level, form), salt=instance.vault.mark("log", "salt").encode())
    return instance


async def require_schema(settings: Settings) -> None:
    """Raise Failed unless the database has exactly the schema that this program knows."""
    url = settings.database.url
    if is_sqlite(url) and not sqlite_path(url).exists():
        raise Failed("there is no database yet; run `meshwork init`")
    try:
        current = await migrate.current(url)
    except OSError as error:
        raise Failed(f"cannot reach the database: {error}") from error
    if current is None:
        raise Failed("the database is empty; run `meshwork init`")
    if current != migrate.newest():
        raise Failed("the database has another schema; run `meshwork migrate`")


def run_async(work: Awaitable[T]) -> T:
    """Run the asynchronous part of a command."""

    async def awaited() -> T:
        return await work

    return asyncio.run(awaited())


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows under heads in columns that are as wide as they need to be."""
    lines = [tuple(heads), *(tuple("" if v is None else str(v) for v in row) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(heads))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


async def local_person(instance: Instance, handle: str) -> PersonRow:
    """Return one of our people by handle. Raises Failed when there is none."""
    found = await instance.read(person_by_handle, HOUSE, handle)
    if found is None or not found.is_local or found.gone:
        raise Failed(f"nobody here is called {handle!r}")
    return found
