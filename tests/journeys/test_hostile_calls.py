"""Every registered address is called with what nobody sensible sends; none of them answers 5xx.

The table is the application's own list of routes, so a new one is covered on the day it is made.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from server.app import build_app
from server.platform.storage import migrate
from server.posts.service import Draft, publish_post
from tests.support.apps import Served, served
from tests.support.people import make_person, make_token

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

IDS = [
    "abc",
    "0",
    "-1",
    "9" * 40,
    "1.5",
    "%00",
    "%FF%FE",
    "..%2F..%2Fetc",
    "a" * 3_000,
    "%F0%9F%92%A9",
]
QUERIES = [
    "limit=abc&max_id=abc&min_id=%00&since_id=-1&offset=-1",
    "limit=999999999999999999999&max_id=" + "9" * 60 + "&offset=" + "9" * 30,
    "id[]=x&id[]=&id[a][b]=c&types[]=%FF&q=%00&q[]=1&tag=%00&list=x&stream=x",
    "a[b][c][d][e][f][g]=1&" + "&".join(f"x[]={n}" for n in range(400)),
    "resource=acct:%00@x&q="
    + "x" * 4_000
    + "&acct=@@@&url=javascript:alert(1)&next=//evil.example",
    "page=true&below=x&type=nonsense&resolve=maybe&following=&lang=%00&kind=none&region=../..",
]


@dataclass(frozen=True, slots=True)
class Body:
    """A body and its declared type."""

    name: str
    content: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


JSON, FORM, PARTS = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"
BODIES = [
    Body("broken JSON", b'{"status": ', JSON),
    Body("a list", b'[1, "two", null]', JSON),
    Body("a number", b"7", JSON),
    Body("not UTF-8", b'{"status": "\xff"}', JSON),
    Body("deep JSON", b'{"a":' * 500 + b"1" + b"}" * 500, JSON),
    Body("wrong types", b'{"status": {"x": [1]}, "media_ids": {"a": 1}, "poll": "no", "id": [[]],'
         b' "choices": "x", "visibility": 3, "scopes": {}, "redirect_uris": 5, "home": 1,'
         b' "fields_attributes": "x", "in_reply_to_id": {}, "expires_in": "soon"}', JSON),
    Body("lone surrogate and NUL", b'{"status": "\\ud800\\u0000", "note": "\\u0000"}', JSON),
    Body("huge numbers", b'{"poll": {"options": ["a", "b"], "expires_in": 1e999},'
         b' "in_reply_to_id": ' + b"9" * 400 + b"}", JSON),
    Body("bad form", b"status=%FF%FE&media_ids[]=x&poll[options]=1&poll[options][]=2&a[=1&]=2", FORM),
    Body("broken parts", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc', PARTS
         + "; boundary=x"),
    Body("parts without boundary", b"abc", PARTS),
    Body("unknown encoding", b"abc", JSON, {"Content-Encoding": "zstd"}),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One hostile call."""

    method: str
    path: str
    query: str = ""
    body: Body | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path[:80]}?{self.query[:40]} {self.body.name if self.body else ''}"


def _routes(app: web.Application) -> Iterator[tuple[str, str]]:
    """Yield method and pattern of every address; twins with a slash are the same handlers."""
    for resource in app.router.resources():
        for route in resource:
            if route.method in {"HEAD", "*", "OPTIONS"} or (route.name or "").endswith("_slash"):
                continue
            yield route.method, resource.canonical


def _filled(pattern: str, value: str) -> str:
    """Return the pattern with every placeholder replaced."""
    parts, depth = [], 0
    for letter in pattern:
        depth += letter == "{"
        if depth == 0:
            parts.append(letter)
        if letter == "}":
            depth -= 1
            parts.append(value if depth == 0 else "")
    return "".join(parts)


def _calls(method: str, pattern: str, known: str) -> Iterator[Call]:
    if "{" in pattern:
        for value in IDS:
            yield Call(method, _filled(pattern, value))
    path = _filled(pattern, known)
    for query in QUERIES:
        yield Call(method, path, query)
    if method in {"POST", "PUT", "PATCH", "DELETE"}:
        for body in BODIES:
            yield Call(method, path, body=body)


@pytest.fixture
async def ours(new_database, tmp_path) -> AsyncIterator[Served]:
    database = await new_database(empty=True)
    await migrate.upgrade(database)  # so that /readyz finds the schema it asks for
    async with served(database, tmp_path / "ours", address="127.0.0.95") as running:
        yield running


async def _status(session: aiohttp.ClientSession, ours: Served, call: Call, token: str) -> int:
    """Return the status alone: streams would go on for ever."""
    address = f"{ours.base}{quote(call.path, safe='/%@:.+-_~')}?{call.query}"
    headers: dict[str, str] = {"Authorization": f"Bearer {token}"} if token else {}
    if call.body is not None:
        headers |= {"Content-Type": call.body.media_type, **call.body.headers}
    async with session.request(
        call.method, URL(address, encoded=True), headers=headers, allow_redirects=False,
        data=call.body.content if call.body else None,
    ) as answer:  # fmt: skip
        if answer.status >= 500:
            return answer.status
        if answer.status < 400 and "api/v1/streaming" in call.path:
            answer.close()
        return answer.status


async def test_no_address_answers_with_a_fault_of_ours(ours):
    ann = await make_person(ours.instance, "ann")
    post = await ours.instance.work(publish_post, Draft(author_id=ann.id, text="Bread"))
    token = await make_token(ours.instance, ann.id)
    routes = sorted(set(_routes(build_app(ours.instance))))
    assert len(routes) > 100
    faults: dict[str, int] = {}
    asked = 0
    timeout = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        for method, pattern in routes:
            for call in _calls(method, pattern, str(post.id)):
                for who in (token, ""):
                    asked += 1
                    status = await _status(session, ours, call, who)
                    if status >= 500:
                        faults[f"{call} {'signed in' if who else 'anonymous'}"] = status
    assert faults == {}
    print(f"{asked} calls of {len(routes)} addresses")


async def test_an_unknown_address_is_not_found_in_the_callers_own_form(ours):
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{ours.base}/api/v1/nothing") as answer:
            assert answer.status == 404
            assert (await answer.json())["error"]
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
        async with session.get(
            f"{ours.base}/nothing/at/all", headers={"Accept": "text/html"}
        ) as page:
            assert page.status == 404
            assert page.content_type == "text/html"
        async with session.post(f"{ours.base}/api/v1/accounts/verify_credentials") as wrong:
            assert wrong.status in {404, 405}
            told: Any = await wrong.json()
            assert told["error"]
