"""The Mastodon API of an instance as clients call it; what holds for every answer is checked here."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import ClientSession
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import event
from sqlalchemy.engine import Engine

from server.app import build_app
from server.federation.model import Reach
from server.people.model import PersonKind
from server.platform.clock import SetClock
from server.platform.instance import Instance
from tests.support.clients import Answer, ApiClient
from tests.support.people import make_login, make_person, make_token
from tests.support.shapes import check

ALL_SCOPES = "read write follow push"
_LINK = re.compile(r'<(?P<url>[^>]+)>; rel="(?P<rel>next|prev)"')


@dataclass
class Api(ApiClient):
    """Somebody's client. Every answer is JSON, readable from any origin, and never a 500."""

    id: int = 0
    handle: str = ""

    async def ask(self, method: str, path: str, **request: Any) -> Answer:
        answer = await super().ask(method, path, **request)
        assert answer.status < 500, f"{method} {path}: {answer.status} {answer.body[:300]!r}"
        assert answer.headers["Access-Control-Allow-Origin"] == "*", f"{method} {path}"
        if method not in {"HEAD", "OPTIONS"}:
            kind = answer.headers["Content-Type"]
            assert kind.startswith("application/json"), f"{method} {path}: {kind}"
        if answer.status >= 400 and method != "HEAD":
            assert isinstance(answer.json.get("error"), str), f"{method} {path}: {answer.body!r}"
        return answer

    async def status_of(self, method: str, path: str, **request: Any) -> int:
        """Return only how a call ends."""
        return (await self.ask(method, path, **request)).status

    async def publish(self, status: str, **more: Any) -> Any:
        """Publish a post and return its Status, checked."""
        return check("Status", await self.post("/api/v1/statuses", status=status, **more))

    async def shown(self, shape: str, path: str, **params: Any) -> Any:
        """Return what a call shows, once it has the shape of its entity."""
        return check(shape, await self.get(path, **params))

    async def ids(self, path: str, **params: Any) -> list[str]:
        """Return the ids of a list, in its order."""
        return [one["id"] for one in await self.get(path, **params)]


@dataclass
class Surface:
    """An instance that answers HTTP, and the people who call it."""

    instance: Instance
    client: TestClient[Any, Any]

    @property
    def base(self) -> str:
        return str(self.client.make_url("/"))

    @property
    def session(self) -> ClientSession:
        return self.client.session

    @property
    def nobody(self) -> Api:
        """A client without a token."""
        return Api(self.session, self.base)

    def holding(self, token: str) -> Api:
        """A client with this token."""
        return Api(self.session, self.base, token)

    def later(self, **span: float) -> None:
        """Move the clock of the instance by a span of minutes, hours or days."""
        clock = self.instance.clock
        assert isinstance(clock, SetClock)
        clock.move(timedelta(**span))

    async def person(
        self,
        handle: str = "ann",
        *,
        scopes: str = ALL_SCOPES,
        kind: PersonKind = PersonKind.EMPLOYER,
        reach: Reach = Reach.FEDIVERSE,
    ) -> Api:
        """Make somebody with a login, and return their client."""
        made = await make_person(self.instance, handle, kind, reach)
        login = await make_login(self.instance, [made.id], f"{handle}@ours.example")
        token = await make_token(self.instance, made.id, scopes, login.id)
        return Api(self.session, self.base, token, made.id, handle)

    async def with_scopes(self, someone: Api, scopes: str) -> Api:
        """Return another client of the same person, with other scopes."""
        token = await make_token(self.instance, someone.id, scopes)
        return Api(self.session, self.base, token, someone.id, someone.handle)


@asynccontextmanager
async def serving(instance: Instance) -> AsyncIterator[Surface]:
    """Serve an instance on a loopback port."""
    async with TestClient(TestServer(build_app(instance))) as client:
        yield Surface(instance, client)


def links_of(answer: Answer) -> dict[str, str]:
    """Return the path and query of the neighbours that a Link header names."""
    found = _LINK.finditer(answer.headers.get("Link", ""))
    return {one["rel"]: one["url"].removeprefix("https://ours.example") for one in found}


async def all_pages(api: Api, path: str, rel: str = "next") -> list[list[str]]:
    """Follow the links from a page to the last one; return the ids of each page."""
    pages: list[list[str]] = []
    while path:
        answer = await api.ask("GET", path)
        assert answer.status == 200
        if not answer.json:
            break
        pages.append([one["id"] for one in answer.json])
        path = links_of(answer)[rel]
        assert len(pages) < 50, "pages without end"
    return pages


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Collect the SQL statements that run meanwhile, without transactions and savepoints."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def payload(message: str) -> tuple[Sequence[str], str, Any]:
    """Return the stream, the event and the payload of a message on a WebSocket."""
    said = json.loads(message)
    inner = said["payload"]
    return said["stream"], said["event"], inner if said["event"] == "delete" else json.loads(inner)


async def cost_of(api: Api, path: str) -> int:
    """Return how many statements a call takes once its token is known.

    The least of three: who stands behind a token is remembered for five seconds by the machine's
    clock, so on a busy machine any one call may have to ask again.
    """
    await api.get(path)
    counts = []
    for _ in range(3):
        with counted_statements() as seen:
            await api.get(path)
        counts.append(len(seen))
    return min(counts)
