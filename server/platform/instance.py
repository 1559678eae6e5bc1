"""One running installation: settings, storage, clock, keys, and how a unit of work is run.

Handlers and jobs do the awaiting around `instance.work(fn, …)` and `instance.read(fn, …)`;
services, queries and reactions are the synchronous functions given to them.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cached_property
from typing import Concatenate, ParamSpec, TypeVar, cast

from aiohttp import web
from sqlalchemy.orm import Session

from server.platform.clock import Clock, SystemClock
from server.platform.events import Reactions
from server.platform.feature import ActivityHandler, Feature, RecipientSource
from server.platform.i18n import Languages, load_languages
from server.platform.ids import Ids
from server.platform.jobs.runner import JobRunner
from server.platform.live import Listener, LiveHub, LiveMessage
from server.platform.metrics import Metrics
from server.platform.notices import Notice
from server.platform.secrets import Vault, load_vault
from server.platform.storage.engines import is_sqlite
from server.platform.storage.runners import Runner, runner_for
from server.platform.work import Reading, Site, Work, begun_at
from server.settings import Settings

T = TypeVar("T")
P = ParamSpec("P")
Part = TypeVar("Part")


class Instance:
    """What one process of this installation works with."""

    def __init__(
        self,
        settings: Settings,
        features: Sequence[Feature],
        *,
        clock: Clock | None = None,
        vault: Vault | None = None,
    ) -> None:
        self.settings = settings
        self.features = tuple(features)
        self.clock = clock or SystemClock()
        self.vault = vault or load_vault(settings.secrets.key_file)
        self.ids = Ids()
        self.live = LiveHub()
        self.metrics = Metrics()
        self.site = Site(
            base_url=settings.instance.base_url,
            host=settings.host,
            name=settings.instance.name,
            languages=settings.instance.languages,
            partners_only=settings.federation.mode == "partners",
            authorized_fetch=settings.federation.authorized_fetch,
        )
        self.reactions = Reactions(r for f in self.features for r in f.reactions)
        self.storage: Runner = runner_for(settings.database.url, settings.database.pool_size)
        self.jobs = JobRunner(
            self,
            [kind for f in self.features for kind in f.job_kinds],
            [r for f in self.features for r in f.recurring],
            parallel=settings.jobs.parallel,
        )
        self._parts: dict[type, object] = {}

    async def work(
        self, fn: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a unit of work in one transaction; its effects happen after the commit.

        Raises what the unit raises, after rolling back; Unavailable when the database is.
        """
        last: list[Work] = []

        def unit(session: Session) -> T:
            w = Work(
                session=session,
                now=self.clock.now(),
                site=self.site,
                vault=self.vault,
                ids=self.ids,
                reactions=self.reactions,
                clock=self.clock,
                live=self.live,
            )
            last[:] = [w]  # a transaction that is run again starts with no effects
            with begun_at(w.now):
                return fn(w, *args, **kwargs)

        result = await self.storage.write(unit)
        for effect in last[0].effects:
            effect()
        if last[0].has_jobs:
            self.jobs.wake()
            self.live.publish((JOBS,), LiveMessage("jobs", 0))
        return result

    async def read(
        self, fn: Callable[Concatenate[Reading, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a query in a read-only transaction."""

        def unit(session: Session) -> T:
            r = Reading(session=session, now=self.clock.now(), site=self.site, vault=self.vault)
            with begun_at(r.now):
                return fn(r, *args, **kwargs)

        return await self.storage.read(unit)

    def add_part(self, part: object) -> None:
        """Keep a long-lived part (a client, a cache) that a feature started."""
        self._parts[type(part)] = part

    def part(self, kind: type[Part]) -> Part:
        """Return the started part of this type. Raises KeyError when its feature is not running."""
        return cast("Part", self._parts[kind])

    @cached_property
    def languages(self) -> Languages:
        """The languages of pages and mails, read when they are first needed."""
        tags = self.settings.instance.languages
        folders = [f.locale for f in self.features if f.locale]
        return load_languages(folders, tags, default=tags[0])

    @cached_property
    def notices(self) -> Mapping[str, Notice]:
        """Every feature's notices by their kind."""
        return {notice.kind: notice for f in self.features for notice in f.notices}

    @property
    def activity_handlers(self) -> Sequence[ActivityHandler]:
        """Every feature's answers to activities, in the order of the features."""
        return [h for f in self.features if f.activities != "nothing" for h in f.activities]

    def recipient_source(self, name: str) -> RecipientSource:
        """Return the group of recipients of this name."""
        for feature in self.features:
            if feature.recipients and name in feature.recipients:
                return feature.recipients[name]
        raise KeyError(name)

    @asynccontextmanager
    async def running(self, *, jobs: bool) -> AsyncIterator["Instance"]:
        """Start the features' parts and, if asked, the background work; stop in reverse."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.storage.close)
            if not is_sqlite(self.settings.database.url):
                # Here, because its driver takes 4 MB that SQLite has no use for.
                from server.platform.relay import Relay

                relay = Relay(self.settings.database.url, self.live)
                await stack.enter_async_context(relay.running())
            for feature in self.features:
                if feature.start is not None:
                    await stack.enter_async_context(asynccontextmanager(feature.start)(self))
            if jobs:
                await stack.enter_async_context(self._working())
            yield self

    @asynccontextmanager
    async def _working(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.jobs.run())
        hearing = asyncio.create_task(self._wake_when_told())
        try:
            yield
        finally:
            hearing.cancel()
            await self.jobs.stop(within=10)
            await task

    async def _wake_when_told(self) -> None:
        """Look for work at once when another process has enqueued some."""
        listener = Listener()
        self.live.subscribe(listener, JOBS)
        while True:
            await listener.waiting.get()
            self.jobs.wake()


JOBS = "jobs"
"""The hub's channel on which processes tell each other that there is work."""

INSTANCE: web.AppKey[Instance] = web.AppKey("instance", Instance)


def instance_of(request: web.Request) -> Instance:
    """Return the installation that serves this request."""
    return request.app[INSTANCE]
