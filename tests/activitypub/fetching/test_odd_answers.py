"""Answers that no honest server sends: each ends as a FetchError or a Response, never otherwise."""

import asyncio
import contextlib
import gzip

import pytest

from activitypub.errors import FetchError
from activitypub.fetching.client import Limits

OK = b"HTTP/1.1 200 OK\r\n"
ODD = {
    "nothing": b"",
    "no status": b"\r\n\r\n",
    "another protocol": b"RTSP/1.0 200 OK\r\n\r\n",
    "status out of range": b"HTTP/1.1 99999 OK\r\n\r\n",
    "status is no number": b"HTTP/1.1 abc OK\r\n\r\n",
    "broken header": OK + b"no colon here\r\n\r\n",
    "null in header": OK + b"X-A: a\0b\r\nContent-Length: 0\r\n\r\n",
    "huge header": OK + b"X-A: " + b"a" * 200_000 + b"\r\n\r\n",
    "many headers": OK + b"X-A: a\r\n" * 100_000 + b"\r\n",
    "two lengths": OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "negative length": OK + b"Content-Length: -1\r\n\r\n",
    "length and chunks": OK + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "cut off": OK + b"Content-Length: 100\r\n\r\nhalf",
    "bad chunk": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
    "huge chunk size": OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 400 + b"\r\nx",
    "endless trailers": OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"a: b\r\n" * 100_000,
    "not gzip": OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
    "half a gzip": OK
    + b"Content-Encoding: gzip\r\nContent-Length: 12\r\n\r\n"
    + gzip.compress(b"hello")[:12],
    "brotli": OK + b"Content-Encoding: br\r\nContent-Length: 5\r\n\r\nhello",
    "zstd": OK + b"Content-Encoding: zstd\r\nContent-Length: 5\r\n\r\nhello",
    "unknown encoding": OK + b"Content-Encoding: snappy\r\nContent-Length: 2\r\n\r\n{}",
    "informational only": b"HTTP/1.1 100 Continue\r\n\r\n" * 50,
    "upgrade": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
    "bytes in a location": b"HTTP/1.1 302 Found\r\nLocation: http://\xff\xfe/\r\nContent-Length: 0\r\n\r\n",
    "empty location": b"HTTP/1.1 302 Found\r\nLocation: \r\nContent-Length: 0\r\n\r\n",
    "bytes in a type": OK + b"Content-Type: \xff\xfe; =;\r\nContent-Length: 2\r\n\r\n{}",
}


@pytest.mark.parametrize("name", ODD)
async def test_an_odd_answer_is_an_error_or_an_answer(client, name):
    async def speak(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ODD[name])
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
    loop = asyncio.get_running_loop()
    started = loop.time()

    # Whatever is neither an answer nor a FetchError fails the test by itself.
    with contextlib.suppress(FetchError):
        answer = await client.get(url, limits=Limits(total_seconds=2))
        assert len(answer.body) <= 1024 * 1024
        assert isinstance(answer.content_type, str)
    assert loop.time() - started < 3
    server.close()
    await server.wait_closed()
