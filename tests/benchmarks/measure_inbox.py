"""What one activity costs an inbox until it is durable, against the same path in memory.

Signed Creates of known people arrive at the shared inbox of the whole application; the server's CPU
time counts, its answer (202) comes after the commit. Background work is off: it is another cost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from aiohttp.test_utils import unused_port

from activitypub.documents.jsonbytes import json_bytes
from activitypub.signatures.keys import generate_rsa
from activitypub.signatures.signing import SignatureForm, SigningKey, sign_request
from server.platform.work import Work
from tests.benchmarks.children import child
from tests.benchmarks.databases import fresh_database
from tests.benchmarks.goals import Goal, Setting, at_least, at_most, micro
from tests.benchmarks.inbox_in_memory import PATH
from tests.benchmarks.installations import Place, running
from tests.benchmarks.load import request_bytes
from tests.benchmarks.outgoing import PUBLIC
from tests.benchmarks.plain_request import CONNECTIONS, cpu_of_requests, seconds_per_hello
from tests.benchmarks.residents import Stranger, add_strangers, now

_SENDERS = 200


async def measure(setting: Setting) -> Sequence[Goal]:
    """Measure both ways and a hello request, side by side."""
    count, rounds = setting.count(1_500, 200), setting.count(4, 2)
    hello = await seconds_per_hello(setting)
    async with fresh_database(setting) as url:
        port = unused_port()
        base = f"http://127.0.0.1:{port}"
        place = Place(database_url=url, folder=str(setting.folder), base_url=base)
        strangers = await _strangers(place)
        letters = signed_activities(base, strangers)
        async with child(
            "serving", what="inbox without database", port=port, place=asdict(place)
        ) as server:
            await cpu_of_requests(server, _some(letters, 200, "/inbox"), expected=202)
            await cpu_of_requests(server, _some(letters, 200, PATH), expected=202)
            durable: list[float] = []
            in_memory: list[float] = []
            for _ in range(rounds):
                for path, costs in (("/inbox", durable), (PATH, in_memory)):
                    batch = _some(letters, count, path)
                    costs.append(await cpu_of_requests(server, batch, expected=202))
    return _goals(min(durable), min(in_memory), hello, f"{count}, best of {rounds}")


def _goals(durable: float, in_memory: float, hello: float, round_: str) -> Sequence[Goal]:
    parts = {
        "CPU of a durable activity": micro(durable),
        "CPU of the same in memory": micro(in_memory),
        "Hc, CPU of a hello request": micro(hello),
        "round": f"{round_}, over {CONNECTIONS} connections",
    }
    return [
        at_least("durable inbox", 100 * in_memory / durable, 65, "% of in memory", parts),
        at_most("durable inbox against a hello request", durable / hello, 7, "× Hc", parts),
    ]


async def _strangers(place: Place) -> list[Stranger]:
    keys = [generate_rsa() for _ in range(4)]
    bases = [f"https://h{number}.example" for number in range(_SENDERS)]

    def add(w: Work) -> list[Stranger]:
        return add_strangers(w, bases, keys)

    async with running(place) as instance:
        return await instance.work(add)


def _some(letters: "Iterator[Letter]", count: int, path: str) -> list[bytes]:
    return [next(letters).to(path) for _ in range(count)]


class Letter:
    """One activity and who signs it."""

    def __init__(self, base: str, sender: Stranger, number: int) -> None:
        self._base, self._sender = base, sender
        note = f"{sender.uri}/notes/{number}"
        self._body = json_bytes(
            {
                "@context": "https://www.w3.org/ns/activitystreams",
                "id": f"{note}/activity",
                "type": "Create",
                "actor": sender.uri,
                "to": [PUBLIC],
                "object": {
                    "id": note,
                    "type": "Note",
                    "attributedTo": sender.uri,
                    "to": [PUBLIC],
                    "published": now().isoformat(),
                    "content": "<p>" + "A vacancy for a carpenter who likes to teach. " * 50,
                },
            }
        )

    def to(self, path: str) -> bytes:
        """Return the signed request to a path."""
        headers = sign_request(
            "POST",
            self._base + path,
            headers={"Content-Type": "application/activity+json"},
            body=self._body,
            key=SigningKey(self._sender.key_id, self._sender.key),
            form=SignatureForm.CAVAGE,
            now=now(),
        )
        return request_bytes("POST", path, self._base, headers, self._body)


def signed_activities(base: str, senders: Sequence[Stranger]) -> Iterator[Letter]:
    """Return activities without end, each new, from all senders in turn."""
    number = 0
    while True:
        yield Letter(base, senders[number % len(senders)], number)
        number += 1
