"""Every route of the Mastodon client API, static segments before `{id}`."""

from collections.abc import Iterable, Iterator
from typing import Final

from aiohttp import web

from server.mastodon import (
    accounts,
    conversations,
    filters,
    filters_v1,
    instance,
    lists,
    media,
    notifications,
    own,
    push,
    relations,
    scheduled,
    search,
    status_actions,
    statuses,
    streaming,
    timelines,
    translating,
)

_ROUTES: Final = (
    *own.ROUTES,
    *accounts.ROUTES,
    *relations.ROUTES,
    *statuses.ROUTES,
    *scheduled.ROUTES,
    *translating.ROUTES,
    *status_actions.ROUTES,
    *timelines.ROUTES,
    *conversations.ROUTES,
    *lists.ROUTES,
    *notifications.ROUTES,
    *filters.ROUTES,
    *filters_v1.ROUTES,
    *push.ROUTES,
    *media.ROUTES,
    *search.ROUTES,
    *instance.ROUTES,
    *streaming.ROUTES,
)


def _slashed(routes: Iterable[web.RouteDef]) -> Iterator[web.RouteDef]:
    """Yield the routes with a slash at the end: Mastodon answers both, and Mastodon.py asks so."""
    known = {(route.method, route.path) for route in routes}
    for route in routes:
        path = f"{route.path}/"
        if route.path.endswith(("/", "+}")) or (route.method, path) in known:
            continue
        named = {**route.kwargs, "name": f"{route.kwargs['name']}_with_slash"}
        yield web.RouteDef(route.method, path, route.handler, named)


ROUTES: Final = (*_ROUTES, *_slashed(_ROUTES))
