"""The one guard in front of every outgoing connection (SSRF).

It looks three times: at the URL (scheme, port, userinfo, literal addresses), at the addresses
that a name resolves to, and at the address a socket is about to be connected to. The last look
cannot be talked out of it by DNS rebinding or by a redirect. `client` runs the looks on each hop.

HTTPS on port 443 may go to every public address. Plain HTTP and other ports may go only to the
networks that the operator allows by hand (none by default; development and tests allow
127.0.0.0/8). Names come from a `Names` source that is passed in, so that a test can map
`a.test` to a loopback port; what the source says is checked like any other answer.
"""

import errno
import socket
import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from aiohttp import AddrInfoType, ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from activitypub.documents.urls import canonical_url
from activitypub.errors import AddressRefused, DocumentError
from activitypub.fetching.addresses import Address, Network, address_of, is_public

HTTPS_PORT = 443


class Endpoint(NamedTuple):
    """An address and a port to connect to."""

    address: str
    port: int


class Names(Protocol):
    """Where host names are looked up."""

    async def endpoints(self, host: str, port: int) -> Sequence[Endpoint]:
        """Return where the host can be reached; raises OSError when there is no such name."""
        ...


class SystemNames:
    """The names of the operating system's resolver."""

    async def endpoints(self, host: str, port: int) -> Sequence[Endpoint]:
        """Return every address of the name, with the port that was asked for."""
        found = await ThreadedResolver().resolve(host, port, family=socket.AF_UNSPEC)
        return [Endpoint(entry["host"], port) for entry in found]


class StaticNames:
    """A fixed table of names, for tests and for machines without DNS.

    A name that is not in the table goes to `otherwise`, or does not exist. The endpoint's port
    replaces the URL's, so `https://a.test/` may be served on any loopback port.
    """

    def __init__(self, table: Mapping[str, Endpoint], *, otherwise: Names | None = None) -> None:
        self._table = {name.lower(): Endpoint(*endpoint) for name, endpoint in table.items()}
        self._otherwise = otherwise

    async def endpoints(self, host: str, port: int) -> Sequence[Endpoint]:
        """Return the endpoint of the table."""
        if (known := self._table.get(host.lower().rstrip("."))) is not None:
            return [known]
        if self._otherwise is None:
            raise OSError(errno.EADDRNOTAVAIL, "no such name")
        return await self._otherwise.endpoints(host, port)


class SocketRefused(OSError):
    """A socket was not opened, because its address may not be contacted.

    An OSError, because only those travel through the connector in one piece.
    """


class Guard:
    """Decides which URLs and addresses this server contacts."""

    def __init__(
        self, *, allowed_networks: Sequence[Network] = (), names: Names | None = None
    ) -> None:
        """Allow public addresses, plus the networks given; look names up in `names`."""
        self._allowed = tuple(allowed_networks)
        self._names = names or SystemNames()

    def checked_url(self, text: str) -> URL:
        """Return the URL to request, without its fragment, or raise AddressRefused.

        Refused are: other schemes than https and (where private networks are allowed) http,
        user information, a literal address that may not be contacted, everything that has no
        canonical spelling. Path and query keep their escapes, because a signature covers them.
        """
        try:
            url = URL(canonical_url(text), encoded=True).with_fragment(None)
        except (DocumentError, ValueError) as error:
            raise AddressRefused("this is not a URL that is fetched") from error
        port = url.port or 0
        self._check_port(url.scheme, port)
        address = address_of(url.raw_host or "")
        if address is not None and not self.may_connect(address, port):
            raise AddressRefused("the address is not one that is contacted")
        return url

    def may_connect(self, address: Address, port: int) -> bool:
        """Return whether a connection to this address and port is allowed.

        The port stands for the scheme as well: `checked_url` refuses http on port 443, so a
        connection to that port is always TLS.
        """
        if any(address in network for network in self._allowed):
            return True
        return port == HTTPS_PORT and is_public(address)

    async def endpoints(self, host: str, port: int) -> list[Endpoint]:
        """Return where the name may be reached; raises AddressRefused when nowhere."""
        found = await self._names.endpoints(host, port)
        allowed = [endpoint for endpoint in found if self._may_reach(endpoint)]
        if not allowed:
            raise AddressRefused("the name leads to addresses that are not contacted")
        return allowed

    def open_socket(self, target: AddrInfoType) -> socket.socket:
        """Open the socket for a connection; raises SocketRefused for an address not allowed.

        The connector calls this with the very address that it connects the socket to.
        """
        family, kind, protocol, _, sockaddr = target
        if not self._may_reach(Endpoint(str(sockaddr[0]), int(sockaddr[1]))):
            raise SocketRefused(errno.EACCES, "the address is not contacted")
        return socket.socket(family=family, type=kind, proto=protocol)

    def _may_reach(self, endpoint: Endpoint) -> bool:
        address = address_of(endpoint.address)
        return address is not None and self.may_connect(address, endpoint.port)

    def _check_port(self, scheme: str, port: int) -> None:
        is_plain_https = scheme == "https" and port == HTTPS_PORT
        if scheme == "http" and port == HTTPS_PORT:
            raise AddressRefused("the port is not one that is contacted")
        if not is_plain_https and not self._allowed:
            raise AddressRefused("only https on port 443 is fetched")


class GuardedResolver(AbstractResolver):
    """The guard as aiohttp's resolver: a name yields only addresses that may be contacted."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 -- aiohttp's signature; it picks the family itself
    ) -> list[ResolveResult]:
        """Return the allowed endpoints of the name, of any family."""
        return [
            ResolveResult(
                hostname=host,
                host=endpoint.address,
                port=endpoint.port,
                family=socket.AF_INET6 if ":" in endpoint.address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for endpoint in await self._guard.endpoints(host, port)
        ]

    async def close(self) -> None:
        """Do nothing: there is nothing to release."""


def ssl_context(ca_file: Path | None = None) -> ssl.SSLContext:
    """Return the TLS settings of the client: the system's authorities, plus those of a file.

    Making one takes about 18 ms, so one is made per process.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    return context
