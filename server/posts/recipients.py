"""Groups of receivers that posts for partners go to: nobody but partner instances is in them."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.federation.model import Actor, HostPolicy, RemoteHost
from server.people.model import Follow, FollowState
from server.platform.feature import Recipient

_PARTNERS = select(RemoteHost.host).where(RemoteHost.policy == HostPolicy.PARTNER)


def partner_followers(
    session: Session, person_id: int, after: int, limit: int
) -> Sequence[Recipient]:
    """Return where the followers of somebody receive who live on partner instances."""
    found = session.execute(
        select(Follow.id, Actor.inbox, Actor.shared_inbox, Actor.host)
        .join(Actor, Actor.id == Follow.follower_id)
        .where(
            Follow.followee_id == person_id,
            Follow.state == FollowState.ACCEPTED,
            Follow.id > after,
            Actor.host.in_(_PARTNERS),
            Actor.gone_at.is_(None),
            Actor.suspended_at.is_(None),
        )
        .order_by(Follow.id)
        .limit(limit)
    )
    return [Recipient(cursor=c, inbox=i, shared_inbox=s, host=h) for c, i, s, h in found]


def partners(session: Session, person_id: int, after: int, limit: int) -> Sequence[Recipient]:
    """Return one place on each partner instance: its shared inbox, by any actor of it we know."""
    del person_id  # the same for everybody here
    one_each = (
        select(func.min(Actor.id))
        .where(Actor.host.in_(_PARTNERS), Actor.shared_inbox.is_not(None))
        .where(Actor.gone_at.is_(None))
        .group_by(Actor.host)
    )
    found = session.execute(
        select(Actor.id, Actor.inbox, Actor.shared_inbox, Actor.host)
        .where(Actor.id.in_(one_each), Actor.id > after)
        .order_by(Actor.id)
        .limit(limit)
    )
    return [Recipient(cursor=c, inbox=i, shared_inbox=s, host=h) for c, i, s, h in found]
