"""Form tokens: a page of another site cannot post as a visitor of ours.

A token is a random number and a keyed mark over it and the visitor's seed: the session when there
is one, otherwise a random cookie made for the form (so that sign-in is protected too). It changes
with every page and needs no script. Source: OWASP, signed double-submit cookies.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from server.platform.errors import NotAllowed
from server.platform.http.cookies import keep_cookie
from server.platform.http.paging import BASE_URL
from server.platform.http.parameters import read_parameters
from server.platform.http.visitor import visitor_of
from server.platform.i18n import say

FIELD: Final = "form_token"
HEADER: Final = "X-Form-Token"
SEED_COOKIE: Final = "meshwork_form"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class FormSigner:
    """Makes a keyed mark over a text, the same for the same text (HMAC); never tells the key."""

    mark: Callable[[str], str]


SIGNER: Final = web.AppKey("form token signer", FormSigner)
_NEW_SEED: Final = web.RequestKey("new form seed", str)
_SEED_LENGTH: Final = 32


class FormExpired(NotAllowed):
    """The form's token is missing, of another session, or made up; the form is to be reloaded."""

    code = "form_expired"
    text = say("This form has expired. Load the page again and send it once more.")


def form_token(request: web.Request) -> str:
    """Return a fresh token for a form on the page being rendered.

    An anonymous visitor without a seed gets one; its cookie is set when the answer is prepared.
    """
    nonce = secrets.token_hex(8)
    seed = _seed(request) or _fresh_seed(request)
    return f"{nonce}.{_mark(request, nonce, seed)}"


async def check_form(request: web.Request) -> None:
    """Let an unsafe request through when it comes from our own form; raise FormExpired if not.

    Also refused: a browser that says the request comes from another site (Sec-Fetch-Site,
    Origin), whatever the token.
    """
    if _is_foreign(request):
        raise FormExpired
    seed = _seed(request)
    sent = request.headers.get(HEADER)
    if sent is None:
        sent = (await read_parameters(request)).text(FIELD, max_length=200)
    nonce, _, mark = (sent or "").partition(".")
    if seed is None or not (mark.isascii() and nonce.isascii()):
        raise FormExpired
    if not hmac.compare_digest(mark.encode(), _mark(request, nonce, seed).encode()):
        raise FormExpired


def _seed(request: web.Request) -> str | None:
    visitor = visitor_of(request)
    if visitor.session_id is not None:
        return f"session {visitor.session_id}"
    cookie = request.cookies.get(SEED_COOKIE, "")
    if len(cookie) == _SEED_LENGTH and cookie.isalnum():
        return f"cookie {cookie}"
    made = request.get(_NEW_SEED)
    return f"cookie {made}" if made else None


def _fresh_seed(request: web.Request) -> str:
    made = secrets.token_hex(_SEED_LENGTH // 2)
    request[_NEW_SEED] = made
    return f"cookie {made}"


def keep_seed(request: web.Request, response: web.StreamResponse) -> None:
    """Set the cookie of a seed made while rendering; called before headers are sent."""
    made = request.get(_NEW_SEED)
    if made:
        keep_cookie(request, response, SEED_COOKIE, made)


def _mark(request: web.Request, nonce: str, seed: str) -> str:
    return request.app[SIGNER].mark(f"form {nonce} {seed}")


def _is_foreign(request: web.Request) -> bool:
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        return True
    origin = request.headers.get("Origin")
    if origin is None or origin == "null":  # some browsers hide it: then the token alone decides
        return False
    ours = {request.host, urlsplit(request.app.get(BASE_URL) or "").netloc}
    try:
        return urlsplit(origin).netloc not in ours
    except ValueError:
        return True
