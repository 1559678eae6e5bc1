"""The unit of work: what a service, a query and a reaction are given.

A unit of work is one synchronous function `fn(w, …)`. It cannot await, so no network happens inside
a transaction. It commits when it returns and rolls back when it raises; effects on the outside
world (waking workers, live streams) are registered with `after_commit` and happen only then.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import BindParameter, bindparam
from sqlalchemy.orm import Session

from server.platform.clock import Clock
from server.platform.events import Event, Reactions
from server.platform.ids import Ids
from server.platform.jobs.model import JobRequest
from server.platform.jobs.queue import enqueue
from server.platform.live import LiveHub
from server.platform.secrets import Vault
from server.platform.storage.base import Moment

_BEGAN: Final[ContextVar[datetime | None]] = ContextVar("_BEGAN", default=None)


def _now() -> datetime:
    return _BEGAN.get() or datetime.now(UTC)


NOW: Final[BindParameter[datetime]] = bindparam("now_of_unit", type_=Moment(), callable_=_now)
"""The moment the unit of work began (`Reading.now`), for clauses that are made once."""


@contextmanager
def begun_at(now: datetime) -> Iterator[None]:
    """Let `NOW` be this moment in the statements of one unit of work."""
    token = _BEGAN.set(now)
    try:
        yield
    finally:
        _BEGAN.reset(token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The facts about this instance that addresses, texts and decisions need."""

    base_url: str
    host: str
    name: str
    languages: tuple[str, ...]
    partners_only: bool = False
    authorized_fetch: bool = False

    def url(self, path: str) -> str:
        """Return the absolute address of a path that begins with a slash."""
        return self.base_url + path


@dataclass(slots=True, kw_only=True)
class Reading:
    """What a query gets: a session inside a transaction, the moment it began, the site."""

    session: Session
    now: datetime
    site: Site
    vault: Vault


@dataclass(slots=True, kw_only=True)
class Work(Reading):
    """What a service gets: a Reading that may also change, announce and enqueue."""

    ids: Ids
    reactions: Reactions
    clock: Clock
    live: LiveHub
    effects: list[Callable[[], None]] = field(default_factory=list)
    has_jobs: bool = False

    def new_id(self) -> int:
        """Return a fresh id, greater than every one before."""
        return self.ids.new(self.now)

    def emit(self, event: Event) -> None:
        """Let the features above answer, inside this transaction."""
        for reaction in self.reactions.to(event):
            reaction.answer(self, event)

    def enqueue(self, *requests: JobRequest) -> None:
        """Add durable jobs; they exist exactly when this transaction does."""
        self.enqueue_all(requests)

    def enqueue_all(self, requests: Iterable[JobRequest]) -> None:
        """Add many durable jobs in one statement per group."""
        if enqueue(self.session, self.ids, self.now, requests):
            self.has_jobs = True

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Run an effect on the event loop once the transaction is durable; it must not raise."""
        self.effects.append(effect)
