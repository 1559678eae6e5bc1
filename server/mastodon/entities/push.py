"""WebPushSubscription. Its id is a number, as clients declare it."""

from server.mastodon.entities.scene import Entity
from server.notifications.model import PushSubscription
from server.notifications.push.subscriptions import ALERTS


def push_subscription(row: PushSubscription, server_key: str) -> Entity:
    """Return the entity of a subscription."""
    return {
        "id": row.id,
        "endpoint": row.endpoint,
        "standard": row.standard,
        "alerts": {name: bool(row.alerts.get(name, False)) for name in ALERTS},
        "policy": row.policy,
        "server_key": server_key,
    }
