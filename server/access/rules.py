"""What access decides without I/O: scopes, redirect URIs, e-mail addresses, passwords, lifetimes.

Sources: RFC 6749, RFC 7636 (PKCE), RFC 9700 (security of OAuth), and what Mastodon's clients send.
"""

import base64
import hashlib
import hmac
import re
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from activitypub.documents.origin import canonical_host
from activitypub.errors import DocumentError
from server.platform.http.visitor import covers

SESSION_LASTS: Final = timedelta(days=30)
CODE_LASTS: Final = timedelta(minutes=10)
UNUSED_APP_KEPT: Final = timedelta(days=30)
UNUSED_TOKEN_KEPT: Final = timedelta(days=365)
ENDED_TOKEN_KEPT: Final = timedelta(days=30)

LEAST_PASSWORD: Final = 10
MOST_PASSWORD: Final = 200
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
_LOCAL_PART: Final = re.compile(r"[A-Za-z0-9_+-]+(?:[.'][A-Za-z0-9_+-]+)*")
_MOST_LOCAL_PART: Final = 64
_MOST_EMAIL: Final = 254
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


def clean_email(text: str) -> str | None:
    """Return an e-mail address in the one spelling that is compared; None for what is none.

    Narrower than RFC 5322 on purpose: no quoting, no comments, no characters that mean something
    in a header or a page (Mastodon's CVE-2026-41259).
    """
    address = text.strip()
    if len(address) > _MOST_EMAIL:
        return None
    name, at, host = address.rpartition("@")
    if not at or len(name) > _MOST_LOCAL_PART or not _LOCAL_PART.fullmatch(name):
        return None
    try:
        domain = canonical_host(host)
    except DocumentError:
        return None
    if "." not in domain or ":" in domain or domain.rpartition(".")[2].isdecimal():
        return None
    return f"{name.lower()}@{domain}"


def is_password(text: str) -> bool:
    """Tell whether a password is long enough and not absurdly long (NIST SP 800-63B §3.1.1)."""
    return LEAST_PASSWORD <= len(text) <= MOST_PASSWORD and len(set(text)) > 1


def fingerprint(token: str) -> str:
    """Return what is stored of a random token: it cannot be turned back (256 bits of chance)."""
    # Odd bytes of a header reach us as lone surrogates: such a token is unknown, not a fault.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
