"""`meshwork report`: reading and closing reports, for moderators at a terminal."""

import argparse

from server.cli.common import (
    Commands,
    Failed,
    command,
    group,
    opened,
    run_async,
    settings_of,
    table,
)
from server.moderation.queries import open_reports
from server.moderation.service import close_report
from server.people.queries import people_by_ids
from server.people.rules import HOUSE
from server.platform.errors import NotFound
from server.platform.ids import parsed_id
from server.platform.work import Reading

_SHOWN_CHARS = 80


def register(commands: Commands) -> None:
    """Add the commands."""
    reports = group(commands, "report", "Read and close reports.")
    command(
        reports, "list", list_reports,
        about="List the open reports, oldest first.",
        examples="meshwork report list",
    )  # fmt: skip
    close_parser = command(
        reports, "close", close,
        about="Close a report that was dealt with.",
        examples="meshwork report close 116057000000000000",
    )  # fmt: skip
    close_parser.add_argument("id")


def list_reports(asked: argparse.Namespace) -> None:
    """Print the open reports."""
    run_async(_list(asked))


async def _list(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        rows = await instance.read(_lines)
    if rows:
        print(table(("ID", "SINCE", "ABOUT", "BY", "CATEGORY", "POSTS", "COMMENT"), rows))
    else:
        print("No open reports")


def _lines(r: Reading) -> list[tuple[object, ...]]:
    reports = open_reports(r)
    ids = {one.target_id for one in reports} | {
        one.reporter_id for one in reports if one.reporter_id
    }
    people = people_by_ids(r, HOUSE, ids)
    lines: list[tuple[object, ...]] = []
    for one in reports:
        target, reporter = people.get(one.target_id), people.get(one.reporter_id or 0)
        about = target.acct if target else one.target_id
        comment = " ".join(one.comment.split())
        lines.append(
            (
                one.id, f"{one.created_at:%Y-%m-%d %H:%M}", about,
                reporter.acct if reporter else "another instance", one.category, len(one.post_ids),
                comment[:_SHOWN_CHARS],
            )
        )  # fmt: skip
    return lines


def close(asked: argparse.Namespace) -> None:
    """Close one report."""
    run_async(_close(asked))


async def _close(asked: argparse.Namespace) -> None:
    report_id = parsed_id(asked.id)
    async with opened(settings_of(asked)) as instance:
        try:
            await instance.work(close_report, login_id=None, report_id=report_id or 0)
        except NotFound as error:
            raise Failed(f"there is no open report {asked.id}") from error
    print(f"Closed report {report_id}")
