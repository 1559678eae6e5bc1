"""`meshwork boards rebuild`: make the index of the boards anew from the posts."""

import argparse

from server.boards.service import rebuild_after
from server.cli.common import Commands, command, group, opened, run_async, settings_of


def register(commands: Commands) -> None:
    """Add the commands."""
    boards = group(commands, "boards", "Boards of studies, vacancies, events, projects and tools.")
    command(
        boards, "rebuild", rebuild,
        about="Make the index of the boards anew; safe while the server runs.",
        examples="meshwork boards rebuild",
    )  # fmt: skip


def rebuild(asked: argparse.Namespace) -> None:
    """Make every entry anew, two hundred in a transaction."""
    run_async(_rebuild(asked))
    print("The boards are indexed anew")


async def _rebuild(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        last = 0
        while last := await instance.work(rebuild_after, last):
            continue
