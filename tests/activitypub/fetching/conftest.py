"""A real peer on loopback, and clients that may or may not talk to it."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from activitypub.fetching.addresses import networks_of
from activitypub.fetching.client import GuardedClient
from activitypub.fetching.guard import Guard


@pytest.fixture
async def peer():
    """Return a function that serves a table of path → handler and returns its base URL."""
    servers = []

    async def serve(**handlers):
        app = web.Application()
        for name, handler in handlers.items():
            app.router.add_route("*", "/" + name.replace("__", "/"), handler)
        server = TestServer(app, host="127.0.0.1")
        await server.start_server()
        servers.append(server)
        return str(server.make_url("")).rstrip("/")

    yield serve
    for server in servers:
        await server.close()


@pytest.fixture
async def client():
    """A client that may contact loopback."""
    guard = Guard(allowed_networks=networks_of(("127.0.0.0/8",)))
    async with GuardedClient(user_agent="Test/1", guard=guard) as one:
        yield one
