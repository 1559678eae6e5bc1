"""The network address behind a request, for limits; never for identity and never in a log.

Only X-Forwarded-For is read, only when the connection comes from a configured proxy, and the
rightmost hop that is not such a proxy counts: everything left of it is the caller's own claim.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from aiohttp import web

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

ADDRESS: Final = web.RequestKey("address", str)
_MAX_HOPS: Final = 20


def client_address(peer: str | None, forwarded: Iterable[str], trusted: Sequence[Network]) -> str:
    """Return the address of the caller; "" when even the peer is unknown (a Unix socket).

    `forwarded` are the X-Forwarded-For headers in order. A hop that is no address ends the walk.
    """
    here = parsed_address(peer or "")
    if here is None:
        return ""
    hops = [hop for header in forwarded for hop in header.split(",")][-_MAX_HOPS:]
    while hops and is_within(here, trusted):
        before = parsed_address(hops.pop())
        if before is None:
            break
        here = before
    return str(here)


@lru_cache(maxsize=4096)
def parsed_address(text: str) -> Address | None:
    """Return the address of `1.2.3.4`, `1.2.3.4:80`, `::1` or `[::1]:80`; None for anything else.

    IPv6 with an IPv4 address inside becomes that IPv4 address, so that one host has one name.
    """
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def is_within(address: Address, networks: Sequence[Network]) -> bool:
    """Tell whether an address lies in one of the networks."""
    return any(address in network for network in networks)


@lru_cache(maxsize=4096)
def limited_part(address: str) -> str:
    """Return what a limit counts: an IPv4 address, or the /64 that one IPv6 customer holds."""
    found = parsed_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False).network_address)
    return address


def address_of(request: web.Request) -> str:
    """Return the caller's address as the middleware found it."""
    return request.get(ADDRESS) or ""
