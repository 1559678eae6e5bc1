"""A child that serves HTTP: the whole application, or one plain route to compare it with.

`what` is `application` (everything, as `meshwork serve`), `hello` (one aiohttp handler that answers
a small JSON document) or `inbox without database` (the application with an inbox that verifies,
reads and deduplicates in memory).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from server.app import build_app
from tests.benchmarks.children import serve_questions, wishes
from tests.benchmarks.inbox_in_memory import add_inbox_in_memory
from tests.benchmarks.installations import Place, quiet_log, running


async def _hello(_: web.Request) -> web.Response:
    return web.json_response({"hello": "world"})


@asynccontextmanager
async def _application(asked: dict[str, object]) -> AsyncIterator[web.Application]:
    if asked["what"] == "hello":
        app = web.Application()
        app.router.add_get("/", _hello)
        yield app
        return
    place = Place(**asked["place"])  # type: ignore[arg-type] # the parent's own JSON
    async with running(place, jobs=bool(asked.get("jobs"))) as instance:
        app = build_app(instance)
        if asked["what"] == "inbox without database":
            add_inbox_in_memory(app, instance)
        yield app


async def main() -> None:
    """Serve until the parent is done."""
    quiet_log()
    asked = wishes()
    async with _application(asked) as app:
        runner = web.AppRunner(app, access_log=None, keepalive_timeout=60)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", asked["port"]).start()
        await serve_questions({"port": asked["port"]})
        await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
