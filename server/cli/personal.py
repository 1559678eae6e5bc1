"""`meshwork export` and `meshwork erase`: one person's data, handed out and deleted."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from server.cli.common import (
    Commands,
    Failed,
    command,
    local_person,
    opened,
    run_async,
    settings_of,
    table,
)
from server.cli.files import fresh_file
from server.people.cards import PersonRow
from server.privacy.erase import Effects, effects
from server.privacy.export import write_archive
from server.privacy.planning import erase_now

_HOSTS_SHOWN = 20


def register(commands: Commands) -> None:
    """Add the commands."""
    export_parser = command(
        commands, "export", export,
        about="Write everything the instance holds about somebody into a ZIP (GDPR art. 15, 20).",
        examples="meshwork export ann ann.zip",
    )  # fmt: skip
    export_parser.add_argument("handle")
    export_parser.add_argument("file", type=Path, metavar="FILE.zip")
    erase_parser = command(
        commands, "erase", erase,
        about="Erase somebody for good, here at once and elsewhere by a Delete (GDPR art. 17).",
        examples="meshwork erase ann\nmeshwork erase ann --yes",
    )  # fmt: skip
    erase_parser.add_argument("handle")
    erase_parser.add_argument("--yes", action="store_true", help="do not ask for confirmation")


def export(asked: argparse.Namespace) -> None:
    """Write somebody's archive."""
    counts = run_async(_export(asked))
    print(table(("SECTION", "ENTRIES"), sorted(counts.items())))
    print(f"Written to {asked.file}; it holds personal data, hand it over safely")


async def _export(asked: argparse.Namespace) -> dict[str, int]:
    async with opened(settings_of(asked)) as instance:
        person = await local_person(instance, asked.handle)
        with fresh_file(asked.file) as part:
            return dict(await write_archive(instance, person.id, part))


def erase(asked: argparse.Namespace) -> None:
    """Erase somebody after saying what that does."""
    run_async(_erase(asked))


async def _erase(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        person = await local_person(instance, asked.handle)
        found = await instance.read(effects, person.id)
        print(_told(person, found))
        if not asked.yes:
            await asyncio.to_thread(_confirm, person.username)
        await erase_now(instance, person.id, None)
    print(f"Erased. Who was told: meshwork federation ledger {person.id}")


def _told(person: PersonRow, found: Effects) -> str:
    lines = [
        f"Erasing @{person.username} ({person.kind}, id {person.id}) cannot be undone:",
        f"  {found.posts} posts with their pictures go",
        f"  {found.followers} followers and {found.following} followed people are let go",
        "  every login that acts for nobody else and has no staff role goes",
        f"  {len(found.hosts)} other servers got data and are asked to delete it",
    ]
    lines += [f"    {host}" for host in found.hosts[:_HOSTS_SHOWN]]
    if len(found.hosts) > _HOSTS_SHOWN:
        lines.append(f"    … and {len(found.hosts) - _HOSTS_SHOWN} more")
    return os.linesep.join(lines)


def _confirm(handle: str) -> None:
    """Ask for the handle. Raises Failed when it is not typed, or nobody is there to type it."""
    if not sys.stdin.isatty():
        raise Failed("nothing was erased; confirm with --yes")
    print(f"Type {handle} to erase: ", end="", flush=True)
    if sys.stdin.readline().strip() != handle:
        raise Failed("nothing was erased")
