"""Who is calling: one frozen value per request, known to every surface.

The middleware asks the `VisitorSource` (built by the access room) and stores the answer under
`VISITOR`. Whether the visitor may call a route is the business of `decorators`; whether they may
see a thing is the business of the features.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from aiohttp import web

from server.platform.errors import NotSignedIn

_FOLLOW: Final = ("follows", "blocks", "mutes")
_GRANTED_BY: Final[Mapping[str, frozenset[str]]] = {
    # `profile` is the smallest right: to know who signed in. Reading accounts includes it.
    "profile": frozenset({"read", "read:accounts", "read:me"}),
    "read:me": frozenset({"profile"}),
    # `follow` is the old name for reading and writing three kinds of relation.
    **{f"{verb}:{what}": frozenset({"follow"}) for verb in ("read", "write") for what in _FOLLOW},
}


def covers(granted: frozenset[str], scope: str) -> bool:
    """Tell whether granted scopes cover one scope: parent implies child (`write` ⊃ `write:media`).

    Source: Mastodon's OAuth scopes; `push` stands alone, `follow` is read and write of follows,
    blocks and mutes, `profile` is part of `read:accounts`.
    """
    parent = scope.split(":")
    parents = {":".join(parent[: depth + 1]) for depth in range(len(parent))}
    return bool(granted & (parents | _GRANTED_BY.get(scope, frozenset())))


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who calls: a signed-in page session, a token of a person, a token of an app, or nobody.

    `scopes` is None for a page session (all rights of the login) and the token's scopes
    otherwise. `locale` is the reader's chosen tag, or None. `address` is the caller's network
    address behind trusted proxies: for limits only, never logged.
    """

    login_id: int | None = None
    person_id: int | None = None
    staff_roles: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None
    token_id: int | None = None
    app_id: int | None = None
    locale: str | None = None
    address: str = ""
    session_id: str | None = None
    """Identifies the page session for CSRF tokens; not the cookie's secret itself."""
    is_shared_device: bool = False
    """Whether others use this browser too: nothing may be kept in it (pages are `no-store`)."""
    proven_at: datetime | None = None
    """When this page session last proved who it is, for what is hard to take back."""
    lacks_second_factor: bool = False
    """Whether somebody of the staff must set up a second factor before anything else."""

    @classmethod
    def anonymous(cls, address: str = "", locale: str | None = None) -> Visitor:
        """Return the visitor who showed neither token nor session."""
        return cls(scopes=frozenset(), address=address, locale=locale)

    @property
    def signed_in(self) -> bool:
        """Tell whether somebody stands behind the request: a login or a person."""
        return self.login_id is not None or self.person_id is not None

    @property
    def has_token(self) -> bool:
        """Tell whether the request came with a valid access token, of a person or an app."""
        return self.token_id is not None

    @property
    def has_page_session(self) -> bool:
        """Tell whether a signed-in browser session is calling."""
        return self.scopes is None and self.login_id is not None

    @property
    def is_anonymous(self) -> bool:
        """Tell whether there is neither a session nor a token."""
        return not self.signed_in and not self.has_token

    def may(self, scope: str) -> bool:
        """Tell whether the token's scopes cover `scope`; a page session has all rights."""
        if self.scopes is None:
            return self.signed_in
        return covers(self.scopes, scope)

    def has_role(self, *roles: str) -> bool:
        """Tell whether the visitor's staff roles include one of these."""
        return not self.staff_roles.isdisjoint(roles)

    @property
    def person(self) -> int:
        """The id of the person acting; raises NotSignedIn when there is none."""
        if self.person_id is None:
            raise NotSignedIn
        return self.person_id

    @property
    def login(self) -> int:
        """The id of the login behind the request; raises NotSignedIn when there is none."""
        if self.login_id is None:
            raise NotSignedIn
        return self.login_id


class VisitorSource(Protocol):
    """Resolves credentials to a visitor; None when they are unknown, ended or expired.

    The middleware fills in `address`; a source need not. Neither function raises for a bad
    credential.
    """

    async def by_token(self, token: str) -> Visitor | None:
        """Return the visitor of a bearer token."""
        ...

    async def by_session(self, cookie: str) -> Visitor | None:
        """Return the visitor of a session cookie, with `session_id` set."""
        ...


class NobodySource:
    """The source of an application without logins: nobody is ever known."""

    async def by_token(self, token: str) -> Visitor | None:  # noqa: ARG002 — the protocol's shape
        """Return None."""
        return None

    async def by_session(self, cookie: str) -> Visitor | None:  # noqa: ARG002 — as above
        """Return None."""
        return None


VISITOR: Final = web.RequestKey("visitor", Visitor)
"""Where the middleware keeps the visitor of a request."""


def visitor_of(request: web.Request) -> Visitor:
    """Return who calls; anonymous before or without the middleware."""
    return request.get(VISITOR) or Visitor.anonymous()
