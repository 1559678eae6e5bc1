"""How fast posts reach many servers, against what one core can sign.

200 followers' servers on loopback, their connections warm, a batch of posts; signing takes most of
the CPU, and it is the only part that may run beside the event loop. On a machine that others use,
too, the verdict goes by CPU time instead of the clock: what two cores would manage alone.
"""

from collections.abc import Sequence
from dataclasses import asdict

from tests.benchmarks.databases import fresh_database
from tests.benchmarks.goals import Goal, Setting, at_least, micro, per_second
from tests.benchmarks.installations import Place, running
from tests.benchmarks.machine import cores
from tests.benchmarks.outgoing import (
    Peers,
    Round,
    employer_with_followers,
    one_round,
    receiving_peers,
    worker_processes,
)
from tests.benchmarks.signing import seconds_per_signature

_QUIET = 0.1  # cores that others may use before the clock on the wall stops counting


async def measure(setting: Setting) -> Sequence[Goal]:
    """Measure one process over HTTP and over HTTPS, and two worker processes over HTTP."""
    return [
        await _one_process(setting, "warm HTTP fan-out, one process", 75, tls=False),
        await _one_process(setting, "warm HTTPS fan-out, one process", 60, tls=True),
        await _two_processes(setting, "warm HTTP fan-out, two worker processes", 85),
    ]


def _sizes(setting: Setting) -> tuple[int, int, int]:
    return setting.count(200, 40), setting.count(20, 5), setting.count(4, 2)


async def _one_process(setting: Setting, name: str, bound: float, *, tls: bool) -> Goal:
    hosts, posts, rounds = _sizes(setting)
    async with fresh_database(setting) as url, receiving_peers(setting, hosts, tls=tls) as peers:
        place = Place(database_url=url, folder=str(setting.folder), ca_file=peers.ca_file)
        async with running(place, jobs=True) as instance:
            employer = await employer_with_followers(instance, peers.bases)
            await one_round(instance, employer, peers, 2)
            signature = seconds_per_signature()
            done = [await one_round(instance, employer, peers, posts) for _ in range(rounds)]
    return _goal(name, bound, done, peers, signature=signature)


async def _two_processes(setting: Setting, name: str, bound: float) -> Goal:
    hosts, posts, rounds = _sizes(setting)
    async with fresh_database(setting) as url, receiving_peers(setting, hosts, tls=False) as peers:
        place = Place(database_url=url, folder=str(setting.folder))
        async with running(place) as instance:
            employer = await employer_with_followers(instance, peers.bases)
            async with worker_processes(asdict(place), 2) as workers:
                await one_round(instance, employer, peers, 4, workers)
                signature = seconds_per_signature()
                done = [
                    await one_round(instance, employer, peers, posts, workers)
                    for _ in range(rounds)
                ]
    return _goal(name, bound, done, peers, signature=signature, processes=2)


def _goal(
    name: str,
    bound: float,
    done: Sequence[Round],
    peers: Peers,
    *,
    signature: float,
    processes: int = 1,
) -> Goal:
    best_wall = max(done, key=lambda one: one.rate)
    cheapest = min(done, key=lambda one: one.own_cpu / one.deliveries)
    own = cheapest.own_cpu / cheapest.deliveries
    alone = cheapest.rate_alone(held=own - signature, processes=processes)
    is_quiet = best_wall.others <= _QUIET
    rate = best_wall.rate if is_quiet else max(alone, best_wall.rate)
    return at_least(
        name,
        100 * rate * signature,
        bound,
        "% of R",
        {
            "R, signatures of one core": f"{per_second(1 / signature)} ({micro(signature)} each)",
            "deliveries by the clock": f"{per_second(best_wall.rate)}, while others used "
            f"{best_wall.others:.2f} of {cores()} cores",
            "deliveries that the CPU times allow": per_second(alone),
            "verdict by": "the clock" if is_quiet else "CPU time, because others were busy",
            "our CPU for one delivery": f"{micro(own)}, {micro(own - signature)} beside signing",
            "the peer's CPU for one delivery": micro(cheapest.peer_cpu / cheapest.deliveries),
            "round": f"{cheapest.deliveries} deliveries to {len(peers.bases)} hosts, "
            f"best of {len(done)}",
        },
    )
