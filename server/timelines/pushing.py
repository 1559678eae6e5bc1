"""Pushing what people are told: which subscription gets what, and the words that go there.

Decided when somebody is told, and once more when it is sent: whoever may not see the post any
more, has muted its author or filters it is not pushed to. Mastodon's types go to apps and
browsers, our own kinds to browsers only. Posts that are not public come without their words: a
screen that lies on a table is read by others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import select

from server.access.events import TokensRevoked
from server.access.model import PageSession
from server.access.oauth.model import OAuthToken
from server.media.remote import remote_address
from server.notifications import queries as notifications
from server.notifications.events import Informed, Notified
from server.notifications.model import (
    Notification,
    NotificationType,
    OwnNotice,
    PushSubscription,
)
from server.notifications.push.encryption import MOST_BYTES
from server.notifications.push.sending import push
from server.notifications.push.subscriptions import (
    Opened,
    forget_subscription,
    forget_tokens,
    opened,
    subscriptions_of,
)
from server.notifications.queries import NotificationRow, Wanted, own_notifications, row_of
from server.notifications.ready import Declared, ReadyNotice, one_of_ours, written
from server.notifications.ways import end_of_quiet
from server.notifications.wishes import Wishes, wishes_of
from server.people.model import Follow, FollowState
from server.people.rules import Viewer
from server.platform.events import Reaction
from server.platform.i18n import Translator
from server.platform.instance import Instance
from server.platform.jobs.model import Job, JobRequest
from server.platform.jobs.outcomes import Done, Outcome
from server.platform.jobs.runner import one_by_one
from server.platform.text import plain_text
from server.platform.work import Reading, Work
from server.posts.loading import post_rows
from server.posts.rows import PostRow
from server.posts.rules import is_listed
from server.timelines.filters.queries import filters_of, matches_of
from server.timelines.filters.rules import Filters, hides

PUSH: Final = "timelines.push"
_NO_AVATAR: Final = "/static/mastodon/avatar.png"
_MOST_WORDS: Final = 140


def _on_notified(w: Work, event: Notified) -> None:
    told = notifications.one(w, event.person_id, event.notification_id)
    if told is None:
        return
    kind = told.notification_type.value
    _enqueue(w, event.person_id, kind, event.notification_id, from_id=told.from_id)


def _on_informed(w: Work, event: Informed) -> None:
    _enqueue(w, event.person_id, event.kind, event.notice_id, from_id=None)


def _on_tokens_revoked(w: Work, event: TokensRevoked) -> None:
    forget_tokens(w, event.token_ids)


def _enqueue(w: Work, person_id: int, kind: str, told_id: int, *, from_id: int | None) -> None:
    found = subscriptions_of(w, person_id)
    if not found:
        return
    wishes = wishes_of(w, person_id)
    for row in found:
        if _wants(w, row, wishes, kind, from_id):
            payload = {"subscription_id": str(row.id), "kind": kind, "told_id": str(told_id)}
            w.enqueue(JobRequest(kind=PUSH, payload=payload))


def _wants(
    r: Reading, row: PushSubscription, wishes: Wishes, kind: str, from_id: int | None
) -> bool:
    if row.token_id is None:
        return wishes.ways(kind).push
    if from_id is None or not row.alerts.get(kind, False):
        return False
    return _is_from_whom(r, row, from_id)


def _is_from_whom(r: Reading, row: PushSubscription, from_id: int) -> bool:
    """Tell whether an app's policy admits somebody."""
    pairs = {"followed": (row.person_id, from_id), "follower": (from_id, row.person_id)}
    if row.policy not in pairs:
        return row.policy == "all"
    follower_id, followee_id = pairs[row.policy]
    known = r.session.scalar(
        select(Follow.id).where(
            Follow.follower_id == follower_id,
            Follow.followee_id == followee_id,
            Follow.state == FollowState.ACCEPTED,
        )
    )
    return known is not None


@dataclass(frozen=True, slots=True)
class _ToPush:
    to: Opened
    text: bytes


async def _push(instance: Instance, job: Job) -> Outcome:
    """Write and send one push; in quiet hours it waits for their end."""
    quiet = await instance.read(_quiet_until, instance, job.payload)
    if quiet is not None:
        await instance.work(lambda w: w.enqueue(quiet))
        return Done()
    found = await instance.read(_ready, instance, job.payload)
    if found is None:
        return Done()
    if isinstance(found, _ToPush):
        return await push(instance, found.to, found.text)
    await instance.work(forget_subscription, found)
    return Done()


