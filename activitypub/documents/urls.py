"""One way to write a URL, so that two servers' spellings can be compared.

Hosts are put into ASCII and lower case and lose the trailing dot, default ports go; whatever can
be read in two ways (user information, spaces, backslashes, look-alike spellings of a host) is
refused instead of repaired. The rules of ownership that build on this are in `origin`.
"""

import re
import unicodedata
from encodings.idna import ToASCII, nameprep
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urlsplit

from activitypub.documents.names import MAX_URL_CHARS
from activitypub.errors import DocumentError

_AMBIGUOUS = re.compile(r"[\x00-\x20\\\x7f\s]")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER_LABEL = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)")
_MAX_HOST_CHARS = 253
_MAX_PORT = 65535
_PRINTABLE_ASCII = "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~"


class Origin(NamedTuple):
    """Scheme, host and port of a URL, in canonical form (FEP-fe34)."""

    scheme: str
    host: str
    port: int


def canonical_host(host: str) -> str:
    """Return a host name or address in its one canonical spelling.

    IDNA to ASCII, lower case, no trailing dot; addresses in their standard form. Raises
    DocumentError for anything that is not a host, and for names whose letters would be mapped to
    other letters on the way, because resolvers disagree about those.
    """
    if len(host) > _MAX_HOST_CHARS:
        raise DocumentError("the host name is too long")
    return _canonical_host(host)


@lru_cache(maxsize=4096)
def _canonical_host(host: str) -> str:
    if host.startswith("["):
        return _canonical_ipv6(host)
    labels = [_canonical_label(label) for label in host.lower().removesuffix(".").split(".")]
    name = ".".join(labels)
    if _NUMBER_LABEL.fullmatch(labels[-1]):
        return _canonical_ipv4(name)
    if len(name) > _MAX_HOST_CHARS:
        raise DocumentError("the host name is too long")
    return name


def _canonical_label(label: str) -> str:
    if not label.isascii():
        label = _ascii_label(label)
    if not _LABEL.fullmatch(label):
        raise DocumentError("the host name has a character that no host name has")
    return label


def _ascii_label(label: str) -> str:
    if any(unicodedata.category(char)[0] not in "LMN" and char != "-" for char in label):
        raise DocumentError("the host name has a character that no host name has")
    try:
        if nameprep(label) != label:
            raise DocumentError("the host name is spelled in a way that can be read as another")
        return ToASCII(label).decode("ascii").lower()
    except UnicodeError as error:
        raise DocumentError("the host name cannot be written in ASCII") from error


def _canonical_ipv4(name: str) -> str:
    try:
        return str(IPv4Address(name))
    except AddressValueError as error:
        raise DocumentError("the host is a number, but not an address in standard form") from error


def _canonical_ipv6(host: str) -> str:
    if not host.endswith("]") or "%" in host:
        raise DocumentError("the host is not an address in standard form")
    try:
        return f"[{IPv6Address(host[1:-1]).compressed}]"
    except AddressValueError as error:
        raise DocumentError("the host is not an address in standard form") from error


def _split(url: str) -> tuple[SplitResult, Origin]:
    if _is_too_long(url):
        raise DocumentError(f"the URL is longer than {MAX_URL_CHARS} bytes")
    return _split_short(url)


def _is_too_long(url: str) -> bool:
    """Whether a URL is longer than it may be, in UTF-8: indexes of databases count bytes."""
    if len(url) > MAX_URL_CHARS:
        return True
    return not url.isascii() and len(url.encode("utf-8", "surrogatepass")) > MAX_URL_CHARS


# A document names few URLs and each is looked at many times; the length above bounds the memory.
@lru_cache(maxsize=2048)
def _split_short(url: str) -> tuple[SplitResult, Origin]:
    if _AMBIGUOUS.search(url):
        raise DocumentError("the URL has a space, a backslash or a control character")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise DocumentError("the URL cannot be parsed") from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise DocumentError("the URL is neither http nor https")
    if "@" in parts.netloc:
        raise DocumentError("the URL has user information")
    host = parts.netloc if port is None else parts.netloc.rpartition(":")[0]
    host = canonical_host(host.removesuffix(":"))
    if port is not None and not 0 < port <= _MAX_PORT:
        raise DocumentError("the URL has an impossible port")
    return parts, Origin(parts.scheme, host, port or _DEFAULT_PORTS[parts.scheme])


def origin_of(url: str) -> Origin:
    """Return scheme, host and port of an http(s) URL. Raises DocumentError for any other text."""
    return _split(url)[1]


def host_of(url: str) -> str:
    """Return the canonical host of an http(s) URL, without its port. Raises DocumentError."""
    return _split(url)[1].host


def canonical_url(url: str) -> str:
    """Return an http(s) URL in the one spelling that is compared.

    Scheme and host in lower case and ASCII, no default port, an empty path as `/`, letters beyond
    ASCII percent-encoded; path, query and fragment are otherwise left alone, byte for byte.
    Raises DocumentError.
    """
    parts, origin = _split(url)
    default = _DEFAULT_PORTS[origin.scheme]
    port = "" if origin.port == default else f":{origin.port}"
    tail = parts.path or "/"
    if parts.query:
        tail += f"?{parts.query}"
    if parts.fragment:
        tail += f"#{parts.fragment}"
    tail = quote(tail, safe=_PRINTABLE_ASCII, errors="surrogatepass")
    return f"{origin.scheme}://{origin.host}{port}{tail}"


def is_web_url(text: str) -> bool:
    """Whether a text is an http(s) URL with a host that can be canonicalised."""
    try:
        _split(text)
    except DocumentError:
        return False
    return True


def same_url(one: str, other: str) -> bool:
    """Whether two URLs are the same after canonicalisation; never true for what is no URL."""
    try:
        return canonical_url(one) == canonical_url(other)
    except DocumentError:
        return False


def same_origin(one: str, other: str) -> bool:
    """Whether two URLs share scheme, host and port; never true for what is no URL (FEP-fe34)."""
    try:
        return origin_of(one) == origin_of(other)
    except DocumentError:
        return False
