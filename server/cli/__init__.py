"""The `meshwork` command: one module for each group of commands, put together here.

Every command has `--help` with examples, says what is wrong in one line on standard error, and
exits with 0 when it did what was asked, 1 when it could not, and 2 when it was called wrongly.
"""

import argparse
import sys
from collections.abc import Sequence

from sqlalchemy.exc import DatabaseError

from server.cli import (
    backup,
    boards,
    database,
    demo,
    federation,
    invitation,
    person,
    personal,
    post,
    report,
    serving,
    settings,
    token,
    vocabulary,
)
from server.cli.common import Failed, hint_settings
from server.federation.actors import ForeignDatabase
from server.federation.wire import software_version
from server.platform.errors import Invalid, MeshworkError
from server.platform.secrets import SecretsError
from server.settings import SettingsError

GROUPS = (
    serving, database, person, invitation, token, post, personal, federation, report, backup, demo,
    vocabulary, boards, settings,
)  # fmt: skip


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="meshwork",
        description="A federated networking server for immigrant integration.",
        epilog="Start with: meshwork init, then meshwork serve. A demo: meshwork demo --serve.",
    )
    parser.add_argument("--version", action="version", version=f"meshwork {software_version()}")
    hint_settings(parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for group in GROUPS:
        group.register(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    asked = build_parser().parse_args(arguments)
    try:
        return int(asked.run(asked) or 0)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 1
    except _EXPECTED as error:
        print(f"meshwork: {' '.join(_words_for(error).split())}", file=sys.stderr)
        return 1


_EXPECTED = (
    Failed, SettingsError, SecretsError, MeshworkError, ForeignDatabase, DatabaseError, OSError,
)  # fmt: skip


def _words_for(error: Exception) -> str:
    """Return what went wrong, for one line."""
    if isinstance(error, MeshworkError):
        return told(error)
    if isinstance(error, DatabaseError):
        return f"the database cannot be used: {error.orig}"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__


def told(error: MeshworkError) -> str:
    """Return a refusal in one line; of several faults each with its field."""
    details = error.details if isinstance(error, Invalid) else {}
    faults = [f"{name}: {fault.description}" for name, many in details.items() for fault in many]
    return "; ".join(faults) if faults else str(error.safe)
