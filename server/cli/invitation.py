"""`meshwork invitation`: codes with which people join, made and ended from the command line."""

import argparse
from datetime import timedelta

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
from server.joining.invitations import (
    Listed,
    Wish,
    invitation_by_code,
    invitations,
    make_invitation,
    revoke_invitation,
)
from server.joining.rules import INVITATION_LASTS, NoWayIn, spaced
from server.people.model import PersonKind
from server.platform.work import Work


def register(commands: Commands) -> None:
    """Add the commands."""
    kinds = group(commands, "invitation", "Make, list and revoke codes with which people join.")
    create_parser = command(
        kinds, "create", create,
        about="Make a code and print it with its link.",
        examples="meshwork invitation create --kind talent --vouch --uses 20\n"
        "meshwork invitation create --kind employer --language nl --days 14",
    )  # fmt: skip
    create_parser.add_argument("--kind", choices=[kind.value for kind in PersonKind])
    create_parser.add_argument("--language", help="the language that is offered first")
    create_parser.add_argument("--note", default="", help="for the staff; no names")
    create_parser.add_argument("--uses", type=int, default=1, help="how many people may use it")
    create_parser.add_argument(
        "--days", type=int, default=INVITATION_LASTS.days, help="for how many days"
    )
    create_parser.add_argument(
        "--vouch", action="store_true", help="a coach knows who comes: no e-mail is needed"
    )
    command(
        kinds, "list", list_invitations,
        about="List the invitations with their codes.",
        examples="meshwork invitation list",
    )  # fmt: skip
    revoke_parser = command(
        kinds, "revoke", revoke,
        about="Make a code worthless; who has joined with it stays.",
        examples="meshwork invitation revoke ABCD-2345",
    )  # fmt: skip
    revoke_parser.add_argument("code")


def create(asked: argparse.Namespace) -> None:
    """Make an invitation."""
    run_async(_create(asked))


async def _create(asked: argparse.Namespace) -> None:
    wish = Wish(
        kind=PersonKind(asked.kind) if asked.kind else None,
        language=asked.language,
        note=asked.note,
        most_uses=asked.uses,
        lasts=timedelta(days=asked.days),
        vouches=asked.vouch,
    )
    async with opened(settings_of(asked)) as instance:
        _, code = await instance.work(make_invitation, wish, made_by=None)
        print(spaced(code))
        print(instance.site.url(f"/join/{code}"))


def list_invitations(asked: argparse.Namespace) -> None:
    """Print the invitations."""
    run_async(_list(asked))


async def _list(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        rows = await instance.read(invitations, login_id=None, whole=True)
    print(table(("CODE", "KIND", "USED", "UNTIL", "STATE", "NOTE"), map(_line, rows)))


def _line(one: Listed) -> tuple[object, ...]:
    row = one.invitation
    state = one.refusal.value if one.refusal is not None else "works"
    used = f"{row.uses}/{row.most_uses}"
    return spaced(one.code), row.kind, used, f"{row.expires_at:%Y-%m-%d}", state, row.note


def revoke(asked: argparse.Namespace) -> None:
    """Revoke an invitation."""
    run_async(_revoke(asked))


async def _revoke(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        await instance.work(_end, asked.code)
    print("Nobody can join with this code any more")


def _end(w: Work, code: str) -> None:
    try:
        invitation = invitation_by_code(w, code)
    except NoWayIn as shut:
        raise Failed(f"this code cannot be used: {shut.refusal.value}") from shut
    revoke_invitation(w, invitation.id, login_id=None, whole=True)
