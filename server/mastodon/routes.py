"""Every route of the Mastodon client API, static segments before `{id}`."""

from typing import Final

from server.mastodon import (
    accounts,
    instance,
    media,
    notifications,
    own,
    relations,
    search,
    status_actions,
    statuses,
    streaming,
    timelines,
)

ROUTES: Final = (
    *own.ROUTES,
    *accounts.ROUTES,
    *relations.ROUTES,
    *statuses.ROUTES,
    *status_actions.ROUTES,
    *timelines.ROUTES,
    *notifications.ROUTES,
    *media.ROUTES,
    *search.ROUTES,
    *instance.ROUTES,
    *streaming.ROUTES,
)
