"""The shared inbox without a database: the same door, but keys and known ids kept in memory.

It is what the durable inbox is compared with, so it takes the same steps with the same functions:
head, body, signature, document, origin rules, and a look whether the activity came before.
"""

from aiohttp import web
from sqlalchemy import select

from activitypub.errors import KeyMismatch, Refused
from activitypub.receiving.keys import KnownKey
from activitypub.receiving.request import check_head, inbox_request
from activitypub.receiving.verified import Door, Verified, verify
from activitypub.signatures.keys import load_public_key
from server.federation.model import Actor
from server.federation.requests import header_lines, refused_response
from server.federation.wire import Wire
from server.platform.http.bodies import read_capped
from server.platform.http.decorators import activity
from server.platform.instance import Instance
from server.platform.work import Reading

PATH = "/benchmark/inbox"
_MOST_BYTES = 1024 * 1024


class KeysInMemory:
    """Every key of the database, parsed once."""

    def __init__(self) -> None:
        self._known: dict[str, KnownKey] = {}

    async def key(self, key_id: str, *, refresh: bool) -> KnownKey:
        """Return a key that was loaded at the start."""
        del refresh
        try:
            return self._known[key_id]
        except KeyError as error:
            raise KeyMismatch("no such key") from error

    def load(self, r: Reading) -> None:
        """Read all keys."""
        for actor in r.session.scalars(select(Actor).where(Actor.host != "")):
            for key_id, pem in actor.public_keys.items():
                self._known[key_id] = KnownKey(
                    key_id, actor.uri, load_public_key(pem), is_fresh=False
                )


def add_inbox_in_memory(app: web.Application, instance: Instance) -> None:
    """Add the route; keys are read before the first request."""
    keys, seen = KeysInMemory(), set[tuple[str, str]]()
    door = Door(policy=instance.part(Wire).signatures, keys=keys, is_blocked=lambda _: False)

    @activity()
    async def receive(request: web.Request) -> web.Response:
        lines = header_lines(request)
        check_head(lines)
        body = await read_capped(request, _MOST_BYTES, seconds=30)
        signed = inbox_request(request.raw_path, lines, body, received_at=instance.clock.now())
        try:
            reception = await verify(signed, door=door)
        except Refused as refused:
            return refused_response(refused)
        assert isinstance(reception, Verified)
        seen.add((reception.value.actor, reception.value.id))
        return web.Response(status=202)

    async def load(_: web.Application) -> None:
        await instance.read(keys.load)

    app.router.add_post(PATH, receive)
    app.on_startup.append(load)
