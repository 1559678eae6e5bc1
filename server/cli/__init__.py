"""The `meshwork` command: one module for each group of commands, put together here.

Every command has `--help` with examples, says what is wrong in one line on standard error, and
exits with 0 when it did what was asked, 1 when it could not, and 2 when it was called wrongly.
"""

import argparse
import sys
from collections.abc import Sequence

from server.cli import database, person, serving, settings, token
from server.cli.common import Failed, hint_settings
from server.federation.wire import software_version
from server.platform.errors import MeshworkError
from server.platform.secrets import SecretsError
from server.settings import SettingsError

GROUPS = (serving, database, person, token, settings)


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
    except (Failed, SettingsError, SecretsError) as error:
        return _fail(str(error))
    except MeshworkError as error:
        return _fail(str(error.safe))
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        return 130


def _fail(text: str) -> int:
    print(f"meshwork: {text}", file=sys.stderr)
    return 1
