"""What OAuth decides without I/O: scopes, redirect URIs, challenges, lifetimes.

Sources: RFC 6749, RFC 7636 (PKCE), RFC 9700 (security of OAuth), and what Mastodon's clients send.
"""

import base64
import hashlib
import hmac
import re
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from server.platform.http.visitor import covers

CODE_LASTS: Final = timedelta(minutes=10)
UNUSED_APP_KEPT: Final = timedelta(days=30)
UNUSED_TOKEN_KEPT: Final = timedelta(days=365)
ENDED_TOKEN_KEPT: Final = timedelta(days=30)

MOST_APP_NAME: Final = 300
MOST_REDIRECT_URIS: Final = 20
MOST_URL: Final = 2_048
MOST_SCOPES: Final = 2_000

OUT_OF_BAND: Final = "urn:ietf:wg:oauth:2.0:oob"
"""The code is shown to be copied, for clients that cannot be redirected to."""

_READ: Final = (
    "accounts", "blocks", "bookmarks", "favourites", "filters", "follows", "lists", "mutes",
    "notifications", "search", "statuses",
)  # fmt: skip
_WRITE: Final = (
    "accounts", "blocks", "bookmarks", "conversations", "favourites", "filters", "follows",
    "lists", "media", "mutes", "notifications", "reports", "statuses",
)  # fmt: skip
SCOPES: Final = (
    "profile", "read", "write", "follow", "push",
    *(f"read:{what}" for what in _READ),
    *(f"write:{what}" for what in _WRITE),
)  # fmt: skip
"""The scopes an application can ask for; there are none for administration."""
DEFAULT_SCOPES: Final = ("read",)

# Schemes that a browser runs or opens itself; a code must never be handed to one of them.
_UNSAFE_SCHEMES: Final = frozenset(
    {"javascript", "data", "vbscript", "file", "blob", "about", "view-source", "filesystem", "urn"}
)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*")
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def stated(text: str | None) -> str | None:
    """Return a parameter, or None for what Mastodon.py sends when there is none: "None"."""
    return None if text in {None, "", "None", "null"} else text


def is_yes(text: str | None) -> bool:
    """Tell whether a switch of the authorize page is on; Python spells it "True"."""
    return (text or "").lower() in {"true", "1", "on", "yes"}


def scopes_in(text: str | None) -> tuple[str, ...] | None:
    """Return the scopes of a list divided by spaces or `+`, each once; None when one is unknown.

    No list means the default, `read`.
    """
    words = tuple(dict.fromkeys((stated(text) or "").replace("+", " ").replace(",", " ").split()))
    if not words:
        return DEFAULT_SCOPES
    return words if all(word in SCOPES for word in words) else None


def are_within(asked: tuple[str, ...], granted: tuple[str, ...]) -> bool:
    """Tell whether every scope asked for is covered by those granted (`read` covers `read:me`)."""
    allowed = frozenset(granted)
    return all(covers(allowed, scope) for scope in asked)


def is_redirect_uri(uri: str) -> bool:
    """Tell whether an application may register this address: absolute, no fragment, not scripting.

    Custom schemes are how mobile clients are called back; http is allowed for clients on the
    person's own machine and left to the application's judgement elsewhere.
    """
    if uri == OUT_OF_BAND:
        return True
    if len(uri) > MOST_URL or "#" in uri or not uri.isascii() or not uri.isprintable():
        return False
    if any(char in uri for char in ' "<>\\^`{|}'):
        return False
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    if not _SCHEME.fullmatch(parts.scheme) or parts.scheme in _UNSAFE_SCHEMES:
        return False
    is_web = parts.scheme in {"http", "https"}
    return bool(parts.hostname) if is_web else bool(parts.netloc or parts.path)


def with_query(uri: str, query: str) -> str:
    """Return a redirect URI with more parameters; its own query is kept as it stands."""
    if uri.endswith(("?", "&")):
        return uri + query
    return f"{uri}{'&' if '?' in uri else '?'}{query}"


def is_challenge(text: str) -> bool:
    """Tell whether a text is an S256 code challenge: a SHA-256 in base64url (RFC 7636 §4.2)."""
    return _CHALLENGE.fullmatch(text) is not None


def answers_challenge(verifier: str | None, challenge: str | None) -> bool:
    """Tell whether a verifier belongs to the challenge.

    Without a challenge there must be none: somebody took it out on the way (RFC 9700 §2.1.1).
    """
    if challenge is None:
        return verifier is None
    if verifier is None or not _VERIFIER.fullmatch(verifier):
        return False
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return hmac.compare_digest(made, challenge)
