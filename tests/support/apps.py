"""Whole instances that serve HTTP or TLS on a loopback address of their own, jobs running.

Each gets an address such as 127.0.0.2, so that two instances are two hosts. A host name
(`a.test`) needs a `Street`: the table that tells every instance and client where the names are.
"""

import asyncio
import dataclasses
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from sqlalchemy import func, or_, select

from activitypub.fetching.guard import Endpoint, StaticNames
from server.app import build_app
from server.features import FEATURES
from server.platform.clock import Clock, SystemClock
from server.platform.instance import Instance
from server.platform.jobs.model import DEAD, READY, JobRow
from server.platform.work import Reading
from tests.support.instances import settings_for
from tests.support.tls import Authority

T = TypeVar("T")


def free_port(address: str = "127.0.0.1") -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


async def eventually(
    ask: Callable[[], Awaitable[T] | T], *, within: float = 15.0, every: float = 0.05
) -> T:
    """Return the first truthy answer; fails after `within` seconds with the last one."""
    answer: Any = None
    try:
        async with asyncio.timeout(within):
            while True:
                answer = ask()
                if asyncio.iscoroutine(answer):
                    answer = await answer
                if answer:
                    return answer
                await asyncio.sleep(every)
    except TimeoutError:
        raise AssertionError(f"not within {within} s; the last answer was {answer!r}") from None


@dataclass
class Street:
    """Host names with their loopback endpoints, and the authority that signs their certificates."""

    authority: Authority
    table: dict[str, Endpoint]

    @classmethod
    def of(cls, authority: Authority, houses: dict[str, str]) -> "Street":
        """Lay out a street: every name with its loopback address, before anybody moves in."""
        table = {name: Endpoint(address, free_port(address)) for name, address in houses.items()}
        return cls(authority, table)

    @property
    def names(self) -> StaticNames:
        return StaticNames(self.table)

    def connector(self) -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector(resolver=_Table(self.table), ssl=self.authority.client())


class _Table(AbstractResolver):
    """The street's names for a client of the tests."""

    def __init__(self, table: dict[str, Endpoint]) -> None:
        self._table = table

    async def resolve(
        self,
        host: str,
        port: int = 0,  # noqa: ARG002 - the table's port is what counts
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 - all of the street is IPv4
    ) -> list[ResolveResult]:
        found = self._table[host]
        return [
            ResolveResult(
                hostname=host,
                host=found.address,
                port=found.port,
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        """There is nothing to release."""


@dataclass
class Served:
    """An instance with its public address."""

    instance: Instance
    base: str
    listens: Endpoint

    @property
    def host(self) -> str:
        return self.instance.site.host

    def url(self, path: str) -> str:
        return self.base + path

    async def queued(self, state: str = READY) -> int:
        def count(r: Reading) -> int:
            rows = select(func.count()).where(
                JobRow.state == state, JobRow.kind.not_like("%every%")
            )
            if state == READY:
                # A job that was just claimed counts: its runner may not know of it yet.
                rows = rows.where(or_(JobRow.run_at <= r.now, JobRow.lease.is_not(None)))
            return r.session.scalar(rows) or 0

        return await self.instance.read(count)

    async def given_up(self) -> list[tuple[str, str | None]]:
        """Return kind and error of every job that was parked: a good journey leaves none."""

        def read(r: Reading) -> list[tuple[str, str | None]]:
            rows = select(JobRow.kind, JobRow.last_error).where(JobRow.state == DEAD)
            return [(kind, error) for kind, error in r.session.execute(rows)]

        return await self.instance.read(read)

    async def settled(self, within: float = 20.0) -> None:
        """Wait until nothing that is due waits or is under way."""

        async def is_quiet() -> bool:
            return self.instance.jobs.idle and await self.queued() == 0

        await eventually(is_quiet, within=within)


@asynccontextmanager
async def served(
    database_url: str,
    folder: Path,
    *,
    address: str = "127.0.0.1",
    name: str = "",
    street: Street | None = None,
    clock: Clock | None = None,
    jobs: bool = True,
    **wishes: Any,
) -> AsyncIterator[Served]:
    """Serve an instance: over TLS under `name` on a street, else over HTTP on its address."""
    folder.mkdir(parents=True, exist_ok=True)
    if street is not None:
        place, base = street.table[name], f"https://{name}"
    else:
        place = Endpoint(address, free_port(address))
        base = f"http://{place.address}:{place.port}"
    settings = settings_for(database_url, folder, base_url=base, **wishes)
    tls: ssl.SSLContext | None = None
    if street is not None:
        tls = street.authority.server(name)
        federation = dataclasses.replace(settings.federation, ca_file=street.authority.file)
        settings = dataclasses.replace(settings, federation=federation)
    instance = Instance(settings, FEATURES, clock=clock or SystemClock())
    if street is not None:
        instance.add_part(street.names)
    async with instance.running(jobs=jobs), listening(instance, place, tls):
        yield Served(instance, base, place)


@asynccontextmanager
async def listening(
    instance: Instance, place: Endpoint, tls: ssl.SSLContext | None
) -> AsyncIterator[None]:
    """Answer HTTP (or TLS) for an instance that runs."""
    runner = web.AppRunner(build_app(instance), access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        await web.TCPSite(runner, place.address, place.port, ssl_context=tls).start()
        yield
    finally:
        await runner.cleanup()
