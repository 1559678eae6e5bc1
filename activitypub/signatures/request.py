"""A request as a signature sees it: method, target, header lines, raw body, time.

The HTTP server builds one from what arrived, the signing side from what it is about to send; the
two signature forms read both the same way. Where the request came from is no part of it.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """One HTTP request, its body whole and undecoded.

    `headers` are the lines in the order of arrival, a repeated name once for each line.
    `path_and_query` is the request target exactly as it stands on the wire. `received_at` is
    aware; for a request being signed it is the moment of signing.
    """

    method: str
    path_and_query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    received_at: datetime

    def lines(self, name: str) -> list[str]:
        """Return every value of a header, trimmed, in the order of arrival."""
        wanted = name.lower()
        return [value.strip(" \t") for key, value in self.headers if key.lower() == wanted]

    def field(self, name: str) -> str | None:
        """Return a header as signatures use it, or None when it is absent.

        Several lines are joined by a comma and a space (RFC 9421 §2.1, draft-cavage-12 §2.3).
        """
        lines = self.lines(name)
        return ", ".join(lines) if lines else None

    @property
    def path(self) -> str:
        """The path without the query; `/` when it is empty."""
        return self.path_and_query.partition("?")[0] or "/"

    @property
    def query(self) -> str | None:
        """The query without its question mark, or None when the target has none."""
        _, mark, query = self.path_and_query.partition("?")
        return query if mark else None


def canonical_authority(authority: str, *, scheme: str) -> str:
    """Return host and port in lower case, without the scheme's own port (RFC 9421 §2.2.3)."""
    host, colon, port = authority.lower().rpartition(":")
    if colon and port == str(_DEFAULT_PORTS.get(scheme)):
        return host
    return authority.lower()


def base_of(url: str) -> str:
    """Return scheme and authority of an absolute http(s) URL, canonical, without a slash."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        raise ValueError("only absolute http and https URLs without user names can be signed")
    return f"{scheme}://{canonical_authority(parts.netloc, scheme=scheme)}"


def target_of(url: str) -> str:
    """Return path and query of a URL, as they stand on the request line; the fragment is gone."""
    parts = urlsplit(url)
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path
