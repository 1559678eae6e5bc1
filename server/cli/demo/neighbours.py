"""The second demonstration follows people of the first one, once both are served."""

import asyncio
from typing import Final

from server.cli.demo.script import Script
from server.federation.remote import resolve_handle
from server.people.queries import person_by_handle
from server.people.relations import follow
from server.people.rules import HOUSE
from server.platform.errors import MeshworkError
from server.platform.instance import Instance
from server.platform.work import Work

FIRST_HOST: Final = "localhost:8080"
_PATIENCE: Final = 15.0


async def follow_neighbours(instance: Instance, script: Script, host: str) -> str:
    """Follow whom the script names on the first instance; tell how that went.

    Doing it again changes nothing. Nothing is done when the first instance cannot be reached.
    """
    followed = 0
    try:
        async with asyncio.timeout(_PATIENCE):
            for handle, other in script.cast["follows_elsewhere"]:
                other_id = await resolve_handle(instance, f"{other}@{host}")
                if other_id is None:
                    break
                await instance.work(_follow, handle, other_id)
                followed += 1
    except (TimeoutError, MeshworkError):
        pass  # the first instance is away or refuses; the second works without it
    if not followed:
        return f"  Nobody was found at {host}; start `meshwork demo --serve` there, then this again"
    return f"  {followed} people of {host} are followed from here"


def _follow(w: Work, handle: str, other_id: int) -> None:
    person = person_by_handle(w, HOUSE, handle)
    if person is not None:
        follow(w, person.id, other_id)
