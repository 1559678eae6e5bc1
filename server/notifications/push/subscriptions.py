"""Subscriptions to pushes: made, changed, read and ended; each query carries its owner.

An app has one for each access token, a browser one for each page session.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, delete, select

from activitypub.documents.urls import canonical_url
from activitypub.errors import DocumentError
from server.notifications.model import NotificationType, PushSubscription
from server.notifications.push.encryption import ReceiverKeys, read_keys
from server.platform.errors import Invalid
from server.platform.i18n import say
from server.platform.secrets import WrappedKey
from server.platform.work import Reading, Work

POLICIES: Final = ("all", "followed", "follower", "none")
ALERTS: Final = (*(one.value for one in NotificationType), "admin.sign_up", "admin.report")
"""What an app may ask to be pushed; the last two never happen here."""

_MOST_ENDPOINT: Final = 2_048


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a client asks for: where to push, with which keys, what."""

    endpoint: str
    p256dh: str
    auth: str
    standard: bool = False
    alerts: Mapping[str, bool]
    policy: str = "all"
    locale: str | None = None
    # The access token that an app's payload repeats; kept sealed.
    access_token: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose subscription it is: a person, through a token or a page session."""

    person_id: int
    token_id: int | None = None
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A subscription ready for sending."""

    id: int
    person_id: int
    token_id: int | None
    session_id: str | None
    endpoint: str
    keys: ReceiverKeys
    access_token: str
    standard: bool
    locale: str | None


def subscribe(w: Work, holder: Holder, wanted: Wanted) -> PushSubscription:
    """Keep a subscription in place of the one before. Raises Invalid for what cannot be pushed to.

    Whether the endpoint's address may be contacted is decided when something is pushed.
    """
    endpoint = checked_endpoint(wanted.endpoint)
    if read_keys(wanted.p256dh, wanted.auth) is None:
        raise Invalid(details={"keys": [("ERR_INVALID", say("are not keys of a subscription"))]})
    unsubscribe(w, holder)
    key = w.vault.new_key()
    made = w.new_id()
    secrets = json.dumps([wanted.p256dh, wanted.auth, wanted.access_token]).encode()
    row = PushSubscription(
        id=made,
        person_id=holder.person_id,
        token_id=holder.token_id,
        session_id=holder.session_id,
        endpoint=endpoint,
        wrapped_key=key.sealed,
        secrets_sealed=w.vault.seal(key, secrets, _about(made)),
        standard=wanted.standard,
        alerts=dict(wanted.alerts),
        policy=_policy(wanted.policy),
        locale=wanted.locale,
        created_at=w.now,
    )
    w.session.add(row)
    w.session.flush()
    return row


def change(w: Work, holder: Holder, alerts: Mapping[str, bool], policy: str | None) -> bool:
    """Change what is pushed; False when there is no subscription."""
    row = subscription_of(w, holder)
    if row is None:
        return False
    row.alerts = {**row.alerts, **alerts}
    if policy is not None:
        row.policy = _policy(policy)
    w.session.flush()
    return True


def unsubscribe(w: Work, holder: Holder) -> None:
    """End the subscription of a token or a session; without one nothing happens."""
    w.session.execute(delete(PushSubscription).where(*_held_by(holder)))


def forget_subscription(w: Work, subscription_id: int) -> None:
    """End a subscription, because its receiver is gone."""
    w.session.execute(delete(PushSubscription).where(PushSubscription.id == subscription_id))


def forget_tokens(w: Work, token_ids: Collection[int]) -> None:
    """End the subscriptions of access tokens that ended."""
    w.session.execute(delete(PushSubscription).where(PushSubscription.token_id.in_(token_ids)))


def subscription_of(r: Reading, holder: Holder) -> PushSubscription | None:
    """Return the subscription of a token or a session."""
    return r.session.scalar(select(PushSubscription).where(*_held_by(holder)))


def subscriptions_of(r: Reading, person_id: int) -> Sequence[PushSubscription]:
    """Return every subscription of a person."""
    return r.session.scalars(
        select(PushSubscription)
        .where(PushSubscription.person_id == person_id)
        .order_by(PushSubscription.id)
    ).all()


def opened(r: Reading, subscription_id: int) -> Opened | None:
    """Return a subscription with its keys opened, or None when it is gone."""
    row = r.session.get(PushSubscription, subscription_id)
    if row is None:
        return None
    secrets = r.vault.open(WrappedKey(row.wrapped_key), row.secrets_sealed, _about(row.id))
    p256dh, auth, access_token = json.loads(secrets)
    keys = read_keys(p256dh, auth)
    if keys is None:
        return None
    return Opened(
        row.id, row.person_id, row.token_id, row.session_id, row.endpoint, keys,
        access_token, row.standard, row.locale,
    )  # fmt: skip


def checked_endpoint(text: str) -> str:
    """Return the address to push to. Raises Invalid for anything but a plain https address."""
    wrong = Invalid(details={"endpoint": [("ERR_INVALID", say("is not an https address"))]})
    if len(text) > _MOST_ENDPOINT or not text.isascii():
        raise wrong
    try:
        url = canonical_url(text)
    except DocumentError as error:
        raise wrong from error
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.username is not None:
        raise wrong
    return url


def alerts_in(sent: Mapping[str, Any]) -> dict[str, bool]:
    """Return the alerts that are known, of what a client sent."""
    return {name: bool(value) for name, value in sent.items() if name in ALERTS}


def _policy(text: str) -> str:
    if text not in POLICIES:
        raise Invalid(details={"policy": [("ERR_INCLUSION", say("is not included in the list"))]})
    return text


def _held_by(holder: Holder) -> list[ColumnElement[bool]]:
    return [
        PushSubscription.person_id == holder.person_id,
        PushSubscription.token_id == holder.token_id
        if holder.token_id is not None
        else PushSubscription.session_id == holder.session_id,
    ]


def _about(subscription_id: int) -> str:
    return f"push subscription {subscription_id}"
