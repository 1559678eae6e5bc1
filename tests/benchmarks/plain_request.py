"""Hc: what one hello request costs an aiohttp server, in CPU time of that process."""

from aiohttp.test_utils import unused_port

from tests.benchmarks.children import Child, child
from tests.benchmarks.goals import Setting
from tests.benchmarks.load import request_bytes, send_all

CONNECTIONS = 16


async def seconds_per_hello(setting: Setting) -> float:
    """Return the least CPU time of one hello request over several rounds."""
    requests = setting.count(5_000, 1_000)
    async with child("serving", what="hello", port=unused_port()) as server:
        hello = request_bytes("GET", "/", f"127.0.0.1:{server.ready['port']}")
        await cpu_of_requests(server, [hello] * 300)
        return min([await cpu_of_requests(server, [hello] * requests) for _ in range(4)])


async def cpu_of_requests(
    server: Child, requests: list[bytes], *, expected: int = 200, side_by_side: int = CONNECTIONS
) -> float:
    """Return the server's CPU time for one of these requests."""
    before = await server.cpu()
    await send_all(server.ready["port"], requests, side_by_side=side_by_side, expected=expected)
    return (await server.cpu() - before) / len(requests)
