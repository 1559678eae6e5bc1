"""Rate limits: how often one account or one address may call, counted per route declaration.

Windows are fixed and start with the first call. Counts live in the memory of one process, in a
table of bounded size: they slow abuse down and are not an account of anything. A route names its
limit in its declaration, so another spelling of its path is no way round (Mastodon 3.5.4).
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from aiohttp import web

from server.platform.clock import Clock, SystemClock
from server.platform.errors import TooMany
from server.platform.http.addresses import address_of, limited_part
from server.platform.http.csrf import SAFE_METHODS
from server.platform.http.decorators import Policy, Surface, policy_of
from server.platform.http.visitor import Visitor, visitor_of


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` in each window of `seconds`."""

    calls: int
    seconds: int


STANDARD: Final[Mapping[str, Limit]] = {
    "api": Limit(300, 5 * 60),
    "form": Limit(120, 5 * 60),
    "media": Limit(30, 30 * 60),
    "delete": Limit(30, 30 * 60),
    "post": Limit(300, 3 * 60 * 60),
    "sign_in": Limit(20, 5 * 60),
    "sign_up": Limit(5, 30 * 60),
    # A whole course may join in one room, behind one address; a guesser gets nowhere.
    "joining": Limit(120, 5 * 60),
    "second_factor": Limit(10, 15 * 60),
    "letter": Limit(5, 30 * 60),  # mails that anybody can let us send to an address
    "app": Limit(30, 5 * 60),
    "search": Limit(60, 5 * 60),
    "vocabulary": Limit(600, 5 * 60),  # one call for each few letters that are typed
}
"""The limits by name; the ones Mastodon publishes have its figures."""

_BY_SURFACE: Final = {Surface.API: "api", Surface.FORM: "form"}


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a window after a call: how many calls, and how many seconds it lasts."""

    limit: Limit
    remaining: int
    seconds_left: float


@dataclass(slots=True)
class _Window:
    ends: float
    used: int


class RateLimits:
    """Counts calls. At most `most_keys` windows are held; the oldest give way to new ones."""

    def __init__(
        self,
        limits: Mapping[str, Limit] = STANDARD,
        *,
        enabled: bool = True,
        most_keys: int = 50_000,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = dict(limits)
        self._enabled = enabled
        self._most_keys = most_keys
        self._elapsed = elapsed  # never the wall clock, which may jump
        self._windows: OrderedDict[tuple[str, str], _Window] = OrderedDict()

    @property
    def held(self) -> int:
        """How many windows are in memory."""
        return len(self._windows)

    def limit(self, name: str) -> Limit:
        """Return a limit by its name; raises KeyError when there is none."""
        return self._limits[name]

    def spend(self, name: str, subject: str) -> Allowance | None:
        """Count one call of a subject; None when limits are off.

        Raises TooMany when the window is used up, KeyError for a name that is no limit.
        """
        limit = self._limits[name]
        if not self._enabled:
            return None
        now = self._elapsed()
        window = self._window((name, subject), now, limit)
        left = window.ends - now
        if window.used >= limit.calls:
            raise TooMany(math.ceil(left))
        window.used += 1
        return Allowance(limit, limit.calls - window.used, left)

    def forget(self, name: str, subject: str) -> None:
        """Start a subject afresh, such as an account that has signed in correctly."""
        self._windows.pop((name, subject), None)

    def _window(self, key: tuple[str, str], now: float, limit: Limit) -> _Window:
        window = self._windows.get(key)
        if window is not None and window.ends > now:
            return window
        self._windows.pop(key, None)
        while len(self._windows) >= self._most_keys:
            self._windows.popitem(last=False)
        window = self._windows[key] = _Window(now + limit.seconds, 0)
        return window


RATE_LIMITS: Final = web.AppKey("rate limits", RateLimits)
_ALLOWANCE: Final = web.RequestKey("allowance", Allowance)


def spend(request: web.Request, name: str, subject: str | None = None) -> None:
    """Count a call against a limit; for handlers that know a subject, such as an e-mail's mark.

    Without a subject the visitor counts: the account, or the address of an anonymous one. Raises
    TooMany. The tightest allowance of a request is the one its headers show.
    """
    limits = request.app.get(RATE_LIMITS)
    if limits is None:
        return
    counted = subject or subject_of(visitor_of(request), address_of(request))
    try:
        left = limits.spend(name, counted)
    except TooMany as full:
        request[_ALLOWANCE] = Allowance(limits.limit(name), 0, full.retry_after)
        raise
    known = request.get(_ALLOWANCE)
    if left is not None and (known is None or left.remaining < known.remaining):
        request[_ALLOWANCE] = left


def subject_of(visitor: Visitor, address: str) -> str:
    """Return who is counted: the person, else the login, else the address.

    An app's own token counts by address: everybody can register any number of apps.
    """
    if visitor.person_id is not None:
        return f"person {visitor.person_id}"
    if visitor.login_id is not None:
        return f"login {visitor.login_id}"
    return f"address {limited_part(address)}"


def spend_for_route(request: web.Request) -> None:
    """Count a call against the limits of its route: the surface's and the declared one."""
    policy = policy_of(request)
    if policy is None:
        return
    for name in _names(policy, request.method):
        if name == "sign_in":
            # By address here; the account is counted by the handler, which knows it.
            spend(request, name, f"address {limited_part(address_of(request))}")
        else:
            spend(request, name)


def _names(policy: Policy, method: str) -> list[str]:
    surface = _BY_SURFACE.get(policy.surface)
    general = [surface] if surface else []
    if policy.surface is Surface.FORM and method in SAFE_METHODS:
        return []
    return general + ([policy.limit] if policy.limit else [])


def show_allowance(
    request: web.Request, response: web.StreamResponse, clock: Clock | None = None
) -> None:
    """Add Mastodon's X-RateLimit headers; Reset is ISO 8601 in UTC on the clock of Date."""
    left = request.get(_ALLOWANCE)
    if left is None:
        return
    now = (clock or SystemClock()).now()
    reset: datetime = now.astimezone(UTC) + timedelta(seconds=left.seconds_left)
    response.headers["X-RateLimit-Limit"] = str(left.limit.calls)
    response.headers["X-RateLimit-Remaining"] = str(left.remaining)
    response.headers["X-RateLimit-Reset"] = reset.isoformat(timespec="milliseconds").replace(
        "+00:00", "Z"
    )
