"""A website elsewhere: a real server on loopback that says what a test lets it say."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass
class Website:
    """What the website gives at each path: status, type and body; `asked` keeps the requests."""

    address: str = ""
    pages: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    etag: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)

    def gives(
        self, path: str, body: str | bytes, kind: str = "text/html", status: int = 200
    ) -> str:
        self.pages[path] = (status, kind, body.encode() if isinstance(body, str) else body)
        return self.address + path


@pytest.fixture
async def website() -> AsyncIterator[Website]:
    site = Website()

    async def answer(request: web.Request) -> web.Response:
        site.asked.append(dict(request.headers))
        status, kind, body = site.pages.get(request.path, (404, "text/plain", b"nothing"))
        if site.etag and request.headers.get("If-None-Match") == site.etag:
            return web.Response(status=304)
        headers = {"Content-Type": kind} | ({"ETag": site.etag} if site.etag else {})
        return web.Response(status=status, headers=headers, body=body)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        site.address = str(server.make_url("/")).rstrip("/")
        yield site


def calendar(*events: str) -> str:
    """Return a calendar of events, each given as its lines."""
    parts = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Library//EN"]
    for event in events:
        parts += ["BEGIN:VEVENT", "DTSTAMP:20261101T000000Z", *event.split("\n"), "END:VEVENT"]
    return "\r\n".join([*parts, "END:VCALENDAR", ""])


def event(uid: str, day: str = "20261210", name: str = "Language café", **more: str) -> str:
    """Return the lines of an event of an hour on one day."""
    lines = [f"UID:{uid}", f"SUMMARY:{name}", f"DTSTART:{day}T180000Z", f"DTEND:{day}T190000Z"]
    return "\n".join([*lines, *(f"{key}:{value}" for key, value in more.items())])
