"""Pushes to a browser that is signed in to the pages: its script asks for the key and subscribes.

`GET /push/key` gives the instance's key and the token that the other two calls carry in the header
`X-Form-Token`. A browser's subscription ends with its session.
"""

from typing import Final

from aiohttp import web

from server.notifications.push.subscriptions import (
    Holder,
    Wanted,
    subscribe,
    subscription_of,
    unsubscribe,
)
from server.platform.errors import BadRequest, NeedsPerson, NotSignedIn
from server.platform.http.csrf import form_token
from server.platform.http.decorators import form, page
from server.platform.http.locales import translator_of
from server.platform.http.parameters import read_parameters
from server.platform.http.visitor import visitor_of
from server.platform.i18n import say
from server.platform.instance import instance_of
from server.platform.vapid import vapid_public_key
from server.platform.work import Work

_MOST: Final = 20_000


def _holder(request: web.Request) -> Holder:
    visitor = visitor_of(request)
    if not visitor.has_page_session or visitor.session_id is None:
        raise NotSignedIn
    if visitor.person_id is None:
        raise NeedsPerson
    return Holder(visitor.person_id, session_id=visitor.session_id)


@page(needs="person")
async def key(request: web.Request) -> web.Response:
    """Answer the key to subscribe with, and whether this browser has subscribed."""
    instance, holder = instance_of(request), _holder(request)
    known = await instance.read(subscription_of, holder)
    return web.json_response(
        {
            "key": vapid_public_key(instance.vault),
            "form_token": form_token(request),
            "subscribed": known is not None,
        },
        headers={"Cache-Control": "no-store"},
    )


@form(needs="person", max_bytes=_MOST)
async def send_subscription(request: web.Request) -> web.Response:
    """Keep what `PushSubscription.toJSON()` gives."""
    instance, holder = instance_of(request), _holder(request)
    sent = await read_parameters(request)
    keys = sent.part("keys")
    if keys is None:
        raise BadRequest(say("The keys of the subscription are missing."))
    wanted = Wanted(
        endpoint=sent.required("endpoint"),
        p256dh=keys.required("p256dh"),
        auth=keys.required("auth"),
        standard=True,
        alerts={},
        locale=translator_of(request).tag,
    )

    def unit(w: Work) -> None:
        subscribe(w, holder, wanted)

    await instance.work(unit)
    return web.json_response({"subscribed": True}, status=201)


@form(needs="person", max_bytes=_MOST)
async def end_subscription(request: web.Request) -> web.Response:
    """End the pushes to this browser."""
    await instance_of(request).work(unsubscribe, _holder(request))
    return web.json_response({"subscribed": False})


ROUTES: Final = (
    web.get("/push/key", key, name="notifications.push_key"),
    web.post("/push/subscription", send_subscription, name="notifications.push_subscribe"),
    web.delete("/push/subscription", end_subscription, name="notifications.push_unsubscribe"),
)
