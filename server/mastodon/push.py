"""Push subscriptions of apps, one for each access token. Source: "push API methods"."""

from aiohttp import web

from server.mastodon.calls import EMPTY, Call, answer, call_of
from server.mastodon.entities.push import push_subscription
from server.mastodon.entities.scene import Entity
from server.notifications.push import subscriptions
from server.notifications.push.subscriptions import Holder, Wanted
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import api
from server.platform.http.locales import translator_of
from server.platform.i18n import say
from server.platform.vapid import vapid_public_key
from server.platform.work import Reading, Work


def _holder(call: Call) -> Holder:
    return Holder(call.me, token_id=call.visitor.token_id)


def _shown(r: Reading, call: Call) -> Entity:
    row = subscriptions.subscription_of(r, _holder(call))
    if row is None:
        raise NotFound
    return push_subscription(row, vapid_public_key(call.instance.vault))


def _alerts(call: Call) -> tuple[dict[str, bool], str | None]:
    """Return the alerts and the policy of a call; the policy stands in `data` or beside it."""
    asked = call.parameters.part("data")
    policy = call.parameters.text("policy", max_length=20)
    if asked is None:
        return {}, policy
    part = asked.part("alerts")
    alerts = {name: part.flag(name) for name in part.names()} if part is not None else {}
    return subscriptions.alerts_in(alerts), asked.text("policy", max_length=20) or policy


def _wanted(call: Call) -> Wanted:
    asked = call.parameters.part("subscription")
    keys = asked.part("keys") if asked is not None else None
    if asked is None or keys is None:
        raise Invalid(details={"subscription": [("ERR_BLANK", say("can't be blank"))]})
    alerts, policy = _alerts(call)
    return Wanted(
        endpoint=asked.required("endpoint"),
        p256dh=keys.required("p256dh", max_length=200),
        auth=keys.required("auth", max_length=100),
        standard=asked.flag("standard"),
        alerts=alerts,
        policy=policy or "all",
        locale=translator_of(call.request).tag,
        access_token=call.request.headers.get("Authorization", "").partition(" ")[2].strip(),
    )


@api(scope="push")
async def subscribe(request: web.Request) -> web.Response:
    """Keep a subscription in place of the token's one before."""
    call = await call_of(request)
    wanted = _wanted(call)

    def unit(w: Work) -> Entity:
        subscriptions.subscribe(w, _holder(call), wanted)
        return _shown(w, call)

    return answer(await call.instance.work(unit))


@api(scope="push")
async def subscription(request: web.Request) -> web.Response:
    """Answer the token's subscription."""
    call = await call_of(request)
    return answer(await call.instance.read(_shown, call))


@api(scope="push")
async def change(request: web.Request) -> web.Response:
    """Change what is pushed."""
    call = await call_of(request)
    alerts, policy = _alerts(call)

    def unit(w: Work) -> Entity:
        subscriptions.change(w, _holder(call), alerts, policy)
        return _shown(w, call)

    return answer(await call.instance.work(unit))


@api(scope="push")
async def unsubscribe(request: web.Request) -> web.Response:
    """End the token's subscription; without one nothing happens."""
    call = await call_of(request)
    await call.instance.work(subscriptions.unsubscribe, _holder(call))
    return answer(EMPTY)


_PATH = "/api/v1/push/subscription"
ROUTES = (
    web.post(_PATH, subscribe, name="api.push_subscribe"),
    web.get(_PATH, subscription, name="api.push"),
    web.put(_PATH, change, name="api.push_change"),
    web.delete(_PATH, unsubscribe, name="api.push_unsubscribe"),
)
