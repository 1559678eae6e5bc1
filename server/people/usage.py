"""How busy this instance is, for NodeInfo and clients: numbers only, nobody is named."""

from datetime import timedelta

from sqlalchemy import func, select

from activitypub.discovery.nodeinfo import Usage
from server.federation.model import Actor
from server.people.model import Person
from server.platform.work import Reading

_MONTH = timedelta(days=30)
_HALF_YEAR = timedelta(days=180)


def usage(r: Reading) -> Usage:
    """Return how many people there are here, how many posted lately, and how many posts."""
    row = r.session.execute(
        select(
            func.count().label("users"),
            func.coalesce(func.sum(Person.posts_count), 0).label("posts"),
            func.count().filter(Person.last_posted_at > r.now - _MONTH).label("month"),
            func.count().filter(Person.last_posted_at > r.now - _HALF_YEAR).label("half_year"),
        )
        .join(Actor, Actor.id == Person.id)
        .where(Actor.host == "", Person.kind.is_not(None))
    ).one()
    return Usage(
        users=row.users,
        active_month=row.month,
        active_half_year=row.half_year,
        local_posts=int(row.posts),
    )


def hosts_known(r: Reading) -> int:
    """Return how many other instances somebody is known of."""
    return r.session.scalar(select(func.count(Actor.host.distinct())).where(Actor.host != "")) or 0
