"""Named peers on loopback: `a.test` and `b.test` are real servers, asked over plain http."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from activitypub.fetching.addresses import networks_of
from activitypub.fetching.client import GuardedClient
from activitypub.fetching.guard import Endpoint, Guard, StaticNames


@pytest.fixture
async def world():
    """Return (serve, client): serve a name with a table of path → handler, ask with the client."""
    servers, table = [], {}

    async def serve(name, **handlers):
        app = web.Application()
        for path, handler in handlers.items():
            app.router.add_get(
                "/"
                + path.replace("__", "/")
                .replace("wk/", ".well-known/")
                .replace("host_meta", "host-meta"),
                handler,
            )
        server = TestServer(app, host="127.0.0.1")
        await server.start_server()
        servers.append(server)
        table[name] = Endpoint("127.0.0.1", server.port)
        names._table[name] = table[name]

    names = StaticNames({})
    guard = Guard(allowed_networks=networks_of(("127.0.0.0/8",)), names=names)
    async with GuardedClient(user_agent="Test/1", guard=guard) as client:
        yield serve, client
    for server in servers:
        await server.close()


@pytest.fixture
def over_http():
    """Where the named peers answer."""
    return lambda authority: f"http://{authority}"
