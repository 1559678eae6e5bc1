"""`meshwork token`: an access token for scripts and clients, without the pages."""

import argparse

from sqlalchemy import select

from server.access.model import LoginPerson
from server.access.oauth.tokens import create_token
from server.cli.common import Commands, command, group, local_person, opened, run_async, settings_of
from server.platform.work import Work


def register(commands: Commands) -> None:
    """Add the commands."""
    tokens = group(commands, "token", "Make access tokens.")
    parser = command(
        tokens, "create", create,
        about="Make an access token for somebody and print nothing but it; it is shown once.",
        examples='meshwork token create --handle ann --scopes "read write follow push"\n'
        'curl -H "Authorization: Bearer $(meshwork token create --handle ann --scopes read)" \\\n'
        "    http://localhost:8080/api/v1/accounts/verify_credentials",
    )  # fmt: skip
    parser.add_argument("--handle", required=True)
    parser.add_argument("--scopes", default="read", help="separated by spaces (default: read)")
    parser.add_argument("--app", default="meshwork", metavar="NAME", help="the name people see")


def create(asked: argparse.Namespace) -> None:
    """Print a new token."""
    run_async(_create(asked))


async def _create(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        person = await local_person(instance, asked.handle)
        print(await instance.work(_make, person.id, asked.scopes, asked.app))


def _make(w: Work, person_id: int, scopes: str, app_name: str) -> str:
    """Make a token; it ends with the login that acts for the person, when there is just one."""
    logins = w.session.scalars(
        select(LoginPerson.login_id).where(LoginPerson.person_id == person_id).limit(2)
    ).all()
    login_id = logins[0] if len(logins) == 1 else None
    return create_token(w, person_id, login_id, scopes, app_name)
