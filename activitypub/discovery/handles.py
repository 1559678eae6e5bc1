"""What people type to name somebody: `ann`, `@ann`, `ann@social.example`, `acct:ann@…`.

Pure. Whether such a person exists is asked in `webfinger`.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

from activitypub.documents.urls import is_web_url, origin_of
from activitypub.errors import DocumentError

MAX_HANDLE_LENGTH = 320
_HTTPS_PORT = 443
# A name in an acct: URI, without percent escapes (RFC 7565 §7); wider than any server's rule.
_USER = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.~+-]{0,126}[A-Za-z0-9_])?")


@dataclass(frozen=True, slots=True)
class Handle:
    """A name on a host; `host` is an authority in canonical spelling, or None for our own."""

    user: str
    host: str | None

    @property
    def text(self) -> str:
        """As people write it, without the first `@`."""
        return self.user if self.host is None else f"{self.user}@{self.host}"

    @property
    def acct(self) -> str:
        """As an acct: URI (RFC 7565)."""
        return f"acct:{self.text}"

    def same_as(self, other: "Handle") -> bool:
        """Whether both name the same account: the case of the name does not matter."""
        return self.user.lower() == other.user.lower() and self.host == other.host


@dataclass(frozen=True, slots=True)
class ByUrl:
    """A WebFinger question about a URL: an actor's id or page, or the server itself."""

    url: str

    @property
    def is_server(self) -> bool:
        """Whether the URL names a whole server (FEP-d556)."""
        return self.url.split("://", 1)[-1].rstrip("/").count("/") == 0


def parse_handle(text: str) -> Handle:
    """Read a handle in any of its spellings; raises DocumentError for what is none.

    The host is put into its canonical spelling; a port stays when it is not that of https.
    """
    if len(text) > MAX_HANDLE_LENGTH:
        raise DocumentError("the handle is too long")
    bare = text.strip().removeprefix("acct:").removeprefix("@")
    user, at, host = bare.partition("@")
    if not _USER.fullmatch(user):
        raise DocumentError("the handle has no name that an account can have")
    return Handle(user, canonical_authority(host) if at else None)


def parse_resource(resource: str) -> Handle | ByUrl:
    """Read the `resource` of a WebFinger question; raises DocumentError for neither kind."""
    if is_web_url(resource):
        return ByUrl(resource)
    if "@" not in resource:
        raise DocumentError("the resource is neither an account nor a URL")
    return parse_handle(resource)


def canonical_authority(host: str) -> str:
    """Return `host` or `host:port` in the spelling that is compared; raises DocumentError."""
    if any(char in host for char in "/?#@"):
        raise DocumentError("the host has a character that no host has")
    origin = origin_of(f"https://{host}")
    return origin.host if origin.port == _HTTPS_PORT else f"{origin.host}:{origin.port}"


def resource_query(resource: str) -> str:
    """Return a resource as the value of a query parameter."""
    return quote(resource, safe="")
