"""The one HTTP client: guarded, bounded in time, bytes, redirects and parallel requests.

`GuardedClient.get` follows redirects and asks the guard and the signer again on each hop;
`post` follows none. Every HTTP status is returned as a `Response`; only what kept an answer from
arriving is raised, as a `FetchError`. What a document must look like is the business of
`documents`, when to try again that of `activitypub.delivery`.
"""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from activitypub.errors import (
    AddressRefused,
    FetchError,
    FetchTimeout,
    RemoteFailure,
    TooLarge,
    TooManyRedirects,
)
from activitypub.fetching.guard import Guard, GuardedResolver, SocketRefused, ssl_context
from activitypub.fetching.slots import Slots

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 65536
_FIRST_ERROR = 400

Signer = Callable[[str, str, Mapping[str, str]], Mapping[str, str]]
"""Given method, URL and the headers so far, returns the headers to send.

Called once per hop, so that a redirected request is signed for where it goes.
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost: `total_seconds` counts all redirects together.

    `wait_seconds` is the longest wait for a free slot, before any of that; `max_bytes` counts
    after decompression.
    """

    total_seconds: float = 10.0
    connect_seconds: float = 5.0
    wait_seconds: float = 30.0
    max_bytes: int = 1024 * 1024
    max_redirects: int = 5


JSON_LIMITS = Limits()
MEDIA_LIMITS = Limits(total_seconds=60.0, max_bytes=40 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer that arrived: `url` is the last hop's, `body` is decompressed.

    The body of an error, or of the answer to a POST, is cut off at the limit; any other body is
    complete.
    """

    status: int
    url: str
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The Content-Type header as sent, or an empty string."""
        return self.headers.get("Content-Type", "")


@dataclass(slots=True)
class _Errand:
    """One request with all its hops, and the seconds it has left."""

    method: str
    headers: Mapping[str, str]
    body: bytes | None
    sign: Signer | None
    limits: Limits
    seconds_left: float = field(init=False)

    def __post_init__(self) -> None:
        self.seconds_left = self.limits.total_seconds

    def headers_for(self, url: URL) -> Mapping[str, str]:
        """The headers of one hop, signed for its URL."""
        if self.sign is None:
            return self.headers
        return self.sign(self.method, str(url), self.headers)


class GuardedClient:
    """Makes every outgoing request of the process. Open it once, close it at the end."""

    def __init__(
        self,
        *,
        user_agent: str,
        guard: Guard | None = None,
        tls: ssl.SSLContext | None = None,
        per_host: int = 4,
        in_all: int = 64,
    ) -> None:
        """Make a client that calls itself `user_agent`; needs a running event loop.

        At most `per_host` requests run at once to one host and port, and `in_all` together.
        """
        self._guard = guard or Guard()
        self._slots = Slots(per_host=per_host, in_all=in_all)
        connector = aiohttp.TCPConnector(
            resolver=GuardedResolver(self._guard),
            socket_factory=self._guard.open_socket,
            ssl=tls or ssl_context(),
            limit=in_all,
            limit_per_host=per_host,
            ttl_dns_cache=60,
            keepalive_timeout=60,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            headers={"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        sign: Signer | None = None,
        limits: Limits = JSON_LIMITS,
    ) -> Response:
        """Fetch a URL, following redirects; raises FetchError when no answer arrived.

        At most `max_redirects` redirects, no URL visited twice. An error status is returned, not
        raised; so is a redirect that names no location.
        """
        errand = _Errand("GET", headers or {}, None, sign, limits)
        target = self._guard.checked_url(url)
        visited: set[str] = set()
        while True:
            if str(target) in visited or len(visited) > limits.max_redirects:
                raise TooManyRedirects("redirected too often, or in a circle")
            visited.add(str(target))
            response = await self._hop(errand, target)
            location = response.headers.get("Location")
            if response.status not in REDIRECTS or location is None:
                return response
            target = self._guard.checked_url(_joined(target, location))

    async def post(
        self,
        url: str,
        *,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        sign: Signer | None = None,
        limits: Limits = JSON_LIMITS,
    ) -> Response:
        """Post bytes to a URL, following no redirect; raises FetchError when no answer arrived."""
        errand = _Errand("POST", headers or {}, body, sign, limits)
        return await self._hop(errand, self._guard.checked_url(url))

    async def _hop(self, errand: _Errand, url: URL) -> Response:
        lane = f"{url.raw_host}:{url.port}"
        async with self._slots.taken(lane, wait=errand.limits.wait_seconds):
            loop = asyncio.get_running_loop()
            started = loop.time()
            try:
                async with asyncio.timeout(errand.seconds_left):
                    return await self._exchange(errand, url)
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise _as_fetch_error(error) from error
            finally:
                errand.seconds_left -= loop.time() - started

    async def _exchange(self, errand: _Errand, url: URL) -> Response:
        """Make one request and read its answer; no redirect is followed here."""
        async with self._session.request(
            errand.method,
            url,
            headers=CIMultiDict(errand.headers_for(url)),
            data=errand.body,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=errand.limits.connect_seconds, ceil_threshold=3600
            ),
        ) as answer:
            body = b""
            if answer.status not in REDIRECTS:
                may_cut = errand.body is not None or answer.status >= _FIRST_ERROR
                body = await _read(answer, errand.limits.max_bytes, may_cut=may_cut)
            return Response(answer.status, str(url), answer.headers, body)


async def _read(answer: aiohttp.ClientResponse, max_bytes: int, *, may_cut: bool) -> bytes:
    """Read the body, decompressed; an answer that is too large is cut or refused."""
    if not may_cut and (answer.content_length or 0) > max_bytes:
        raise TooLarge("the answer announces more bytes than allowed")
    body = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > max_bytes:
            if not may_cut:
                raise TooLarge("the answer has more bytes than allowed")
            answer.close()
            break
    return bytes(body[:max_bytes])


def _joined(base: URL, location: str) -> str:
    """Return the absolute URL that a Location header names (RFC 9110 §10.2.2)."""
    try:
        return str(base.join(URL(location, encoded=location.isascii())))
    except (ValueError, UnicodeError) as error:
        raise AddressRefused("redirected to something that is not a URL") from error


def _as_fetch_error(error: Exception) -> FetchError:
    """Say what kept the answer from arriving, without naming the host."""
    if isinstance(error, TimeoutError):  # aiohttp's own timeouts are of this kind, too
        return FetchTimeout("the request took too long")
    if isinstance(error, aiohttp.InvalidURL):
        return AddressRefused("this is not a URL")
    if isinstance(error, aiohttp.ClientConnectorError):
        if isinstance(error.os_error, SocketRefused):
            return AddressRefused("the address is not one that is contacted")
        return Unreachable("the remote server cannot be reached")
    return RemoteFailure("the remote server gave no usable answer")


class Unreachable(RemoteFailure):
    """No connection came about: no such name, nobody listens, or TLS failed."""
