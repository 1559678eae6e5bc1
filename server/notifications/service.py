"""Telling people, and forgetting what they were told."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from server.federation.model import Actor
from server.notifications.events import Informed, Notified
from server.notifications.model import Notification, NotificationType, OwnNotice
from server.notifications.rules import Circumstances, is_told
from server.people.model import Block, Mute
from server.platform.work import Work

KEPT = timedelta(days=180)


def notify(
    w: Work,
    person_id: int,
    notification_type: NotificationType,
    from_id: int,
    post_id: int = 0,
) -> None:
    """Tell a person of this instance once; blocks, mutes and repeats say nothing."""
    if not is_told(notification_type, _circumstances(w, person_id, from_id)):
        return
    made = w.new_id()
    inserted = w.session.execute(
        _insert_once(
            w,
            {
                "id": made,
                "person_id": person_id,
                "notification_type": notification_type,
                "from_id": from_id,
                "post_id": post_id,
                "created_at": w.now,
            },
        )
    ).first()
    if inserted is not None:
        w.emit(Notified(made, person_id))


def inform(w: Work, person_id: int, kind: str, about: Mapping[str, Any]) -> int | None:
    """Tell a person of this instance something that Mastodon's API has no type for.

    `kind` is one that a room declares (`Feature.notices`); `about` is JSON with ids and short
    words, never what somebody wrote in private. Returns the notice's id, None for people elsewhere.
    """
    if w.session.scalar(select(Actor.host).where(Actor.id == person_id)) != "":
        return None
    made = w.new_id()
    w.session.add(
        OwnNotice(id=made, person_id=person_id, kind=kind, about=dict(about), created_at=w.now)
    )
    w.session.flush()
    w.emit(Informed(made, person_id, kind))
    return made


def _insert_once(w: Work, row: dict[str, Any]) -> Any:  # noqa: ANN401 - two dialects' own types
    dialect = postgresql if w.session.get_bind().dialect.name == "postgresql" else sqlite
    return (
        dialect.insert(Notification)
        .values(**row)
        .on_conflict_do_nothing(
            index_elements=["person_id", "notification_type", "from_id", "post_id"]
        )
        .returning(Notification.id)
    )


def _circumstances(w: Work, person_id: int, from_id: int) -> Circumstances:
    muted = select(Mute.id).where(
        Mute.muter_id == person_id,
        Mute.muted_id == from_id,
        Mute.notifications,
        or_(Mute.expires_at.is_(None), Mute.expires_at > w.now),
    )
    blocked = select(Block.id).where(
        or_(
            (Block.blocker_id == person_id) & (Block.blocked_id == from_id),
            (Block.blocker_id == from_id) & (Block.blocked_id == person_id),
        )
    )
    host = w.session.scalar(select(Actor.host).where(Actor.id == person_id))
    return Circumstances(
        is_own_doing=person_id == from_id,
        receiver_is_local=host == "",
        is_blocked=w.session.scalar(blocked) is not None,
        is_muted=w.session.scalar(muted) is not None,
    )


def forget_post(w: Work, post_id: int) -> None:
    """Forget everything told about a post, because it is gone."""
    w.session.execute(delete(Notification).where(Notification.post_id == post_id))


def take_back(
    w: Work, notification_type: NotificationType, from_id: int, *, person_id: int, post_id: int = 0
) -> None:
    """Forget one thing told, because it was undone (a like withdrawn, a request withdrawn)."""
    w.session.execute(
        delete(Notification).where(
            Notification.person_id == person_id,
            Notification.notification_type == notification_type,
            Notification.from_id == from_id,
            Notification.post_id == post_id,
        )
    )


def forget_between(w: Work, person_id: int, from_id: int) -> None:
    """Forget what a person was told about another, because they block each other now."""
    w.session.execute(
        delete(Notification).where(
            Notification.person_id == person_id, Notification.from_id == from_id
        )
    )


def dismiss(w: Work, person_id: int, notification_ids: Sequence[int]) -> int:
    """Delete some of a person's own notifications; return how many there were."""
    gone = w.session.execute(
        delete(Notification).where(
            Notification.person_id == person_id, Notification.id.in_(notification_ids)
        )
    )
    return int(getattr(gone, "rowcount", 0))


def clear(w: Work, person_id: int) -> None:
    """Delete all of a person's notifications."""
    w.session.execute(delete(Notification).where(Notification.person_id == person_id))


def clear_notices(w: Work, person_id: int) -> None:
    """Delete everything a person was told, of both sorts: what "clear all" means on the page."""
    clear(w, person_id)
    w.session.execute(delete(OwnNotice).where(OwnNotice.person_id == person_id))


def forget_old(w: Work) -> None:
    """Delete what was told more than 180 days ago."""
    w.session.execute(delete(Notification).where(Notification.created_at < w.now - KEPT))
    w.session.execute(delete(OwnNotice).where(OwnNotice.created_at < w.now - KEPT))
