"""What access decides without I/O: e-mail addresses, sign-in names, passwords, codes, lifetimes.

What OAuth decides is in `oauth.rules`.
"""

import hashlib
import re
import secrets
import unicodedata
from datetime import timedelta
from typing import Final

from activitypub.documents.origin import canonical_host
from activitypub.errors import DocumentError

SESSION_LASTS: Final = timedelta(days=30)
SHARED_SESSION_LASTS: Final = timedelta(minutes=30)
"""How long a session on a shared device lasts after its last use."""
PROOF_LASTS: Final = timedelta(minutes=10)
"""How long after proving who they are somebody may change how they sign in."""
LINK_LASTS: Final = timedelta(minutes=15)
RESET_LASTS: Final = timedelta(hours=1)
NEW_EMAIL_LASTS: Final = timedelta(days=1)
STAFF_CODE_LASTS: Final = timedelta(days=1)
INVITATION_LASTS: Final = timedelta(days=14)
STEP_LASTS: Final = timedelta(minutes=10)
CHALLENGE_LASTS: Final = timedelta(minutes=5)
MOST_TRIES: Final = 5
"""Wrong codes after a right password, before the password is asked for again."""

LEAST_PASSWORD: Final = 10
MOST_PASSWORD: Final = 200
LEAST_NAME: Final = 3
MOST_NAME: Final = 30
_LOCAL_PART: Final = re.compile(r"[A-Za-z0-9_+-]+(?:[.'][A-Za-z0-9_+-]+)*")
_MOST_LOCAL_PART: Final = 64
_MOST_EMAIL: Final = 254
_CODE_LETTERS: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Letters and digits that nobody mixes up when they copy a code by hand."""
_BROWSERS: Final = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip


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


def clean_name(text: str) -> str | None:
    """Return a sign-in name in the one spelling that is compared; None for what is none.

    Letters of any script, digits, `.`, `_` and `-`; no case, no marks of width (NFKC). Never an
    e-mail address, so that the two cannot be taken for each other.
    """
    name = unicodedata.normalize("NFKC", text.strip()).casefold()
    if not LEAST_NAME <= len(name) <= MOST_NAME or not name[0].isalnum():
        return None
    if not all(letter.isalnum() or letter in "._-" or _is_mark(letter) for letter in name):
        return None
    return name


def _is_mark(letter: str) -> bool:
    # Vowel signs and the like belong to the letters before them in many scripts.
    return unicodedata.category(letter) in {"Mn", "Mc"}


def is_password(text: str) -> bool:
    """Tell whether a password is long enough and not absurdly long (NIST SP 800-63B §3.1.1)."""
    return LEAST_PASSWORD <= len(text) <= MOST_PASSWORD and len(set(text)) > 1


def fingerprint(token: str) -> str:
    """Return what is stored of a random token: it cannot be turned back (256 bits of chance)."""
    # Odd bytes of a header reach us as lone surrogates: such a token is unknown, not a fault.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_code(groups: int = 3) -> str:
    """Return a random code to be read out or copied by hand: groups of four, 19 bits each."""
    drawn = ("".join(secrets.choice(_CODE_LETTERS) for _ in range(4)) for _ in range(groups))
    return "-".join(drawn)


def code_as_typed(text: str) -> str:
    """Return a code in the spelling it was made in, however somebody typed it."""
    letters = "".join(letter for letter in text.upper() if letter.isascii() and letter.isalnum())
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def browser_family(user_agent: str) -> str:
    """Return which browser and system somebody uses, roughly: "Firefox, Android"; "" if unknown.

    Versions and models are left out: they would tell people apart.
    """
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(one for one in (browser, system) if one)