def _quiet_until(r: Reading, instance: Instance, payload: Mapping[str, Any]) -> JobRequest | None:
    row = r.session.get(PushSubscription, int(payload["subscription_id"]))
    if row is None:
        return None
    wishes = wishes_of(r, row.person_id)
    zone = ZoneInfo(instance.settings.instance.time_zone)
    ends = end_of_quiet(r.now, zone, wishes.quiet_from, wishes.quiet_until)
    return JobRequest(kind=PUSH, payload=dict(payload), run_at=ends) if ends is not None else None


def _ready(r: Reading, instance: Instance, payload: Mapping[str, Any]) -> _ToPush | int | None:
    """Return what is to be pushed, nothing, or the number of a subscription that is over."""
    to = opened(r, int(payload["subscription_id"]))
    if to is None:
        return None
    if not _is_in_force(r, to):
        return to.id
    viewer = Viewer.member(to.person_id)
    notice = _notice(r, viewer, payload, instance.notices)
    if notice is None:
        return None
    post = next(iter(post_rows(r, viewer, [notice.post_id])), None) if notice.post_id else None
    if notice.post_id and (post is None or _is_filtered(r, to.person_id, post)):
        return None
    translator = instance.languages.translator(to.locale)
    return _ToPush(to, _text(r, to, notice, post, translator))


def _notice(
    r: Reading, viewer: Viewer, payload: Mapping[str, Any], declared: Declared
) -> ReadyNotice | None:
    told_id, me = int(payload["told_id"]), viewer.person_id or 0
    if payload["kind"] in set(NotificationType):
        # Not by its number alone: whoever was muted since is left out here.
        wanted = own_notifications(r, me, Wanted()).where(Notification.id == told_id)
        rows: list[NotificationRow | OwnNotice] = [row_of(one) for one in r.session.scalars(wanted)]
    else:
        ours = one_of_ours(r, told_id)
        rows = [ours] if ours is not None and ours.person_id == me else []
    made = written(r, viewer, rows, declared)
    return made[0] if made else None


def _is_filtered(r: Reading, person_id: int, post: PostRow) -> bool:
    filters = Filters.of(filters_of(r, person_id)).in_force(r.now)
    return hides(matches_of(filters, post), "notifications")


def _is_in_force(r: Reading, to: Opened) -> bool:
    """Tell whether the token or the session of a subscription still is one."""
    if to.token_id is not None:
        token = r.session.get(OAuthToken, to.token_id)
        return token is not None and token.revoked_at is None and token.person_id == to.person_id
    session = r.session.get(PageSession, int(to.session_id or 0))
    return session is not None and session.expires_at > r.now and session.person_id == to.person_id


def _text(
    r: Reading, to: Opened, notice: ReadyNotice, post: PostRow | None, translator: Translator
) -> bytes:
    """Return the JSON that Mastodon's apps read; browsers get a path and no token."""
    avatar = notice.person.avatar if notice.person is not None else None
    said: dict[str, Any] = {
        "access_token": to.access_token,
        "preferred_locale": translator.tag,
        "notification_id": str(notice.id),
        "notification_type": notice.kind,
        "icon": remote_address(r.site, r.vault, avatar or _NO_AVATAR),
        "title": translator.say(notice.text),
        "body": _words(post) if post is not None else "",
    }
    if to.token_id is None:
        del said["access_token"]
        said["path"] = notice.path or "/notifications"
    text = orjson.dumps(said)
    return text if len(text) <= MOST_BYTES else orjson.dumps({**said, "body": "", "icon": ""})


def _words(post: PostRow) -> str:
    """Return the beginning of what a public post says; its warning alone where it has one."""
    if not is_listed(post.audience):
        return ""
    inner = post.boost_of or post
    words = " ".join((inner.spoiler or plain_text(inner.content)).split())
    return words if len(words) <= _MOST_WORDS else words[: _MOST_WORDS - 1].rstrip() + "…"


REACTIONS: Final = (
    Reaction(Notified, _on_notified),
    Reaction(Informed, _on_informed),
    Reaction(TokensRevoked, _on_tokens_revoked),
)
JOB_KINDS: Final = (one_by_one(PUSH, _push),)
