"""`meshwork person alias` and `move`: taking one's followers along from or to another account."""

import argparse

from activitypub.documents.urls import is_web_url
from server.cli.common import (
    Commands,
    Failed,
    command,
    local_person,
    opened,
    run_async,
    settings_of,
)
from server.federation.remote import resolve_actor, resolve_handle
from server.people.cards import PersonRow
from server.people.profiles import ProfileChange
from server.people.queries import person_by_handle, person_of
from server.people.rules import HOUSE
from server.people.service import move_person, update_profile
from server.platform.instance import Instance


def register(people: Commands) -> None:
    """Add the commands to those of people."""
    alias = command(
        people, "alias", set_alias,
        about="Say that an account elsewhere is the same person's, so that it may move here.",
        examples="meshwork person alias --handle ann --of ann@old.example\n"
        "meshwork person alias --handle ann --of ann@old.example --remove",
    )  # fmt: skip
    alias.add_argument("--handle", required=True)
    alias.add_argument("--of", required=True, metavar="USER@HOST")
    alias.add_argument("--remove", action="store_true", help="take it back")
    parser = command(
        people, "move", move,
        about="Send somebody's followers to their other account, which must name this one first.",
        examples="meshwork person move --handle ann --to ann@new.example",
    )  # fmt: skip
    parser.add_argument("--handle", required=True)
    parser.add_argument("--to", required=True, metavar="USER@HOST")


def set_alias(asked: argparse.Namespace) -> None:
    """Add or remove an alias."""
    run_async(_set_alias(asked))


async def _set_alias(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        person = await local_person(instance, asked.handle)
        other = await _other(instance, asked.of)
        kept = [uri for uri in person.also_known_as if uri != other.uri]
        aliases = kept if asked.remove else [*kept, other.uri]
        await instance.work(update_profile, person.id, ProfileChange(also_known_as=aliases))
        verb = "is no longer" if asked.remove else "is also"
        print(f"@{person.username} {verb} @{other.acct}")


def move(asked: argparse.Namespace) -> None:
    """Move somebody's followers."""
    run_async(_move(asked))


async def _move(asked: argparse.Namespace) -> None:
    async with opened(settings_of(asked)) as instance:
        person = await local_person(instance, asked.handle)
        target = await _other(instance, asked.to)
        await instance.work(move_person, person.id, target.id)
        print(f"@{person.username} has moved to @{target.acct}; followers are being told")


async def _other(instance: Instance, named: str) -> PersonRow:
    """Return another account as its own server tells it now. Raises Failed without one."""
    here = await instance.read(person_by_handle, HOUSE, named)
    if here is not None and here.is_local:
        return here
    actor_id = (
        await resolve_actor(instance, named)
        if is_web_url(named)
        else await resolve_handle(instance, named)
    )
    if actor_id is None:
        raise Failed(f"there is no account {named!r}, or its server does not answer")
    found = await instance.read(person_of, HOUSE, actor_id)
    await resolve_actor(instance, found.uri, refresh=True)
    return await instance.read(person_of, HOUSE, actor_id)
