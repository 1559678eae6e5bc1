"""Every route says who may call it: `@page`, `@form`, `@api`, `@activity` or `@plain`.

The declaration is kept on the function (`route_policy`), is enforced before the function runs,
and tells the middlewares how to answer errors, whether a form token is checked, how large a body
may be and which rate limit counts. `checked_routes` refuses a table with an undeclared route.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from aiohttp import web

from server.platform.errors import NeedsPerson, NotAllowed, NotSignedIn, OutsideScopes
from server.platform.http.visitor import Visitor, visitor_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Decorator = Callable[[Handler], Handler]

_POLICY: Final = "__route_policy__"


class Surface(StrEnum):
    """What kind of answer a route gives, and so how its refusals look."""

    PAGE = "page"
    FORM = "form"
    API = "api"
    ACTIVITY = "activity"
    PLAIN = "plain"


class Needs(StrEnum):
    """Who has to stand behind a call, from least to most."""

    NOBODY = "nobody"
    APP = "app"
    LOGIN = "login"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Policy:
    """What one route demands and promises.

    `staff` names roles of which one is needed; empty means no role. `max_bytes` None means the
    application's own limit. `limit` names a rate limit of `limits`; None means the surface's.
    `cross_origin` opens the answer to other origins (CORS). `keeps_opener` leaves the link to
    the opening window alone (sign-in and consent); `posts_anywhere` leaves form-action out of
    the page's content policy. `token_in_query` also reads `?access_token=` (streams). `framed`
    lets other pages frame this one, which then can run and send nothing.
    """

    surface: Surface
    needs: Needs = Needs.NOBODY
    scope: str | None = None
    staff: frozenset[str] = frozenset()
    max_bytes: int | None = None
    limit: str | None = None
    cross_origin: bool = False
    keeps_opener: bool = False
    posts_anywhere: bool = False
    token_in_query: bool = False
    checks_form_token: bool = False
    framed: bool = False


class UndeclaredRoute(Exception):
    """A route does not say who may call it; the server does not start with one."""


def page(
    *,
    needs: str = Needs.NOBODY,
    staff: Iterable[str] = (),
    keeps_opener: bool = False,
    posts_anywhere: bool = False,
    framed: bool = False,
    limit: str | None = None,
) -> Decorator:
    """Declare a page for people in a browser, read with GET.

    `needs` is "nobody", "login" or "person". An anonymous visitor of a page that needs somebody
    is refused with NotSignedIn; the error renderer leads them to the sign-in page.
    """
    return _declared(
        Policy(
            Surface.PAGE,
            needs=Needs(needs),
            staff=frozenset(staff),
            keeps_opener=keeps_opener,
            posts_anywhere=posts_anywhere,
            framed=framed,
            limit=limit,
        )
    )


def form(
    *,
    needs: str = Needs.LOGIN,
    staff: Iterable[str] = (),
    max_bytes: int | None = None,
    limit: str | None = None,
    keeps_opener: bool = False,
    posts_anywhere: bool = False,
) -> Decorator:
    """Declare a form of a page: like `page`, and every unsafe method needs the form's token."""
    return _declared(
        Policy(
            Surface.FORM,
            needs=Needs(needs),
            staff=frozenset(staff),
            max_bytes=max_bytes,
            limit=limit,
            keeps_opener=keeps_opener,
            posts_anywhere=posts_anywhere,
            checks_form_token=True,
        )
    )


def api(
    *,
    scope: str | None = None,
    needs: str = Needs.PERSON,
    staff: Iterable[str] = (),
    max_bytes: int | None = None,
    limit: str | None = None,
    token_in_query: bool = False,
) -> Decorator:
    """Declare an API route: JSON in and out, open to other origins, called with a bearer token.

    `needs` is "nobody", "app" (any token) or "person". With needs="nobody" a given token must
    still cover `scope`. Source: Mastodon's API, its 401, 403 and 422.
    """
    return _declared(
        Policy(
            Surface.API,
            needs=Needs(needs),
            scope=scope,
            staff=frozenset(staff),
            max_bytes=max_bytes,
            limit=limit,
            cross_origin=True,
            token_in_query=token_in_query,
        )
    )


def activity(*, max_bytes: int | None = None, limit: str | None = None) -> Decorator:
    """Declare an ActivityPub document or inbox: callers prove themselves by signature.

    Errors are problem documents (FEP-c180). The handler itself verifies and negotiates.
    """
    return _declared(Policy(Surface.ACTIVITY, max_bytes=max_bytes, limit=limit))


def plain(
    *, cross_origin: bool = False, max_bytes: int | None = None, limit: str | None = None
) -> Decorator:
    """Declare a route for nobody in particular: health, feeds, files, well-known documents."""
    return _declared(
        Policy(Surface.PLAIN, cross_origin=cross_origin, max_bytes=max_bytes, limit=limit)
    )


def _declared(policy: Policy) -> Decorator:
    def declare(fn: Handler) -> Handler:
        if route_policy(fn) is not None:
            raise UndeclaredRoute(f"{fn.__qualname__} declares itself twice")

        @functools.wraps(fn)
        async def guarded(request: web.Request) -> web.StreamResponse:
            admit(policy, visitor_of(request))
            return await fn(request)

        setattr(guarded, _POLICY, policy)
        return guarded

    return declare


def route_policy(fn: object) -> Policy | None:
    """Return what a route's function declared, or None."""
    found = getattr(fn, _POLICY, None)
    return found if isinstance(found, Policy) else None


def policy_of(request: web.Request) -> Policy | None:
    """Return the policy of the route a request matched; None for no route (404, 405)."""
    return route_policy(request.match_info.handler)


def admit(policy: Policy, visitor: Visitor) -> None:
    """Let a visitor through, or raise what the policy says: 401, then 403, then 422."""
    if policy.needs is not Needs.NOBODY and visitor.is_anonymous:
        raise NotSignedIn
    if policy.scope and not visitor.is_anonymous and not visitor.may(policy.scope):
        raise OutsideScopes
    _admit_person(policy, visitor)
    if policy.staff and not visitor.has_role(*policy.staff):
        raise NotSignedIn if visitor.is_anonymous else NotAllowed


def _admit_person(policy: Policy, visitor: Visitor) -> None:
    if policy.needs is Needs.PERSON and visitor.person_id is None:
        raise NeedsPerson
    if policy.needs is Needs.LOGIN and visitor.login_id is None:
        raise NeedsPerson


def checked_routes(routes: Iterable[web.RouteDef]) -> Sequence[web.RouteDef]:
    """Return the routes when each has a declaration and a name; raise UndeclaredRoute if not.

    A name is demanded because URLs are built by name only. Websocket and stream routes are
    ordinary routes here.
    """
    checked = list(routes)
    for route in checked:
        if route_policy(route.handler) is None:
            raise UndeclaredRoute(f"{route.method} {route.path} does not say who may call it")
        if not route.kwargs.get("name"):
            raise UndeclaredRoute(f"{route.method} {route.path} has no name")
    return checked
