"""Groups of people elsewhere that a delivery can be addressed to, and who follows from where.

`FOLLOWER_BOOK` answers federation's questions about follows when two servers compare what each
knows of them (FEP-8fcf), which is the only protocol that cleans up stale followers.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.federation.model import Actor
from server.federation.synchronising import FollowerBook
from server.people.model import Follow, FollowState
from server.people.relations import drop_follow
from server.platform.feature import Recipient
from server.platform.work import Reading, Work

_Receiving = Select[int, str, str | None, str]


def followers_elsewhere(
    session: Session, person_id: int, after: int, limit: int
) -> Sequence[Recipient]:
    """Return where the followers of somebody receive; the cursor is the id of the follow."""
    mine = Follow.followee_id == person_id
    return _page(session, _receiving(Follow.follower_id).where(mine), after, limit)


def following_elsewhere(
    session: Session, person_id: int, after: int, limit: int
) -> Sequence[Recipient]:
    """Return where those receive whom somebody follows: their hosts know this person as well."""
    mine = Follow.follower_id == person_id
    return _page(session, _receiving(Follow.followee_id).where(mine), after, limit)


def _receiving(other: InstrumentedAttribute[int]) -> _Receiving:
    return (
        select(Follow.id, Actor.inbox, Actor.shared_inbox, Actor.host)
        .join(Actor, Actor.id == other)
        .where(
            Follow.state == FollowState.ACCEPTED,
            Actor.host != "",
            Actor.gone_at.is_(None),
            Actor.suspended_at.is_(None),
        )
    )


def _page(session: Session, rows: _Receiving, after: int, limit: int) -> Sequence[Recipient]:
    found = session.execute(rows.where(Follow.id > after).order_by(Follow.id).limit(limit))
    return [
        Recipient(cursor=row_id, inbox=inbox, shared_inbox=shared, host=host)
        for row_id, inbox, shared, host in found
    ]


def followers_at(r: Reading, person_id: int, host: str) -> Sequence[str]:
    """Return the ids of the followers of somebody here who live on one host (its authority)."""
    # "0" is the character after "/": the index on ids answers what begins with a host.
    places = [
        (Actor.uri >= f"{scheme}://{host}/") & (Actor.uri < f"{scheme}://{host}0")
        for scheme in ("https", "http")
    ]
    return r.session.scalars(
        select(Actor.uri)
        .join(Follow, Follow.follower_id == Actor.id)
        .where(Follow.followee_id == person_id, Follow.state == FollowState.ACCEPTED)
        .where(or_(*places), Actor.host != "")
        .order_by(Actor.id)
    ).all()


def following_here(r: Reading, person_id: int) -> Sequence[tuple[int, str]]:
    """Return the people here who follow somebody elsewhere: row and id."""
    rows = r.session.execute(
        select(Actor.id, Actor.uri)
        .join(Follow, Follow.follower_id == Actor.id)
        .where(Follow.followee_id == person_id, Follow.state == FollowState.ACCEPTED)
        .where(Actor.host == "")
        .order_by(Actor.id)
    )
    return [(actor_id, uri) for actor_id, uri in rows]


def _stop_following(w: Work, follower_id: int, followee_id: int) -> None:
    drop_follow(w, follower_id, followee_id)


FOLLOWER_BOOK: Final = FollowerBook(
    followers_at=followers_at, following_here=following_here, stop_following=_stop_following
)
