"""How far somebody is seen: what a change would mean, the change, and its undoing for a day.

The change itself, with its Deletes and its entry in the ledger of consents, is people's and
privacy's; here it is prepared in words that help to decide.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, or_, select

from activitypub.delivery.fan_out import authority_of
from server.federation import hosts
from server.federation.ledger import recipients_of_actor
from server.federation.model import Actor, Reach
from server.people.model import Follow
from server.people.queries import person_of
from server.people.rules import HOUSE, narrows, place_of_policy, within_reach
from server.people.service import change_reach
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import Message, say
from server.platform.work import Reading, Work
from server.profiles.fields import BY_NAME
from server.profiles.model import ProfileAnswer, ReachChange
from server.profiles.rules import Standing, may_see_answer

UNDO_LASTS: Final = timedelta(hours=24)
_NEW_EYES: Final = {
    Reach.HOME: Standing.MEMBER,
    Reach.PARTNERS: Standing.PARTNER,
    Reach.FEDIVERSE: Standing.STRANGER,
}
"""Who sees somebody with a reach that nobody with a shorter one is seen by."""


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a change of reach would mean for somebody.

    `servers` have something of the person and will be asked to delete it; `follows` end. `shown`
    are the labels of answers that more people see afterwards.
    """

    lowers: bool
    servers: tuple[str, ...]
    follows: int
    shown: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Undoable:
    """A change of reach that can still be undone."""

    former: Reach
    current: Reach
    until: datetime


def consequences(r: Reading, person_id: int, to: Reach) -> Consequences:
    """Return what would follow. Raises NotFound for somebody who is not here."""
    person = person_of(r, HOUSE, person_id)
    if not person.is_local:
        raise NotFound
    former = Reach(person.reach)
    if not narrows(former, to):
        return Consequences(False, (), 0, () if to is former else _newly_seen(r, person_id, to))
    told = [host for host in recipients_of_actor(r, person_id) if not _may_see(r, host, to)]
    return Consequences(True, tuple(told), _lost_follows(r, person_id, to), ())


def switch(w: Work, person_id: int, to: Reach) -> None:
    """Change somebody's reach, and remember the former for a day. Raises NotFound."""
    former = Reach(person_of(w, HOUSE, person_id).reach)
    if former is to:
        return
    change_reach(w, person_id, to)
    w.session.merge(ReachChange(person_id=person_id, former=former, current=to, at=w.now))
    w.session.flush()


def undoable(r: Reading, person_id: int) -> Undoable | None:
    """Return the last change, while it is young and nothing else has changed the reach since."""
    row = r.session.get(ReachChange, person_id)
    if row is None or r.now - row.at >= UNDO_LASTS:
        return None
    if person_of(r, HOUSE, person_id).reach != row.current:
        return None
    return Undoable(Reach(row.former), Reach(row.current), row.at + UNDO_LASTS)


def undo(w: Work, person_id: int) -> None:
    """Go back to the former reach. Raises Invalid when there is nothing to undo any more."""
    last = undoable(w, person_id)
    if last is None:
        raise Invalid(say("This can no longer be undone. You can still choose anew."))
    change_reach(w, person_id, last.former)
    w.session.execute(delete(ReachChange).where(ReachChange.person_id == person_id))


def forget_changes(w: Work) -> None:
    """Delete changes that can no longer be undone."""
    w.session.execute(delete(ReachChange).where(ReachChange.at <= w.now - UNDO_LASTS))


def _newly_seen(r: Reading, person_id: int, to: Reach) -> tuple[Message, ...]:
    rows = r.session.scalars(select(ProfileAnswer).where(ProfileAnswer.person_id == person_id))
    audiences = {row.field: row.audience for row in rows}
    return tuple(
        field.title
        for name, field in BY_NAME.items()
        if name in audiences and may_see_answer(_NEW_EYES[to], audiences[name], to)
    )


def _lost_follows(r: Reading, person_id: int, to: Reach) -> int:
    """Count the follows with people of servers that will see the person no more."""
    other = func.coalesce(
        func.nullif(Follow.follower_id, person_id), func.nullif(Follow.followee_id, person_id)
    )
    mine = or_(Follow.follower_id == person_id, Follow.followee_id == person_id)
    rows = r.session.scalars(
        select(Actor.uri).join(Follow, Actor.id == other).where(mine, Actor.host != "")
    )
    return sum(1 for uri in rows if not _may_see(r, authority_of(uri), to))


def _may_see(r: Reading, host: str, reach: Reach) -> bool:
    return within_reach(place_of_policy(hosts.policy_of(r, host)), reach)
