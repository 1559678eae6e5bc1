"""What the fan-out benchmarks share: an employer with followers on many hosts, and one round."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped] # it has no types
import trustme
from aiohttp.test_utils import unused_port
from sqlalchemy import func, select

from activitypub.signatures.keys import generate_rsa
from server.federation.outbox import DELIVER, FAN_OUT, activity_uri, send
from server.platform.instance import Instance
from server.platform.jobs.model import READY, JobRow
from server.platform.work import Reading, Work
from tests.benchmarks.children import Child, child
from tests.benchmarks.goals import Setting
from tests.benchmarks.machine import Watch, cores
from tests.benchmarks.peer import Counter
from tests.benchmarks.residents import add_follows, add_local_person, add_strangers

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
_POLL_SECONDS = 0.005
_ENDS_WITHIN = 120.0
_KEYS = 4


@dataclass(frozen=True, slots=True)
class Peers:
    """One receiving process with many addresses."""

    child: Child
    counter: Counter
    bases: Sequence[str]
    ca_file: str | None


@asynccontextmanager
async def receiving_peers(setting: Setting, hosts: int, *, tls: bool) -> AsyncIterator[Peers]:
    """Start a peer that answers as `hosts` hosts on the loopback network."""
    port = unused_port()
    addresses = [f"127.0.{2 + number // 250}.{1 + number % 250}" for number in range(hosts)]
    counter = setting.folder / f"counter-{port}"
    Counter(counter, create=True)
    certificate, ca_file = _certificates(setting.folder, addresses) if tls else (None, None)
    async with child(
        "peer", addresses=addresses, port=port, counter=str(counter), certificate=certificate
    ) as started:
        scheme = "https" if tls else "http"
        bases = [f"{scheme}://{address}:{port}" for address in addresses]
        yield Peers(started, Counter(counter), bases, ca_file)


def _certificates(folder: Path, addresses: Sequence[str]) -> tuple[str, str]:
    """Make an authority and one certificate for all addresses; return both files."""
    authority = trustme.CA()
    ca_file, certificate = folder / "ca.pem", folder / "peer.pem"
    authority.cert_pem.write_to_path(ca_file)
    authority.issue_cert(*addresses).private_key_and_cert_chain_pem.write_to_path(certificate)
    return str(certificate), str(ca_file)


async def employer_with_followers(instance: Instance, bases: Sequence[str]) -> int:
    """Make an employer who is followed by one person on every host; return its id."""
    employer = await add_local_person(instance, "workshop")
    keys = [generate_rsa() for _ in range(_KEYS)]

    def follow(w: Work) -> None:
        strangers = add_strangers(w, bases, keys)
        add_follows(w, [(one.id, employer) for one in strangers])

    await instance.work(follow)
    return employer


def publish(w: Work, actor_id: int, count: int) -> None:
    """Send public Creates of Notes of about 3 KB to all followers."""
    actor = w.site.url(f"/people/{actor_id}")
    for _ in range(count):
        uri = w.site.url(f"/posts/{w.new_id()}")
        note = {
            "id": uri, "type": "Note", "attributedTo": actor, "to": [PUBLIC],
            "cc": [f"{actor}/followers"], "published": w.now.isoformat(),
            "content": "<p>" + "A vacancy for a carpenter who likes to teach. " * 50 + "</p>",
        }  # fmt: skip
        activity: dict[str, Any] = {
            "id": activity_uri(w), "type": "Create", "actor": actor, "to": note["to"],
            "cc": note["cc"], "published": note["published"], "object": note,
        }  # fmt: skip
        send(
            w, actor_id=actor_id, activity=activity, object_uri=uri,
            to_groups=[("followers", actor_id)], proof=True,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of deliveries: what each cost."""

    deliveries: int
    wall: float
    own_cpu: float
    peer_cpu: float
    others: float

    @property
    def rate(self) -> float:
        """Deliveries a second by the clock on the wall."""
        return self.deliveries / self.wall

    def rate_alone(self, *, held: float, processes: int = 1) -> float:
        """Return the rate that the CPU times allow when nobody else uses the machine.

        `held` is the part of a delivery's CPU time that only one thread of a process can do at a
        time (all but signing). The peer's CPU time counts: it uses the same cores.
        """
        one_by_one = held / processes
        spread = (self.own_cpu + self.peer_cpu) / self.deliveries / cores()
        return 1 / max(one_by_one, spread)


async def one_round(
    instance: Instance, actor_id: int, peers: Peers, posts: int, workers: Sequence[Child] = ()
) -> Round:
    """Publish posts and wait until every host has them and the queue is empty."""
    total = posts * len(peers.bases)
    everybody = [psutil.Process(), psutil.Process(peers.child.pid)]
    everybody += [psutil.Process(one.pid) for one in workers]
    before = peers.counter.value
    watch = Watch()
    own, peer = await _cpu(workers), await peers.child.cpu()
    watch.begin()
    began = time.perf_counter()
    await instance.work(publish, actor_id, posts)
    first_at, first_count = await _first(peers.counter, before)
    if not workers:  # the work of sending is part of it, as it is in one process
        first_at, first_count = began, 0
    await _all(instance, peers.counter, before + total)
    ended = time.perf_counter()
    own, peer = await _cpu(workers) - own, await peers.child.cpu() - peer
    return Round(
        deliveries=total - first_count,
        wall=ended - first_at,
        own_cpu=own * (total - first_count) / total,
        peer_cpu=peer * (total - first_count) / total,
        others=watch.others(ours=own + peer, wall=ended - began),
    )


async def _cpu(workers: Sequence[Child]) -> float:
    return time.process_time() + sum([await one.cpu() for one in workers])


async def _first(counter: Counter, before: int) -> tuple[float, int]:
    async with asyncio.timeout(_ENDS_WITHIN):
        while counter.value == before:
            await asyncio.sleep(_POLL_SECONDS)
    return time.perf_counter(), counter.value - before


async def _all(instance: Instance, counter: Counter, wanted: int) -> None:
    async with asyncio.timeout(_ENDS_WITHIN):
        while counter.value < wanted:
            await asyncio.sleep(_POLL_SECONDS)
        while await instance.read(_waiting):
            await asyncio.sleep(_POLL_SECONDS)


def _waiting(r: Reading) -> int:
    queued = select(func.count()).where(JobRow.kind.in_([DELIVER, FAN_OUT]), JobRow.state == READY)
    return r.session.scalar(queued) or 0


@asynccontextmanager
async def worker_processes(place: dict[str, object], count: int) -> AsyncIterator[list[Child]]:
    """Start worker processes on the installation."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(child("working", place=place)) for _ in range(count)]
