"""What the durable queue adds to a delivery that is not signed: enqueue, claim, ledger, finish.

Compared are the CPU times of this process for the same posts through the same guarded client: once
as jobs, once in a plain loop over the inboxes, both with an empty signature.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import datetime

from activitypub.delivery.sending import Errand, PreparedActivity, SignedErrand
from activitypub.signatures.signing import KnockMemory, SignatureForm, SigningKey
from server.federation.keys import KeyRing
from server.federation.wire import Wire
from server.platform.instance import Instance
from tests.benchmarks.databases import fresh_database
from tests.benchmarks.goals import Goal, Setting, at_most, micro
from tests.benchmarks.installations import Place, running
from tests.benchmarks.outgoing import (
    Peers,
    employer_with_followers,
    one_round,
    receiving_peers,
)

_AT_ONCE = 100
_HEADERS: Mapping[str, str] = {
    "Content-Type": "application/activity+json",
    "Signature": 'keyId="https://ours.example/people/1#main-key",signature="' + "A" * 344 + '"',
    "Digest": "SHA-256=" + "A" * 44,
}


class SignsNothing:
    """A signing pool that leaves the signature out."""

    async def sign_many(
        self, errands: Sequence[Errand], *, knocks: KnockMemory, now: datetime
    ) -> list[SignedErrand]:
        """Return the errands with the same headers each."""
        del knocks, now
        return [SignedErrand(errand, _HEADERS, SignatureForm.CAVAGE) for errand in errands]

    def close(self) -> None:
        """Nothing is open."""


async def measure(setting: Setting) -> Sequence[Goal]:
    """Measure both ways, in turns."""
    hosts, posts = setting.count(200, 40), setting.count(20, 5)
    rounds = setting.count(4, 2)
    queued, plain = [], []
    async with fresh_database(setting) as url, receiving_peers(setting, hosts, tls=False) as peers:
        place = Place(database_url=url, folder=str(setting.folder))
        async with running(place, jobs=True) as instance:
            wire = instance.part(Wire)
            signing, wire.signing = wire.signing, SignsNothing()  # type: ignore[assignment] # the same calls
            employer = await employer_with_followers(instance, peers.bases)
            await one_round(instance, employer, peers, 2)
            for _ in range(rounds):
                done = await one_round(instance, employer, peers, posts)
                queued.append(done.own_cpu / done.deliveries)
                plain.append(await _without_queue(instance, employer, peers, posts))
            wire.signing = signing
    with_queue, without = min(queued), min(plain)
    return [
        at_most(
            "queue overhead on unsigned fan-out",
            100 * (with_queue / without - 1),
            15,
            "% CPU",
            {
                "our CPU for one delivery by the queue": micro(with_queue),
                "our CPU for one post in a plain loop": micro(without),
                "the queue's share": micro(with_queue - without),
                "round": f"{posts * hosts} deliveries to {hosts} hosts, best of {rounds}",
            },
        )
    ]


async def _without_queue(instance: Instance, actor_id: int, peers: Peers, posts: int) -> float:
    """Return the CPU seconds of one post without queue, ledger and database."""
    key: SigningKey = (await instance.part(KeyRing).signing_keys([actor_id]))[actor_id]
    prepared = PreparedActivity(b'{"content":"' + b"x" * 2_900 + b'"}')
    errands = [
        SignedErrand(Errand(prepared, f"{base}/inbox", key), _HEADERS, SignatureForm.CAVAGE)
        for _ in range(posts)
        for base in peers.bases
    ]
    sender = instance.part(Wire).sender
    began = time.process_time()
    for start in range(0, len(errands), _AT_ONCE):
        async with asyncio.TaskGroup() as group:
            for errand in errands[start : start + _AT_ONCE]:
                group.create_task(sender.send_signed(errand))
    return (time.process_time() - began) / len(errands)
